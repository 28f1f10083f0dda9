"""What a polluted sales file becomes on the way into the lake.

Every kind of pollution makes files from seeds, with the truth of each line. Each file takes the
way of a user who says yes to every guess: a reader in a process of its own (forked from a warm
one), the guessed column map, the quality gate at its default limit, a fresh lake. Then what is
stored and what is named is held against the truth.

- **silently wrong**: files with a stored row that is not true (a value differs, or the line was no
  sale at all), or with a line that is neither stored nor named in the report. Over all files.
- **refused**: files of which nothing is stored though they can be read. Some kinds cannot be read
  without asking: 03/04/2024 where no other cell tells which is the month, a header that is missing
  or names a column twice, blank names that may be a loss. There a refusal is the right
  answer and is not counted, but what is stored all the same must be true. ``asks`` marks them.
- **conserved**: rows in = rows kept (exact copies among them) + rows quarantined, in the report and
  in the lake.

The peers read the same text files and are told the right columns; days and numbers are then read
as their users do, and a row in which that fails counts as named.
"""

from __future__ import annotations

import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np
import pandas as pd
from proofs.fork_server import ForkedReaders
from proofs.polluted_sales import DAY, PRICE, PRODUCT, STORE, UNITS, Polluted, Sale
from proofs.pollution_cells import CELLS
from proofs.pollution_dialects import DIALECTS
from proofs.pollution_formats import FORMATS
from proofs.pollution_layouts import LAYOUTS
from reporting import Figure

from signals import (
    BATCHES,
    QUARANTINE,
    SALES,
    Col,
    DataError,
    Lake,
    guess_column_map,
    ingest,
    read_raw,
    table_feed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from proofs.size import Size

    from signals.intake.readers import Run

POLLUTIONS: Final = DIALECTS | LAYOUTS | CELLS | FORMATS
"""Kind of pollution to what makes such a file from a generator of random numbers."""

NOW: Final = pd.Timestamp("2025-06-01", tz="UTC")
_SEED: Final = 20241101
_AS_TEXT: Final = "csv"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Parameters
    ----------
    refusal
        Why nothing was stored; None where something was.
    wrong
        Stored rows that are not true, and lines that nobody heard of again.
    conserved
        Whether the counts add up.
    """

    refusal: str | None = None
    wrong: tuple[str, ...] = ()
    conserved: bool = True


def prove(size: Size) -> Iterator[Figure]:
    """Make files of every kind, or of every eighth, bring each into a lake, and count."""
    kinds = list(POLLUTIONS)[:: size.pick(1, 8)]
    outcomes: dict[str, list[Outcome]] = {}
    peers: dict[str, list[bool | None]] = {name: [] for name in PEERS}
    asks = 0
    refused: list[str] = []
    with ForkedReaders() as run, tempfile.TemporaryDirectory() as folder:
        for kind, made in made_files(kinds, seeds=size.pick(13, 1)):
            outcome = outcome_of(made, Path(folder), run)
            outcomes.setdefault(kind, []).append(outcome)
            asks += made.asks
            if outcome.refusal and not made.asks:
                refused.append(f"{kind}: {outcome.refusal[:160]}")
            elif outcome.wrong:
                print(f"{kind}: silently wrong: {outcome.wrong[0][:200]}")
            if made.suffix == _AS_TEXT:
                for name, read in PEERS.items():
                    peers[name].append(peer_is_wrong(made, Path(folder), read))
    for reason, count in Counter(refused).most_common():
        print(f"refused {count} x {reason}")
    every = [outcome for several in outcomes.values() for outcome in several]
    wrong = sum(bool(outcome.wrong) for outcome in every)
    yield Figure("kinds of pollution", len(outcomes), "kinds", "higher", size.pick(60, 12))
    yield Figure("polluted files", len(every), "files", "higher", size.pick(2000, 12))
    yield _beside("files silently wrong", wrong / len(every), peers, 0.01, wrong=True)
    refusals = len(refused) / max(len(every) - asks, 1)
    yield _beside("files refused that can be read", refusals, peers, 0.02, wrong=False)
    kept = sum(outcome.conserved for outcome in every) / len(every)
    yield Figure("files whose rows are conserved", kept, "share", "higher", 1)
    yield Figure("peak memory of a reader", run.peak_bytes / 2**20, "MiB", "lower", 512)


def made_files(kinds: Sequence[str], *, seeds: int) -> Iterator[tuple[str, Polluted]]:
    """Make ``seeds`` files of every kind."""
    numbers = {kind: number for number, kind in enumerate(POLLUTIONS)}
    for kind in kinds:
        for seed in range(seeds):
            yield kind, POLLUTIONS[kind](np.random.default_rng([_SEED, numbers[kind], seed]))


def outcome_of(made: Polluted, folder: Path, run: Run) -> Outcome:
    """Bring one file into a fresh lake and hold what is there against the truth."""
    path = folder / f"sales.{made.suffix}"
    path.write_bytes(made.content)
    with tempfile.TemporaryDirectory(dir=folder) as root:
        lake = Lake(Path(root))
        try:
            raw = read_raw(path, run=run)
            column_map = guess_column_map(raw.frame)
            feed = table_feed(raw, column_map)
            report = ingest(lake, [feed], source="file", now=NOW)
        except DataError as error:
            return Outcome(refusal=str(error))
        if column_map.table is not SALES:
            return Outcome(wrong=(f"taken for {column_map.table.name}",))
        [table] = report.tables
        stored, problems = lake.read(SALES), lake.read(QUARANTINE)
        [batch] = lake.read(BATCHES).to_dict("records")
    conserved = (
        table.rows_in == table.kept + table.quarantined == feed.rows_in
        and len(stored) == table.new
        and batch[Col.ROWS_IN] == batch[Col.KEPT] + batch[Col.QUARANTINED]
    )
    wrong = untrue(made, sold(stored), set(problems[Col.LINE]))
    return Outcome(wrong=tuple(wrong), conserved=conserved)


def untrue(made: Polluted, stored: list[Sale], named: set[int]) -> Iterator[str]:
    """Say what is stored and not true, and which lines are neither stored nor named."""
    truth = {line.sale for _, line in made.truth if line.sale}
    yield from (f"stored {sale}" for sale in stored if sale not in truth)
    found = set(stored)
    for number, line in made.truth:
        if number not in named and (
            line.must_name if line.sale is None else line.sale not in found
        ):
            yield f"line {number} was lost: {line.cells}"


def sold(stored: pd.DataFrame) -> list[Sale]:
    """Give the rows of a table of sales as the truth has them."""
    columns = (Col.PRODUCT_ID, Col.STORE_ID, Col.DAY, Col.UNITS, Col.PRICE)
    return [
        Sale(product, store, day.date(), units, None if pd.isna(price) else round(price, 9))
        for product, store, day, units, price in stored[list(columns)].itertuples(index=False)
    ]


def _by_pandas(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


def _by_duckdb(path: Path) -> pd.DataFrame:
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute("SELECT * FROM read_csv(?)", [str(path)]).df()


PEERS: Final[dict[str, Callable[[Path], pd.DataFrame]]] = {
    "pandas.read_csv": _by_pandas,
    "duckdb read_csv": _by_duckdb,
}


def peer_is_wrong(
    made: Polluted, folder: Path, read: Callable[[Path], pd.DataFrame]
) -> bool | None:
    """Tell whether a peer is silently wrong; None when it refuses the file."""
    path = folder / "peer.csv"
    path.write_bytes(made.content)
    places = {PRODUCT: Col.PRODUCT_ID, STORE: Col.STORE_ID, DAY: Col.DAY,
              UNITS: Col.UNITS, PRICE: Col.PRICE}  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            frame = read(path)
            columns: dict[str, Any] = {}
            for place, name in places.items():
                wanted = made.columns[place]
                columns[name] = frame[wanted] if wanted else pd.Series(None, frame.index)
            found = pd.DataFrame(columns)
            found[Col.DAY] = pd.to_datetime(found[Col.DAY], errors="coerce", utc=True)
        except (ValueError, KeyError, duckdb.Error, pd.errors.ParserError):
            return None
    for name in (Col.UNITS, Col.PRICE):
        found[name] = pd.to_numeric(found[name], errors="coerce")
    whole = found.dropna(subset=[Col.PRODUCT_ID, Col.DAY, Col.UNITS])
    stored = sold(whole.astype({Col.PRODUCT_ID: str, Col.STORE_ID: str}))
    truth = [line.sale for _, line in made.truth if line.sale]
    lost = len(set(truth) - set(stored))
    return bool(set(stored) - set(truth)) or lost > len(found) - len(whole)


def _beside(
    name: str, value: float, peers: dict[str, list[bool | None]], reach: float, *, wrong: bool
) -> Figure:
    shares = {
        peer: sum(told is True if wrong else told is None for told in found) / max(len(found), 1)
        for peer, found in peers.items()
    }
    best = min(shares, key=lambda peer: shares[peer])
    return Figure(name, value, "share", "lower", reach, best, shares[best], peers=shares)
