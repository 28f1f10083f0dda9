"""A report as a file: which formats there are, and what writes each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from signals import ConfigError, DataError, MissingExtra
from ui.exports.page import report_html
from ui.exports.tables import report_csv, report_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from ui.exports.report import Report


class Format(StrEnum):
    """What a report can be written as; the ending of its file."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


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
    """Write a report in a format.

    Raises
    ------
    MissingExtra
        For a PDF where what writes it is not installed.
    """
    match wanted:
        case Format.HTML:
            return report_html(report).encode()
        case Format.XLSX:
            return report_workbook(report)
        case Format.CSV:
            return report_csv(report)
        case Format.PDF:
            return _pdf(report)


def _pdf(report: Report) -> bytes:
    try:
        from ui.exports.pdf import report_pdf
    except ImportError as error:
        raise MissingExtra(str(error.name), "pdf") from error
    return report_pdf(report)


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
        draft.unlink(missing_ok=True)
        raise DataError(
            f"{file} cannot be written: {error.strerror}; give another --out"
        ) from error
