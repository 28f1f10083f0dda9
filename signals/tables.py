"""Tables of the lake: types and keys.

Days are dates without a zone (``datetime64[ns]`` at midnight in pandas). Moments
(``available_at``, ``event_time``) are UTC (``datetime64[ns, UTC]``). ``available_at`` is the moment
a row could be known; a restatement is a new row with the same key and a later ``available_at``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pyarrow as pa

from signals.frames import Col


class DocumentKind(StrEnum):
    """What a document is."""

    REVIEW = "review"
    POST = "post"
    NEWS = "news"
    SERVICE = "service"


class Measure(StrEnum):
    """What ``units`` counts. A proxy is named in every answer."""

    UNITS_SOLD = "units sold"
    REVIEW_COUNT = "review count"


EVERYWHERE: Final = "all"
"""Store or region of a row that names none."""

PLANNED_PROMO: Final = "planned_promo"
"""Name of the covariate that tells promotions ahead; ``region`` is the product."""

PLANNED_PRICE: Final = "planned_price"
"""Name of the covariate that tells prices ahead; ``region`` is the product."""


class Scope(StrEnum):
    """What a series adds up; ids are ``product:<product_id>``, ``category:<name>``, ``total``."""

    PRODUCT = "product"
    CATEGORY = "category"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lake.

    Parameters
    ----------
    name
        Folder of the Delta table.
    key
        Columns that identify a thing. With ``available_at`` they identify a row.
    schema
        Column names and types of the stored table.
    required
        Columns a source must fill; the others may be null.
    checked_late
        Whether its files are checked for damage when they are read, not when the lake is opened:
        for large tables that no answer is made from.
    """

    name: str
    key: tuple[str, ...]
    schema: pa.Schema
    required: tuple[str, ...] = ()
    checked_late: bool = False

    def __post_init__(self) -> None:
        missing = {*self.key, *self.required} - set(self.schema.names)
        if missing:
            raise ValueError(f"table {self.name} names columns it does not have: {sorted(missing)}")

    @property
    def has_history(self) -> bool:
        """Whether rows carry ``available_at``, so that the table can be read as of a moment."""
        return Col.AVAILABLE_AT in self.schema.names


_DAY = pa.date32()
_MOMENT = pa.timestamp("us", tz="UTC")
_TEXT = pa.string()
_NUMBER = pa.float64()
_COUNT = pa.int64()
_ASPECTS = pa.list_(pa.struct([(Col.ASPECT, _TEXT), (Col.POLARITY, _NUMBER)]))


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


SALES = Table(
    "sales",
    (Col.PRODUCT_ID, Col.STORE_ID, Col.DAY),
    _schema(
        product_id=_TEXT, store_id=_TEXT, day=_DAY, units=_NUMBER, price=_NUMBER, promo=_NUMBER,
        revenue=_NUMBER, in_stock=pa.bool_(), currency=_TEXT, measure=_TEXT, available_at=_MOMENT,
    ),
    required=(Col.PRODUCT_ID, Col.DAY, Col.UNITS),
)  # fmt: skip
PRODUCTS = Table(
    "products",
    (Col.PRODUCT_ID,),
    _schema(
        product_id=_TEXT, name=_TEXT, category=_TEXT, brand=_TEXT, attributes=_TEXT,
        launch_day=_DAY, image=_TEXT, available_at=_MOMENT,
    ),
    required=(Col.PRODUCT_ID,),
)  # fmt: skip
DOCUMENTS = Table(
    "documents",
    (Col.DOC_ID,),
    _schema(
        doc_id=_TEXT, kind=_TEXT, product_id=_TEXT, brand=_TEXT, author=_TEXT, lang=_TEXT,
        text=_TEXT, text_hash=_TEXT, stars=_NUMBER, event_time=_MOMENT, available_at=_MOMENT,
    ),
    required=(Col.DOC_ID, Col.TEXT, Col.EVENT_TIME),
)  # fmt: skip
RAW_TEXTS = Table(
    "raw_texts",
    (Col.DOC_ID, Col.TEXT_HASH),
    _schema(doc_id=_TEXT, text_hash=_TEXT, key_id=_TEXT, sealed=pa.binary()),
)
COVARIATES = Table(
    "covariates",
    (Col.NAME, Col.REGION, Col.DAY, Col.VINTAGE),
    _schema(
        name=_TEXT, region=_TEXT, day=_DAY, vintage=_DAY, value=_NUMBER, available_at=_MOMENT,
    ),
    required=(Col.NAME, Col.DAY, Col.VALUE),
)  # fmt: skip
BEHAVIOUR = Table(
    "behaviour",
    (Col.PRODUCT_ID, Col.DAY),
    _schema(
        product_id=_TEXT, day=_DAY, views=_NUMBER, carts=_NUMBER, purchases=_NUMBER,
        available_at=_MOMENT,
    ),
    required=(Col.PRODUCT_ID, Col.DAY),
)  # fmt: skip
SCORES = Table(
    "scores",
    (Col.DOC_ID, Col.MODEL_ID, Col.TEXT_HASH),
    _schema(
        doc_id=_TEXT, model_id=_TEXT, text_hash=_TEXT, p_neg=_NUMBER, p_neu=_NUMBER, p_pos=_NUMBER,
        polarity=_NUMBER, aspects=_ASPECTS,
    ),
)  # fmt: skip
VECTORS = Table(
    "vectors",
    (Col.TEXT_HASH, Col.MODEL_ID),
    _schema(text_hash=_TEXT, model_id=_TEXT, vector=pa.list_(pa.float32())),
    checked_late=True,
)
PICTURES = Table(
    "pictures",
    (Col.PRODUCT_ID, Col.MODEL_ID),
    _schema(product_id=_TEXT, model_id=_TEXT, vector=pa.list_(pa.float32())),
    checked_late=True,
)
RUNS = Table(
    "runs",
    (Col.RUN_ID, Col.RECORDED_AT),
    _schema(
        run_id=_TEXT, made_on=_DAY, measure=_TEXT, model=_TEXT, config=_TEXT, recorded_at=_MOMENT
    ),
)
FORECASTS = Table(
    "forecasts",
    (Col.RUN_ID, Col.SERIES_ID, Col.DAY, Col.LEVEL),
    _schema(
        run_id=_TEXT, series_id=_TEXT, made_on=_DAY, day=_DAY, step=_COUNT, level=_NUMBER,
        units=_NUMBER, model=_TEXT,
    ),
)  # fmt: skip
CONTRIBUTIONS = Table(
    "contributions",
    (Col.RUN_ID, Col.SERIES_ID, Col.DAY, Col.LEVEL, Col.GROUP),
    _schema(
        run_id=_TEXT, series_id=_TEXT, day=_DAY, step=_COUNT, level=_NUMBER, group=_TEXT,
        units=_NUMBER,
    ),
)  # fmt: skip
ACCURACY = Table(
    "accuracy",
    (Col.RUN_ID, Col.SERIES_ID, Col.EXPERT, Col.VARIANT, Col.STEP, Col.METRIC),
    _schema(
        run_id=_TEXT, series_id=_TEXT, expert=_TEXT, variant=_TEXT, step=_COUNT, metric=_TEXT,
        value=_NUMBER,
    ),
)  # fmt: skip
REHEARSALS = Table(
    "rehearsals",
    (Col.RUN_ID, Col.SERIES_ID, Col.MADE_ON, Col.DAY, Col.LEVEL),
    _schema(
        run_id=_TEXT, series_id=_TEXT, made_on=_DAY, day=_DAY, step=_COUNT, level=_NUMBER,
        units=_NUMBER,
    ),
)  # fmt: skip
ALERTS = Table(
    "alerts",
    (Col.ALERT_ID,),
    _schema(
        alert_id=_TEXT, kind=_TEXT, entity=_TEXT, name=_TEXT, aspect=_TEXT, window_start=_DAY,
        window_end=_DAY, observed=_NUMBER, expected=_NUMBER, documents=_COUNT, p_value=_NUMBER,
        severity=_NUMBER, quotes=_TEXT, status=_TEXT, available_at=_MOMENT, fingerprint=_TEXT,
        ewma=_NUMBER, corrected_share=_NUMBER, corrected_expected=_NUMBER, rival=_TEXT,
        run_id=_TEXT, series_id=_TEXT, units_at_risk=_NUMBER, money_at_risk=_NUMBER, currency=_TEXT,
    ),
)  # fmt: skip
QUARANTINE = Table(
    "quarantine",
    (Col.BATCH_ID, Col.FILE, Col.LINE, Col.COLUMN, Col.RULE),
    _schema(
        batch_id=_TEXT, table=_TEXT, file=_TEXT, line=_COUNT, column=_TEXT, value=_TEXT, rule=_TEXT,
        accepted=_TEXT,
    ),
)  # fmt: skip
BATCHES = Table(
    "batches",
    (Col.BATCH_ID, Col.TABLE),
    _schema(
        batch_id=_TEXT, table=_TEXT, source=_TEXT, file=_TEXT, rows_in=_COUNT, kept=_COUNT,
        already_known=_COUNT, quarantined=_COUNT, corrected=_COUNT, notes=_TEXT,
        recorded_at=_MOMENT,
    ),
)  # fmt: skip

FEEDS = (SALES, PRODUCTS, DOCUMENTS, COVARIATES, BEHAVIOUR)
"""Tables that sources fill."""

TABLES = (
    *FEEDS, RAW_TEXTS, SCORES, VECTORS, PICTURES, RUNS, FORECASTS, CONTRIBUTIONS, ACCURACY,
    REHEARSALS, ALERTS, QUARANTINE, BATCHES,
)  # fmt: skip
