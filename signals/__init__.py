"""What happened: sources, quality gate, lake, sentiment, features, alerts."""

from signals.alerting.alerts import open_alerts, scan_alerts
from signals.alerting.kinds import BRAND, AlertKind
from signals.artefacts import (
    current,
    damage,
    publish,
    read_current,
    read_manifest,
    sha256,
    stood_before,
    version_of,
)
from signals.aspects import aspects_of, without_aspects
from signals.author_key import author_key_damage, renew_author_key
from signals.batch import Batch
from signals.calendar import CalendarRules
from signals.clean import clean_text, pseudonym, text_hash
from signals.demo.truth import Complaint, ProductCause, Truth
from signals.demo.world import DemoWorld, build_demo_world
from signals.disk import writing
from signals.errors import (
    ConfigError,
    DataError,
    GroundswellError,
    MissingExtra,
    ModelError,
    NotReady,
)
from signals.features import SeriesRules, build_panel
from signals.festival_days import Festival, festivals
from signals.forget import Writings, find_writings, forget_in_lake, search_lake
from signals.frames import Col
from signals.frequency import FREQUENCIES, WEEK, Frequency, frequency_between, frequency_named
from signals.gaps import Gap
from signals.intake.checks import ACCEPTED, LONGEST_NAME, LONGEST_TEXT, Rule
from signals.intake.column_map import (
    ColumnMap,
    given_column_map,
    guess_column_map,
    mappable,
    recall_column_map,
    remember_column_map,
    table_named,
)
from signals.intake.date_order import DateOrder
from signals.intake.feeds import Feed
from signals.intake.ingest import ingest
from signals.intake.layouts import LAYOUTS, read_source
from signals.intake.readers import Limits, RawTable, read_raw
from signals.intake.report import BatchRefused, IngestReport, TableReport
from signals.intake.table_files import read_table, table_feed
from signals.intake.undo import undo_batch
from signals.intake.written_numbers import DecimalMark
from signals.lake import Lake
from signals.language import detect_language
from signals.long_table.columns import Duplicates, Gaps, Negatives, TableColumns, TableRules
from signals.long_table.panel import LongTable, read_long_table
from signals.long_table.writing import check_written_names, level_column, write_forecast
from signals.mood import KEPT_A_WEEK, LATELY_COLUMNS, LEADING_COLUMNS, MOOD_COLUMNS
from signals.other_future import with_other_future
from signals.own_festivals import OwnFestival, read_festivals
from signals.panel import (
    ASPECTS_KEY,
    PICTURES_KEY,
    TRAITS_KEY,
    WORDS_KEY,
    DriverGroup,
    Grain,
    Panel,
)
from signals.patterns import without_words, word_pattern
from signals.pictures import store_pictures, with_pictures
from signals.product_talk import (
    AspectTalk,
    ProductTalk,
    Quote,
    Shares,
    read_aspects,
    read_product_talk,
)
from signals.progress import Progress, silent
from signals.raw_texts import raw_text, seal_again
from signals.rebuild import rebuild_panel
from signals.said_vectors import TextModels, with_words
from signals.sealed import read_sealed, write_sealed
from signals.sealing import Keyring, new_key, parse_keys, read_keys, write_keys
from signals.sentiment.confusion import Confusion
from signals.sentiment.flags import Flag, flags_of
from signals.sentiment.lexicon import LexiconScorer
from signals.sentiment.scored_file import FileOptions, FileScores, score_file
from signals.sentiment.scoring import Scored, Scorer, score_documents
from signals.shelf import Shelf
from signals.state_database import StateDatabase
from signals.state_part import StatePart
from signals.table_writers import check_target
from signals.tables import (
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
    REHEARSALS,
    RUNS,
    SALES,
    SCORES,
    TABLES,
    VECTORS,
    DocumentKind,
    Measure,
    Scope,
    Table,
)
from signals.tuning.own_set import labelled_frame
from signals.tuning.training import forget_training, train_sentiment
from signals.tuning.training_plan import TrainingPlan
from signals.words.gazetteer import Named
from signals.words.keywords import RisingWord, keywords_of_groups, rising_words
from signals.words.mentions import LIKELY, Mention, MentionFinder
from signals.words.said import count_aspect, read_said, read_vectors, scored_by
from signals.words.segment import words_of
from signals.words.topics import Topic, find_topics
from signals.workspace import Workspace

__all__ = [
    "ACCEPTED",
    "ACCURACY",
    "ALERTS",
    "ASPECTS_KEY",
    "BATCHES",
    "BEHAVIOUR",
    "BRAND",
    "CONTRIBUTIONS",
    "COVARIATES",
    "DOCUMENTS",
    "FEEDS",
    "FORECASTS",
    "FREQUENCIES",
    "KEPT_A_WEEK",
    "LATELY_COLUMNS",
    "LAYOUTS",
    "LEADING_COLUMNS",
    "LIKELY",
    "LONGEST_NAME",
    "LONGEST_TEXT",
    "MOOD_COLUMNS",
    "PICTURES_KEY",
    "PLANNED_PRICE",
    "PLANNED_PROMO",
    "PRODUCTS",
    "QUARANTINE",
    "REHEARSALS",
    "RUNS",
    "SALES",
    "SCORES",
    "TABLES",
    "TRAITS_KEY",
    "VECTORS",
    "WEEK",
    "WORDS_KEY",
    "AlertKind",
    "AspectTalk",
    "Batch",
    "BatchRefused",
    "CalendarRules",
    "Col",
    "ColumnMap",
    "Complaint",
    "ConfigError",
    "Confusion",
    "DataError",
    "DateOrder",
    "DecimalMark",
    "DemoWorld",
    "DocumentKind",
    "DriverGroup",
    "Duplicates",
    "Feed",
    "Festival",
    "FileOptions",
    "FileScores",
    "Flag",
    "Frequency",
    "Gap",
    "Gaps",
    "Grain",
    "GroundswellError",
    "IngestReport",
    "Keyring",
    "Lake",
    "LexiconScorer",
    "Limits",
    "LongTable",
    "Measure",
    "Mention",
    "MentionFinder",
    "MissingExtra",
    "ModelError",
    "Named",
    "Negatives",
    "NotReady",
    "OwnFestival",
    "Panel",
    "ProductCause",
    "ProductTalk",
    "Progress",
    "Quote",
    "RawTable",
    "RisingWord",
    "Rule",
    "Scope",
    "Scored",
    "Scorer",
    "SeriesRules",
    "Shares",
    "Shelf",
    "StateDatabase",
    "StatePart",
    "Table",
    "TableColumns",
    "TableReport",
    "TableRules",
    "TextModels",
    "Topic",
    "TrainingPlan",
    "Truth",
    "Workspace",
    "Writings",
    "aspects_of",
    "author_key_damage",
    "build_demo_world",
    "build_panel",
    "check_target",
    "check_written_names",
    "clean_text",
    "count_aspect",
    "current",
    "damage",
    "detect_language",
    "festivals",
    "find_topics",
    "find_writings",
    "flags_of",
    "forget_in_lake",
    "forget_training",
    "frequency_between",
    "frequency_named",
    "given_column_map",
    "guess_column_map",
    "ingest",
    "keywords_of_groups",
    "labelled_frame",
    "level_column",
    "mappable",
    "new_key",
    "open_alerts",
    "parse_keys",
    "pseudonym",
    "publish",
    "raw_text",
    "read_aspects",
    "read_current",
    "read_festivals",
    "read_keys",
    "read_long_table",
    "read_manifest",
    "read_product_talk",
    "read_raw",
    "read_said",
    "read_sealed",
    "read_source",
    "read_table",
    "read_vectors",
    "rebuild_panel",
    "recall_column_map",
    "remember_column_map",
    "renew_author_key",
    "rising_words",
    "scan_alerts",
    "score_documents",
    "score_file",
    "scored_by",
    "seal_again",
    "search_lake",
    "sha256",
    "silent",
    "stood_before",
    "store_pictures",
    "table_feed",
    "table_named",
    "text_hash",
    "train_sentiment",
    "undo_batch",
    "version_of",
    "with_other_future",
    "with_pictures",
    "with_words",
    "without_aspects",
    "without_words",
    "word_pattern",
    "words_of",
    "write_forecast",
    "write_keys",
    "write_sealed",
    "writing",
]
