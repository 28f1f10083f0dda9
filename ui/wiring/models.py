"""Models the settings name: what reads texts, what finds them again, what words answers."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent import Condition, known_weights, weights_named, whole
from retrieval import HashingEncoder
from signals import ConfigError, LexiconScorer, stood_before

if TYPE_CHECKING:
    from agent import ChatModel, LoopModel
    from agent.model.chat_model import EndpointModel
    from agent.model.local_model import LocalModel
    from retrieval import Encoder, Reranker
    from signals import Scorer
    from signals.sentiment.e5 import E5
    from ui.settings import Settings

LOCAL: Final = "local:"
"""What a setting begins with that names weights pulled to this machine."""


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


@lru_cache(maxsize=1)
def _local(name: str, folder: Path, timeout_s: float) -> LocalModel:
    from agent.model.local_model import LocalModel

    return LocalModel(name, whole(weights_named(name), folder), timeout_s=timeout_s)


@lru_cache(maxsize=1)
def _e5(weights: Path | None) -> E5:
    from signals.sentiment.e5 import load_e5

    return load_e5(weights)
