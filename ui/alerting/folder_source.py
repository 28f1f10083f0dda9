"""A folder as a source of rows: each file that appears in it is taken once, when it is complete."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from signals import (
    DataError,
    guess_column_map,
    read_raw,
    recall_column_map,
    remember_column_map,
    table_feed,
)
from ui.alerting.source import Arrival
from ui.alerting.watched_files import FileMark, WatchedFiles

if TYPE_CHECKING:
    from pathlib import Path

    from signals import ColumnMap, RawTable

UNFINISHED: Final = (".part", ".tmp", ".crdownload")
"""Endings of files that are still being written."""

_STEADY_NS: Final = 2_000_000_000
_STEP_S: Final = 0.5

logger = logging.getLogger(__name__)


class FolderSource:
    """Files of one folder, not of those in it.

    A file is taken when it has not changed for two seconds; hidden and unfinished ones are not.
    One whose columns were never confirmed is refused, unless guesses are taken.

    Parameters
    ----------
    tolerated
        Share of bad rows from which a file is refused.
    column_maps
        File of the column maps of the workspace.
    guess
        Whether guessed columns are taken.

    Raises
    ------
    DataError
        When there is no such folder.
    """

    def __init__(
        self,
        folder: Path,
        files: WatchedFiles,
        *,
        tolerated: float,
        column_maps: Path,
        guess: bool,
    ) -> None:
        if not folder.is_dir():
            raise DataError(f"{folder} is no folder; give one, or kafka://... or nats://...")
        self.name = "folder"
        self._folder = folder
        self._files = files
        self._tolerated = tolerated
        self._column_maps = column_maps
        self._guess = guess

    def fetch(self, wait_s: float) -> Arrival | None:
        end = time.monotonic() + wait_s
        while True:
            for path, mark in self._waiting():
                arrival = self._read(path, mark)
                if arrival is not None:
                    return arrival
            if time.monotonic() >= end:
                return None
            time.sleep(min(_STEP_S, wait_s))

    def commit(self, arrival: Arrival, refused: str = "") -> None:
        if not isinstance(arrival.token, FileMark):
            raise TypeError(f"this arrival is of another source: {arrival.token!r}")
        self._settle(arrival.token, refused)

    def close(self) -> None:
        """Nothing is held between two calls."""

    def _waiting(self) -> list[tuple[Path, FileMark]]:
        """List files that are complete and were not taken so, the oldest first."""
        known = self._files.known()
        now_ns = time.time_ns()
        found = []
        for path in self._folder.iterdir():
            if path.name.startswith(".") or path.suffix in UNFINISHED or not path.is_file():
                continue
            about = path.stat()
            mark = FileMark(str(path.absolute()), about.st_size, about.st_mtime_ns)
            if mark not in known and abs(now_ns - about.st_mtime_ns) >= _STEADY_NS:
                found.append((path, mark))
        return sorted(found, key=lambda pair: (pair[1].modified_ns, pair[1].path))

    def _read(self, path: Path, mark: FileMark) -> Arrival | None:
        try:
            raw = read_raw(path)
            feed = table_feed(raw, self._columns(raw))
        except DataError as error:
            self._settle(mark, str(error))
            return None
        return Arrival((feed,), mark, self._tolerated)

    def _columns(self, raw: RawTable) -> ColumnMap:
        header = list(raw.frame.columns)
        known = recall_column_map(self._column_maps, header)
        if known is not None:
            return known
        guess = guess_column_map(raw.frame)
        guess.check(header)
        if not self._guess:
            raise DataError(
                f"{raw.file} has columns that nobody confirmed; bring it in once by hand "
                f"(groundswell ingest {raw.file}), or watch with --yes; change the file to have it "
                "looked at again"
            )
        remember_column_map(self._column_maps, header, guess)
        return guess

    def _settle(self, mark: FileMark, refused: str) -> None:
        if refused:
            logger.warning("%s was refused: %s", mark.path, refused)
        self._files.settle(mark, refused)
