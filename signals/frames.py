"""Names of the columns of all tables."""

from __future__ import annotations

from typing import Final


class Col:
    """Column names. A literal column name anywhere else is a bug."""

    # who and when
    PRODUCT_ID: Final = "product_id"
    STORE_ID: Final = "store_id"
    CATEGORY: Final = "category"
    BRAND: Final = "brand"
    DAY: Final = "day"
    EVENT_TIME: Final = "event_time"
    AVAILABLE_AT: Final = "available_at"
    # sales
    UNITS: Final = "units"
    PRICE: Final = "price"
    PROMO: Final = "promo"
    REVENUE: Final = "revenue"
    IN_STOCK: Final = "in_stock"
    CURRENCY: Final = "currency"
    MEASURE: Final = "measure"
    # products
    NAME: Final = "name"
    ATTRIBUTES: Final = "attributes"
    LAUNCH_DAY: Final = "launch_day"
    IMAGE: Final = "image"
    # documents
    DOC_ID: Final = "doc_id"
    KIND: Final = "kind"
    AUTHOR: Final = "author"
    LANG: Final = "lang"
    TEXT: Final = "text"
    STARS: Final = "stars"
    # scores and vectors
    TEXT_HASH: Final = "text_hash"
    MODEL_ID: Final = "model_id"
    P_NEG: Final = "p_neg"
    P_NEU: Final = "p_neu"
    P_POS: Final = "p_pos"
    POLARITY: Final = "polarity"
    ASPECTS: Final = "aspects"
    VECTOR: Final = "vector"
    # behaviour
    VIEWS: Final = "views"
    CARTS: Final = "carts"
    PURCHASES: Final = "purchases"
    # covariates
    REGION: Final = "region"
    VINTAGE: Final = "vintage"
    VALUE: Final = "value"
    # festivals of a user's own table
    DAYS_BEFORE: Final = "days_before"
    DAYS_AFTER: Final = "days_after"
    # what is known about a period of a series
    GAP: Final = "gap"
    OBSERVED: Final = "observed"
    # forecasts
    RUN_ID: Final = "run_id"
    SERIES_ID: Final = "series_id"
    SCOPE: Final = "scope"
    MADE_ON: Final = "made_on"
    STEP: Final = "step"
    LEVEL: Final = "level"
    MODEL: Final = "model"
    GROUP: Final = "group"
    EXPERT: Final = "expert"
    VARIANT: Final = "variant"
    METRIC: Final = "metric"
    CONFIG: Final = "config"
    # revisions
    BEFORE: Final = "before"
    AFTER: Final = "after"
    # alerts
    ALERT_ID: Final = "alert_id"
    ENTITY: Final = "entity"
    ASPECT: Final = "aspect"
    WINDOW_START: Final = "window_start"
    WINDOW_END: Final = "window_end"
    EXPECTED: Final = "expected"
    DOCUMENTS: Final = "documents"
    P_VALUE: Final = "p_value"
    SEVERITY: Final = "severity"
    QUOTES: Final = "quotes"
    STATUS: Final = "status"
    # ingest reports
    BATCH_ID: Final = "batch_id"
    TABLE: Final = "table"
    FILE: Final = "file"
    LINE: Final = "line"
    COLUMN: Final = "column"
    RULE: Final = "rule"
    ACCEPTED: Final = "accepted"
    ROWS_IN: Final = "rows_in"
    KEPT: Final = "kept"
    ALREADY_KNOWN: Final = "already_known"
    QUARANTINED: Final = "quarantined"
    CORRECTED: Final = "corrected"
    RECORDED_AT: Final = "recorded_at"
    SOURCE: Final = "source"
    NOTES: Final = "notes"
    # passages
    PASSAGE_ID: Final = "passage_id"
    SOURCE_ID: Final = "source_id"
    TENANT: Final = "tenant"
    MENTIONS: Final = "mentions"
    START: Final = "start"
    END: Final = "end"
