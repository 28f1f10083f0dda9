"""The one place where names in the settings become objects.

Heavy libraries are imported here, each only when its object is asked for; nothing is loaded twice
in a process.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from agent import (
    Analyst,
    Circumstances,
    Condition,
    Conversation,
    Desk,
    known_weights,
    weights_named,
    whole,
)
from forecasting import latest_run, run_as_of, stored_run
from retrieval import (
    HashingEncoder,
    IndexAbout,
    IndexKind,
    open_index,
    recall_index,
    search_id,
)
from signals import (
    ConfigError,
    DataError,
    Keyring,
    Lake,
    LexiconScorer,
    ModelError,
    StateDatabase,
    parse_keys,
    read_keys,
    stood_before,
)

LOCAL = "local:"
"""What a setting begins with that names weights pulled to this machine."""

if TYPE_CHECKING:
    from datetime import date

    from agent import Answer, ChatModel, Length, LoopModel, Memory
    from agent.model.chat_model import EndpointModel
    from agent.model.local_model import LocalModel
    from retrieval import Encoder, Reranker
    from signals import Scorer
    from signals.sentiment.e5 import E5
    from ui.alerting.states import AlertStates
    from ui.audit.sql_audit import SqlAudit
    from ui.feedback.ratings import Ratings
    from ui.jobs.sql_jobs import SqlJobs
    from ui.people import Person
    from ui.people.login import Login
    from ui.people.passwords import Passwords
    from ui.people.sql_people import SqlPeople
    from ui.people.sql_talks import SqlTalks, Whose
    from ui.requests.sql_once import SqlOnce
    from ui.settings import Settings

_ID_BYTES = 8
"""Of a conversation: nobody guesses another's."""


def make_scorer(settings: Settings) -> Scorer:
    """Build the sentiment model the settings name."""
    if settings.scorer == "lexicon":
        return LexiconScorer()
    folder = None if settings.scorer == "bert" else Path(settings.scorer)
    if folder is not None and not (folder.is_dir() or stood_before(folder).is_dir()):
        raise ConfigError(
            f"scorer is {settings.scorer!r}; expected bert, lexicon, or a folder that "
            "groundswell sentiment train wrote"
        )
    from signals.sentiment.bert import BertScorer

    return BertScorer(_e5(settings.weights), folder)


def make_encoder(settings: Settings) -> Encoder:
    """Build the encoder of passages and questions the settings name."""
    match settings.encoder:
        case "hashing":
            return HashingEncoder()
        case "e5":
            return _e5(settings.weights)
        case folder if Path(folder).is_dir():
            from retrieval.sentence import SentenceEncoder

            return SentenceEncoder(Path(folder))
        case other:
            raise ConfigError(
                f"encoder is {other!r}; expected e5, hashing, or a folder that "
                "sentence-transformers reads",
            )


def make_reranker(settings: Settings) -> Reranker | None:
    """Build what orders the found passages anew; None when the settings name none.

    Raises
    ------
    ModelError
        When the folder holds no cross-encoder that can be read.
    """
    if settings.reranker is None:
        return None
    from retrieval.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(settings.reranker)


def make_chat_model(settings: Settings) -> ChatModel | None:
    """Build the chat model the settings name; None when they name none."""
    if settings.llm_model is None:
        return None
    if settings.llm_model.startswith(LOCAL):
        name = settings.llm_model.removeprefix(LOCAL)
        return _local(name, settings.llm_weights, settings.llm_timeout_s)
    return _endpoint(settings, settings.llm_model)


def with_local_model(settings: Settings) -> Settings:
    """Name the first local chat model that was pulled, where none is named and it can run."""
    here = [
        each.name
        for each in known_weights().values()
        if each.condition(settings.llm_weights) is Condition.WHOLE
    ]
    if settings.llm_model is not None or not here or find_spec("xllamacpp") is None:
        return settings
    return settings.model_copy(update={"llm_model": f"{LOCAL}{here[0]}"})


def make_loop_model(settings: Settings) -> LoopModel | None:
    """Build the model that calls tools itself; None when the settings ask for none.

    Raises
    ------
    ConfigError
        For a local model, which is too small to call tools.
    """
    if settings.llm_mode == "plan" or settings.llm_model is None:
        return None
    if settings.llm_model.startswith(LOCAL):
        raise ConfigError(
            f"llm_mode is loop and llm_model is {settings.llm_model}, which cannot call tools; "
            "set llm_mode to plan, or name a model behind an endpoint"
        )
    return _endpoint(settings, settings.llm_model)


def _endpoint(settings: Settings, name: str) -> EndpointModel:
    from agent.model.chat_model import EndpointModel

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    return EndpointModel(
        name,
        base_url=settings.llm_base_url,
        api_key=key,
        timeout_s=settings.llm_timeout_s,
    )


def make_analyst(settings: Settings, length: Length | None = None) -> Analyst:
    """Build what answers questions about the latest run of a workspace.

    Parameters
    ----------
    length
        Of the answers; None takes what each question asks for.

    Raises
    ------
    NotReady
        When nothing was run yet.
    """
    lake = Lake(settings.workspace.lake)
    run = latest_run(lake)
    retriever = open_index(
        settings.workspace.index, make_encoder(settings), make_reranker(settings)
    )
    desk = Desk(lake, retriever, run, models=settings.workspace.models)
    return Analyst(
        desk,
        make_chat_model(settings),
        length=length,
        desk_at=lambda day: _desk_of(desk, day),
        loop=make_loop_model(settings),
    )


@lru_cache(maxsize=1)
def _local(name: str, folder: Path, timeout_s: float) -> LocalModel:
    from agent.model.local_model import LocalModel

    return LocalModel(name, whole(weights_named(name), folder), timeout_s=timeout_s)


def make_past_analyst(settings: Settings, answer: Answer) -> Analyst:
    """Build what gives an answer again: over what the answer was made from, and nothing else.

    Raises
    ------
    DataError
        When that is not there any more.
    ModelError
        When the settings name another encoder or reranker than the answer was searched with.
    """
    trace = answer.trace
    lake = Lake(settings.workspace.lake, trace.lake_versions)
    if lost := lake.lost():
        raise DataError(
            f"answer {answer.answer_id} cannot be given again: the lake has lost the versions of "
            f"{', '.join(lost)} that it was made from; see what newer data say: "
            f"groundswell replay {answer.answer_id} --now"
        )
    encoder = make_encoder(settings)
    reranker = make_reranker(settings)
    named = search_id(encoder, reranker)
    searched_with = trace.models.get("search", named)
    if searched_with != named:
        raise ModelError(
            f"answer {answer.answer_id} was searched with encoder {searched_with!r}, the settings "
            f"name {named!r}; set the encoder and the reranker back"
        )
    run = stored_run(lake, answer.run_id) if answer.run_id else None
    retriever = None
    if trace.searched is not None:
        present = open_index(settings.workspace.index, encoder, reranker)
        retriever = recall_index(trace.searched, Lake(settings.workspace.lake), present)
    return Analyst(Desk(lake, retriever, run, models=settings.workspace.models))


def make_keyring(settings: Settings) -> Keyring:
    """Read the keys that seal raw texts.

    Raises
    ------
    ConfigError
        When none are named, or their file is missing or open to others.
    """
    if settings.raw_key is not None:
        return parse_keys(settings.raw_key.get_secret_value())
    if settings.raw_key_file is not None:
        return read_keys(settings.raw_key_file)
    raise ConfigError(
        "no key is named for raw texts; make one (groundswell raw new-key FILE) and set "
        "raw_key_file = 'FILE', or set GROUNDSWELL_RAW_KEY"
    )


def make_lake_to_fill(settings: Settings) -> Lake:
    """Open the lake for what comes in; raw texts are sealed where the settings say so."""
    sealed = settings.keep_raw == "encrypted"
    return Lake(settings.workspace.lake, keyring=make_keyring(settings) if sealed else None)


def make_state(settings: Settings) -> StateDatabase:
    """Open what the application remembers: in the workspace, or where the settings say."""
    if settings.database_url is not None:
        return StateDatabase(settings.database_url.get_secret_value(), settings.tenant)
    settings.home.mkdir(parents=True, exist_ok=True)
    return StateDatabase(f"sqlite:///{settings.workspace.state}", settings.tenant)


def make_memory(settings: Settings) -> Memory:
    """Open what is remembered of conversations."""
    from agent.memory.sql_memory import SqlMemory

    return SqlMemory(make_state(settings))


def make_alert_states(settings: Settings) -> AlertStates:
    """Open what is remembered of alerts."""
    from ui.alerting.states import AlertStates

    return AlertStates(make_state(settings))


def make_audit(settings: Settings) -> SqlAudit:
    """Open the log of who did what."""
    from ui.audit.sql_audit import SqlAudit

    return SqlAudit(make_state(settings))


def make_ratings(settings: Settings) -> Ratings:
    """Open what visitors thought of answers."""
    from ui.feedback.ratings import Ratings

    return Ratings(make_state(settings))


def make_people(settings: Settings) -> SqlPeople:
    """Open the list of people who may come in."""
    from ui.people.sql_people import SqlPeople

    return SqlPeople(make_state(settings))


def make_actor(settings: Settings) -> Person:
    """Find out who acts through commands and tools."""
    from ui.people.acting import acting_person

    token = settings.token.get_secret_value() if settings.token else None
    return acting_person(make_people(settings), settings.tenant, token)


def asks_for_login(settings: Settings) -> bool:
    """Tell whether people have to log in: as soon as there is one, or always."""
    return settings.login == "always" or not make_people(settings).is_empty()


def make_passwords() -> Passwords:
    """Build what hashes and checks passwords."""
    from ui.people.passwords import Passwords

    return Passwords()


def make_login(settings: Settings) -> Login:
    """Build what lets people in."""
    from ui.people.login import Login
    from ui.people.sql_attempts import SqlAttempts

    attempts = SqlAttempts(make_state(settings))
    return Login(make_people(settings), attempts, make_passwords(), make_audit(settings))


def make_talks(settings: Settings) -> SqlTalks:
    """Open what says whose a conversation is."""
    from ui.people.sql_talks import SqlTalks

    return SqlTalks(make_state(settings))


def make_jobs(settings: Settings) -> SqlJobs:
    """Open the list of long work."""
    from ui.jobs.sql_jobs import SqlJobs

    return SqlJobs(make_state(settings))


def make_once(settings: Settings) -> SqlOnce:
    """Open what remembers which writes were answered."""
    from ui.requests.sql_once import SqlOnce

    return SqlOnce(make_state(settings))


def make_whose(settings: Settings, person: Person) -> Whose:
    """Say whose the conversations of a person are."""
    from ui.people.sql_talks import Whose

    return Whose(make_talks(settings), person.user_id)


def make_conversation(
    analyst: Analyst,
    memory: Memory,
    whose: Whose,
    conversation_id: str | None = None,
    last: Answer | None = None,
) -> Conversation:
    """Begin a conversation, or go on with one.

    Parameters
    ----------
    conversation_id
        None begins one.
    last
        Its last answer, where the caller has it; else it is looked up.

    Raises
    ------
    DataError
        When there is none of this id, or it is somebody else's.
    """
    if conversation_id is not None:
        whose.talks.check(conversation_id, whose.user_id)
    if conversation_id is not None and last is None:
        last = memory.last(conversation_id).answer
    about = Circumstances(
        conversation_id or _begun(whose),
        lambda: pd.Timestamp.now("UTC"),
        _code_version(),
    )
    return Conversation(analyst, memory, about, last)


def _begun(whose: Whose) -> str:
    """Make the id of a conversation, and write down whose it is."""
    conversation_id = secrets.token_hex(_ID_BYTES)
    if whose.user_id:
        whose.talks.claim(conversation_id, whose.user_id)
    return conversation_id


@cache
def _code_version() -> str:
    return version("groundswell")  # reads files, and every question is answered with it


def _desk_of(desk: Desk, day: date) -> Desk:
    """Give the desk of the run that would have spoken on a day, without what came later."""
    run = run_as_of(desk.lake, pd.Timestamp(day))
    searched = desk.retriever.about if desk.retriever else None
    holds_it = desk.retriever is None or (searched is not None and searched.run_id == run.run_id)
    if desk.run is not None and run.run_id == desk.run.run_id and holds_it:
        return desk
    then = replace(desk, run=run, retriever=None)
    if desk.retriever is None:
        return then
    about = IndexAbout(
        desk.retriever.about.kind if desk.retriever.about else IndexKind.FAISS,
        desk.lake.versions(),
        run.run_id,
        then.known_by.isoformat(),
        then.scorer(),
    )
    return replace(then, retriever=recall_index(about, desk.lake, desk.retriever))


@lru_cache(maxsize=1)
@lru_cache(maxsize=1)
def _e5(weights: Path | None) -> E5:
    from signals.sentiment.e5 import load_e5

    return load_e5(weights)
