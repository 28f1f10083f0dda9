"""Sales files as people make them, each with what it means.

``POLLUTIONS`` names every way in which a file is spoilt; each makes a file from a seed, with the
truth of every line. The idea of measured pollution of one table comes from the Pollock benchmark;
kinds, generator and counts are made here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np

HEADERS: Final = (
    ("product_id", "store", "date", "units", "price"),
    ("SKU", "Shop", "Sale Date", "Qty", "Unit price"),
    ("商品编号", "门店", "日期", "销量", "单价"),
    ("produto", "loja", "data", "quantidade", "preço"),
)
"""Names of product, store, day, units and price."""

PRODUCT, STORE, DAY, UNITS, PRICE = range(5)
"""Places of the cells of a line."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What a line means."""

    product: str
    store: str
    day: date
    units: float
    price: float | None


@dataclass(slots=True)
class Line:
    """One row of a draft.

    Parameters
    ----------
    sale
        What must be stored if anything is; None where nothing may be.
    must_name
        Whether it must be named in the report though it means no sale that can be known.
    raw
        How it is written, where the cells do not say.
    """

    cells: list[str]
    sale: Sale | None = None
    must_name: bool = False
    raw: str | None = None

    def spoil(self, place: int, cell: str) -> None:
        """Put something in a cell of which nobody can tell what was meant."""
        self.cells[place] = cell
        self.sale, self.must_name = None, True


@dataclass(slots=True)
class Draft:
    """A file before it is written.

    Parameters
    ----------
    asks
        Whether nobody can read the file without asking, so that a refusal is right.
    """

    header: list[str]
    lines: list[Line]
    above: list[str] = field(default_factory=list)
    delimiter: str = ","
    quote: str = '"'
    quote_all: bool = False
    end: str = "\n"
    asks: bool = False

    def write(self, cells: list[str]) -> str:
        """Write cells as a line without its end, quoted where that is needed."""
        mark = self.quote
        return self.delimiter.join(
            f"{mark}{cell.replace(mark, mark * 2)}{mark}"
            if self.quote_all or any(c in cell for c in (self.delimiter, mark, "\n", "\r"))
            else cell
            for cell in cells
        )

    def texts(self) -> list[str]:
        """Write all lines, those above the header and the header included."""
        rows = [self.write(line.cells) if line.raw is None else line.raw for line in self.lines]
        return [*self.above, self.write(self.header), *rows]


@dataclass(frozen=True, slots=True)
class Polluted:
    """A file and its truth.

    Parameters
    ----------
    truth
        First line in the file and line of the draft, for each row.
    columns
        Which column of the file is product, store, day, units and price.
    """

    content: bytes
    suffix: str
    truth: list[tuple[int, Line]]
    columns: tuple[str, ...]
    asks: bool


def clean(rng: np.random.Generator, **layout: Any) -> Draft:  # noqa: ANN401 - as of _cells
    """Draft a file in which all is well: every product, store and day once."""
    header = HEADERS[int(rng.integers(len(HEADERS)))]
    products = [f"{rng.choice(['A', 'K', 'TX'])}-{100 + n}" for n in range(int(rng.integers(3, 6)))]
    first = date(2024, 1, 1) + timedelta(days=int(rng.integers(0, 200)))
    sales = [
        Sale(product, store, first + timedelta(days=int(step)),
             float(rng.integers(1, 60)), round(float(rng.uniform(1, 90)), 2))
        for step in range(0, 33, 3)
        for product in products
        for store in ("north", "south")
    ]  # fmt: skip
    return draft(list(header), sales, **layout)


def draft(header: list[str], sales: list[Sale], **layout: Any) -> Draft:  # noqa: ANN401
    """Write sales as the lines of a draft, see ``_cells`` for the layout."""
    return Draft(header, [Line(_cells(sale, **layout), sale) for sale in sales])


def as_text(made: Draft, encoding: str = "utf-8", *, last_end: bool = True) -> Polluted:
    """Write a draft as a text file."""
    texts = made.texts()
    content = made.end.join(texts) + (made.end if last_end else "")
    number, truth = 1, []
    for place, text in enumerate(texts):
        if place > len(made.above):
            truth.append((number, made.lines[place - len(made.above) - 1]))
        number += 1 + text.count("\n") + text.count("\r") - text.count("\r\n")
    return Polluted(content.encode(encoding), "csv", truth, tuple(made.header), made.asks)


def pick(rng: np.random.Generator, made: Draft, count: int = 1) -> list[Line]:
    """Choose some lines to spoil."""
    places = rng.choice(len(made.lines), size=count, replace=False)
    return [made.lines[int(place)] for place in sorted(places)]


def insert(rng: np.random.Generator, made: Draft, line: Line) -> None:
    """Put a line somewhere in the middle."""
    made.lines.insert(int(rng.integers(3, len(made.lines) - 3)), line)


def _cells(
    sale: Sale, day: str = "%Y-%m-%d", decimal: str = ".", group: str = "", price: str = "{}"
) -> list[str]:
    units = f"{sale.units:,.0f}".replace(",", group)
    whole, _, cents = f"{sale.price or 0:,.2f}".partition(".")
    amount = f"{whole.replace(',', group)}{decimal}{cents}"
    return [sale.product, sale.store, sale.day.strftime(day), units, price.format(amount)]
