"""What is kept between runs: the lake to fill, and the database of what the application remembers.

The database is in the workspace, or where the settings say; each who keeps something there has a
part of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signals import ConfigError, Keyring, Lake, StateDatabase, parse_keys, read_keys

if TYPE_CHECKING:
    from agent import Memory
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


def make_whose(settings: Settings, person: Person) -> Whose:
    """Say whose the conversations of a person are."""
    from ui.people.sql_talks import Whose

    return Whose(make_talks(settings), person.user_id)


def make_jobs(settings: Settings) -> SqlJobs:
    """Open the list of long work."""
    from ui.jobs.sql_jobs import SqlJobs

    return SqlJobs(make_state(settings))


def make_once(settings: Settings) -> SqlOnce:
    """Open what remembers which writes were answered."""
    from ui.requests.sql_once import SqlOnce

    return SqlOnce(make_state(settings))
