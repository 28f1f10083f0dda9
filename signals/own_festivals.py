"""Festivals of a user's own table: a fair, a stream of a celebrity, the birthday of the shop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from signals.errors import ConfigError, DataError
from signals.frames import Col

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_COLUMNS: Final = (Col.NAME, Col.DAY, Col.DAYS_BEFORE, Col.DAYS_AFTER)
_LONGEST: Final = 90  # days a window may last: a longer one is a season, no festival
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class OwnFestival:
    """A festival whose days somebody wrote down.

    Parameters
    ----------
    name
        As it is in names of columns: letters, digits and underscores.
    days
        Shape (times,), datetime64[D].
    before, after
        Days on which it is felt before and after each of ``days``, shape (times,).
    """

    name: str
    days: np.ndarray
    before: np.ndarray
    after: np.ndarray

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns: the day, and the windows before and after that are not empty."""
        windows = ("_before",) * bool(self.before.any()) + ("_after",) * bool(self.after.any())
        return tuple(f"own_{self.name}{window}" for window in ("", *windows))

    def to_dict(self) -> dict[str, Any]:
        """Say it in JSON."""
        return {
            "name": self.name,
            "days": np.datetime_as_string(self.days, unit="D").tolist(),
            "before": self.before.tolist(),
            "after": self.after.tolist(),
        }

    @classmethod
    def from_dict(cls, about: Mapping[str, Any]) -> OwnFestival:
        """Read what `to_dict` gave."""
        days = np.array(about["days"], dtype="datetime64[D]")
        return cls(about["name"], days, np.array(about["before"]), np.array(about["after"]))

    def felt(self, days: pd.DatetimeIndex) -> dict[str, np.ndarray]:
        """Say of each day whether it is the festival, before it or after it; shape (days,)."""
        offset = (days.to_numpy("datetime64[D]")[:, None] - self.days[None]).astype(int)
        says = {
            "": offset == 0,
            "_before": (offset < 0) & (offset >= -self.before),
            "_after": (offset > 0) & (offset <= self.after),
        }
        felt = {f"own_{self.name}{window}": each for window, each in says.items()}
        return {name: felt[name].any(axis=1).astype(float) for name in self.columns}


def read_festivals(file: Path) -> tuple[OwnFestival, ...]:
    """Read a CSV of festivals: name, day, days_before, days_after; one row each time it is held.

    Raises
    ------
    ConfigError
        When there is no such file.
    DataError
        When columns are missing, or rows cannot be understood; all of them are named.
    """
    if not file.is_file():
        raise ConfigError(
            f"festivals is {str(file)!r}, which is no file; expected a CSV with the columns "
            f"{', '.join(_COLUMNS)}"
        )
    try:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read as CSV in UTF-8: {error}") from error
    missing = [name for name in (Col.NAME, Col.DAY) if name not in rows]
    if missing:
        raise DataError(
            f"{file} lacks the column(s) {missing}; it has {list(rows)}, "
            f"expected {', '.join(_COLUMNS)}"
        )
    checked = _checked(rows, file)
    return tuple(
        OwnFestival(
            str(name),
            held[Col.DAY].to_numpy("datetime64[D]"),
            held[Col.DAYS_BEFORE].to_numpy(np.int64),
            held[Col.DAYS_AFTER].to_numpy(np.int64),
        )
        for name, held in checked.groupby(Col.NAME)
    )


def _checked(rows: pd.DataFrame, file: Path) -> pd.DataFrame:
    names = rows[Col.NAME].map(lambda name: re.sub(r"\W+", "_", name.strip().lower()).strip("_"))
    days = pd.to_datetime(rows[Col.DAY].str.strip(), format="%Y-%m-%d", errors="coerce")
    checked = pd.DataFrame({Col.NAME: names, Col.DAY: days})
    problems = [(names == "", "has no name"), (days.isna(), "has no day as 2025-11-11")]
    for window in (Col.DAYS_BEFORE, Col.DAYS_AFTER):
        given = rows[window].str.strip() if window in rows else pd.Series("", index=rows.index)
        count = pd.to_numeric(given.replace("", "0"), errors="coerce")
        wrong = count.isna() | (count < 0) | (count > _LONGEST) | (count % 1 != 0)
        problems.append((wrong, f"has no {window} from 0 to {_LONGEST}"))
        checked[window] = count
    found = [
        f"line {place + 2} {what}"
        for wrong, what in problems
        for place in np.flatnonzero(wrong.to_numpy())
    ]
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise DataError(f"{file}: {'; '.join(found[:_SHOWN])}{more}: correct these rows")
    return checked
