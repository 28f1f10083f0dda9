"""What happened: sources, quality gate, lake, sentiment, features, alerts."""

from signals.artefacts import current, damage, publish, read_manifest, sha256
from signals.batch import Batch
from signals.calendar import Festival, festivals
from signals.demo_truth import Complaint, ProductCause, Truth
from signals.demo_world import DemoWorld, build_demo_world
from signals.errors import (
    ConfigError,
    DataError,
    GroundswellError,
    MissingExtra,
    ModelError,
    NotReady,
)
from signals.frames import (
    ACCURACY,
    ALERTS,
    BATCHES,
    BEHAVIOUR,
    CONTRIBUTIONS,
    COVARIATES,
    DOCUMENTS,
    FEEDS,
    FORECASTS,
    PLANNED_PRICE,
    PLANNED_PROMO,
    PRODUCTS,
    QUARANTINE,
    RUNS,
    SALES,
    SCORES,
    TABLES,
    VECTORS,
    Col,
    DocumentKind,
    Measure,
    Scope,
    Table,
)
from signals.lake import Lake
from signals.lexicon import LexiconScorer
from signals.panel import DriverGroup, Panel
from signals.progress import Progress, silent
from signals.sentiment import Scored, Scorer, score_documents, text_hash
from signals.workspace import Workspace

__all__ = [
    "ACCURACY",
    "ALERTS",
    "BATCHES",
    "BEHAVIOUR",
    "CONTRIBUTIONS",
    "COVARIATES",
    "DOCUMENTS",
    "FEEDS",
    "FORECASTS",
    "PLANNED_PRICE",
    "PLANNED_PROMO",
    "PRODUCTS",
    "QUARANTINE",
    "RUNS",
    "SALES",
    "SCORES",
    "TABLES",
    "VECTORS",
    "Batch",
    "Col",
    "Complaint",
    "ConfigError",
    "DataError",
    "DemoWorld",
    "DocumentKind",
    "DriverGroup",
    "Festival",
    "GroundswellError",
    "Lake",
    "LexiconScorer",
    "Measure",
    "MissingExtra",
    "ModelError",
    "NotReady",
    "Panel",
    "ProductCause",
    "Progress",
    "Scope",
    "Scored",
    "Scorer",
    "Table",
    "Truth",
    "Workspace",
    "build_demo_world",
    "current",
    "damage",
    "festivals",
    "publish",
    "read_manifest",
    "score_documents",
    "sha256",
    "silent",
    "text_hash",
]
