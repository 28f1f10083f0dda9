"""How the log is written: for people or as JSON lines, without secrets and without forged lines."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from ui.plain_text import visible
from ui.secret_words import masked

LOG_FORMAT: Final = "GROUNDSWELL_LOG_FORMAT"
"""Environment variable that says how, for this process and those it begins."""
_INDENT: Final = "\n    "


class LogFormat(StrEnum):
    """How lines are written."""

    TEXT = "text"
    JSON = "json"


def set_up_log(level: int, log_format: LogFormat) -> None:
    """Let everything that is told from a level on go to standard error."""
    handler = logging.StreamHandler()
    handler.setLevel(level)  # some libraries set their own loggers to tell everything
    handler.setFormatter(_FORMATTERS[log_format]())
    logging.basicConfig(level=level, handlers=[handler])


class TextLines(logging.Formatter):
    """A line an event; what goes on is indented, so that nothing in it looks like another event."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = visible(masked(super().format(record)), kept="\n\t")
        return text.replace("\n", _INDENT)


class JsonLines(logging.Formatter):
    """A JSON object a line: at, level, logger, process, message, and error where there was one."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, str | int | None] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": visible(masked(record.getMessage())),
        }
        if record.exc_info:
            told["error"] = visible(masked(self.formatException(record.exc_info)), kept="\n\t")
        return json.dumps(told, ensure_ascii=False)


_FORMATTERS: Final = {LogFormat.TEXT: TextLines, LogFormat.JSON: JsonLines}
