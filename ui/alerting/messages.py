"""Messages of a broker into rows: one JSON object a message, whatever else comes is set aside."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from signals import (
    DataError,
    Feed,
    given_column_map,
    guess_column_map,
    recall_column_map,
    remember_column_map,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from signals import ColumnMap, Table

_HALF: Final = re.compile("[\ud800-\udfff]")  # halves of a character, which nothing can store
_SHOWN: Final = 200
_BAD: Final = ["line", "text", "problem"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """One message.

    Parameters
    ----------
    value
        What it says; None when it says nothing.
    origin
        Where it lies: topic and partition, or stream.
    position
        Its number there.
    """

    value: bytes | None
    origin: str
    position: int


class MessageReader:
    """Reads messages as rows of one table.

    Which field is which column is found from the first messages, or said; it is remembered, so
    that the same message is the same row for ever.

    Parameters
    ----------
    assignments
        ``COLUMN=FIELD``, over what is found.
    memory
        File of the column maps of the workspace.
    name
        Of the stream.
    """

    def __init__(
        self, table: Table, assignments: Sequence[str], *, memory: Path, name: str
    ) -> None:
        self._table = table
        self._assignments = assignments
        self._memory = memory
        self._header = [f"stream {name} {table.name}"]
        self._column_map = recall_column_map(memory, self._header)
        if self._column_map is not None and assignments:
            self._column_map = given_column_map(self._column_map, assignments)
            remember_column_map(memory, self._header, self._column_map)

    def read(self, messages: Sequence[Received]) -> tuple[Feed, ...]:
        """Give a feed an origin; its lines are the positions of the messages.

        Raises
        ------
        DataError
            When the fields of the first messages are not those of the table.
        """
        read = [(message, *_object(message.value)) for message in messages]
        rows = [row for _, row, _ in read if row is not None]
        if self._column_map is None and rows:
            self._column_map = self._find(pd.DataFrame(rows, dtype=object))
        feeds = []
        for origin in dict.fromkeys(message.origin for message in messages):
            here = [each for each in read if each[0].origin == origin]
            feeds.append(self._feed(origin, here))
        return tuple(feeds)

    def _find(self, sample: pd.DataFrame) -> ColumnMap:
        found = given_column_map(guess_column_map(sample, self._table), self._assignments)
        try:
            found.check(list(sample.columns))
        except DataError as error:
            raise DataError(f"the first messages cannot be read: {error}") from error
        remember_column_map(self._memory, self._header, found)
        logger.warning("columns are read from fields so: %s", dict(found.columns))
        return found

    def _feed(
        self, origin: str, read: Sequence[tuple[Received, dict[str, str | None] | None, str]]
    ) -> Feed:
        good = [(message.position, row) for message, row, _ in read if row is not None]
        bad = [
            (message.position, (message.value or b"")[:_SHOWN].decode("utf-8", "replace"), problem)
            for message, row, problem in read
            if row is None
        ]
        columns = {} if self._column_map is None else dict(self._column_map.columns)
        return Feed(
            self._table,
            pd.DataFrame(
                {name: [row.get(field) for _, row in good] for name, field in columns.items()},
                dtype=object,
            ),
            origin,
            lines=[position for position, _ in good],
            bad_lines=pd.DataFrame(bad, columns=_BAD) if bad else None,
            date_order=None if self._column_map is None else self._column_map.date_order,
            decimal=None if self._column_map is None else self._column_map.decimal,
        )


def _object(value: bytes | None) -> tuple[dict[str, str | None] | None, str]:
    """Read a message as names and texts; None and what is wrong with it when it is none."""
    if not value or not value.strip():
        return None, "the message is empty"
    try:
        found = json.loads(value.decode("utf-8"))
    except UnicodeDecodeError:
        return None, "not UTF-8"
    except (ValueError, RecursionError) as error:
        return None, f"not JSON ({str(error)[:60]})"
    if not isinstance(found, dict):
        return None, "not an object of names and values"
    return {_whole(name): _cell(cell) for name, cell in found.items()}, ""


def _cell(value: Any) -> str | None:  # noqa: ANN401 - what JSON holds
    if value is None or isinstance(value, str):
        return _whole(value) if value else None
    return _whole(json.dumps(value, ensure_ascii=False))


def _whole(text: str) -> str:
    if not _HALF.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
