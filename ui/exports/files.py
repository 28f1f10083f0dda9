"""A report as a file: which formats there are, and what writes each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from signals import ConfigError, DataError
from ui.exports.page import report_html

if TYPE_CHECKING:
    from pathlib import Path

    from ui.exports.report import Report


class Format(StrEnum):
    """What a report can be written as; the ending of its file."""

    HTML = "html"


def format_of(file: Path) -> Format:
    """Read the format from the ending of a file.

    Raises
    ------
    ConfigError
        For any other ending.
    """
    ending = file.suffix.removeprefix(".").casefold()
    if ending not in set(Format):
        expected = ", ".join(f".{known}" for known in Format)
        raise ConfigError(
            f"a report cannot be written as {file.name!r}; end its name in {expected}"
        )
    return Format(ending)


def report_bytes(report: Report, wanted: Format) -> bytes:
    """Write a report in a format."""
    match wanted:
        case Format.HTML:
            return report_html(report).encode()


def save_report(report: Report, file: Path, wanted: Format) -> None:
    """Write a report to a file, which appears whole or not at all.

    Raises
    ------
    DataError
        When the file cannot be written.
    """
    content = report_bytes(report, wanted)
    draft = file.with_name(f".{file.name}.draft")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        raise DataError(
            f"{file} cannot be written: {error.strerror}; give another --out"
        ) from error
