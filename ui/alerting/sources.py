"""What is watched, from what a user types: a folder, ``kafka://...`` or ``nats://...``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from signals import ConfigError, DataError, MissingExtra, table_named
from ui.alerting.messages import MessageReader

if TYPE_CHECKING:
    from signals import StateDatabase
    from ui.alerting.source import Source
    from ui.settings import Settings

KAFKA: Final = "kafka"
NATS: Final = "nats"
_SIGN: Final = "://"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be watched.

    Parameters
    ----------
    address
        A folder, ``kafka://HOST:PORT/TOPIC`` (commas between several hosts) or
        ``nats://HOST:PORT/SUBJECT``.
    table
        That messages fill; a file may be of any kind.
    assignments
        ``COLUMN=FIELD`` of messages.
    group
        Name under which a broker remembers what was taken.
    guess
        Whether guessed columns of files are taken.
    """

    address: str
    table: str = "documents"
    assignments: tuple[str, ...] = ()
    group: str = "groundswell"
    guess: bool = False


def open_source(settings: Settings, database: StateDatabase, wanted: Wanted) -> Source:
    """Open what is to be watched.

    Raises
    ------
    DataError
        When it is not there, or the address makes no sense.
    MissingExtra
        When the client of the broker is not installed.
    """
    kind, sign, rest = wanted.address.partition(_SIGN)
    if not sign:
        return _folder(settings, database, wanted)
    servers, _, place = rest.partition("/")
    if kind not in {KAFKA, NATS} or not servers or not place:
        raise DataError(
            f"{kind}{_SIGN} with what follows cannot be watched; expected a folder, "
            "kafka://HOST:PORT/TOPIC or nats://HOST:PORT/SUBJECT"
        )
    if "@" in servers:
        raise DataError(
            f"the address holds a name and password; set them in GROUNDSWELL_STREAM_OPTIONS "
            f"and write {kind}{_SIGN}{servers.rpartition('@')[2]}/{place}"
        )
    reader = MessageReader(
        table_named(wanted.table),
        wanted.assignments,
        memory=settings.workspace.column_maps,
        name=f"{kind} {place}",
    )
    options = _options(settings)
    try:
        if kind == KAFKA:
            from ui.alerting.kafka_source import KafkaSource

            return KafkaSource(servers, place, reader, group=wanted.group, options=options)
        from ui.alerting.nats_source import NatsSource

        return NatsSource(servers, place, reader, durable=wanted.group, options=options)
    except ModuleNotFoundError as error:
        raise MissingExtra(str(error.name), kind) from error


def _folder(settings: Settings, database: StateDatabase, wanted: Wanted) -> Source:
    from ui.alerting.folder_source import FolderSource
    from ui.alerting.watched_files import WatchedFiles

    return FolderSource(
        Path(wanted.address),
        WatchedFiles(database),
        tolerated=settings.max_quarantine_share,
        column_maps=settings.workspace.column_maps,
        guess=wanted.guess,
    )


def _options(settings: Settings) -> dict[str, str]:
    """Read ``NAME=VALUE`` pairs; what they hold is never shown."""
    secret = settings.stream_options
    pairs = [] if secret is None else secret.get_secret_value().split()
    if any("=" not in pair for pair in pairs):
        raise ConfigError(
            "stream_options holds something that is not NAME=VALUE; write options with spaces "
            "between them, such as security.protocol=SASL_SSL sasl.username=NAME"
        )
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
