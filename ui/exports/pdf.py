"""A report as PDF, with letters of all three languages embedded."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from pylopdf_fonts_zh_cn import sans_path

from agent import Citation, read_language
from ui.exports.words import figure_name, figure_text, made_of, title_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent import Answer, Fact, Sentence
    from ui.exports.fan import Fan, Point
    from ui.exports.report import Report, Section

_FONT: Final = "Noto Sans SC"
_TITLE, _HEADING, _TEXT, _SMALL = 18, 13, 10, 7.5
_INK, _QUIET, _MORE, _LESS = (29, 39, 51), (91, 104, 118), (23, 99, 160), (184, 74, 0)
_LINE: Final = 1.45  # of the size of the letters
_POINTS_A_MM: Final = 72 / 25.4
_NAME_MM, _VALUE_MM, _BAR_MM = 70, 32, 70
_GRID, _BAND = (214, 220, 226), (205, 223, 239)
_INDENT_MM: Final = 5
_FAN_MM, _SCALE_MM, _DAY_MM = 48, 18, 40
_WITH_HEADING_MM: Final = 25  # no heading stands alone at the foot of a page
_HAN: Final = "\u2e80"


class _Sheet(FPDF):
    """A4 pages of plain text with page numbers."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        known = datetime.fromisoformat(report.answers[0].as_of)
        self.set_creation_date(known)  # the same report gives the same bytes
        self.set_title(title_of(report))
        self.set_lang(report.language)
        self.set_auto_page_break(auto=True, margin=18)
        self.add_font(_FONT, fname=sans_path())
        self.add_page()

    def footer(self) -> None:
        """Write the number of the page."""
        self.set_y(-12)
        self.letters(_SMALL, _QUIET)
        self.cell(0, 5, f"{self.page_no()}", align="R")

    def letters(self, size: float, ink: tuple[int, int, int] = _INK) -> None:
        """Choose size and colour of what is written next."""
        self.set_font(_FONT, size=size)
        self.set_text_color(*ink)

    def write_block(self, text: str, size: float = _TEXT, indent_mm: float = 0) -> None:
        """Write a paragraph over the whole width, or from an indent on."""
        self.set_x(self.l_margin + indent_mm)
        height = size * _LINE / _POINTS_A_MM
        self.multi_cell(
            0, height, text, wrapmode=_wrap(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L"
        )


def report_pdf(report: Report) -> bytes:
    """Write the report as A4 pages."""
    sheet = _Sheet(report)
    sheet.letters(_TITLE)
    sheet.write_block(title_of(report), _TITLE)
    sheet.letters(_SMALL, _QUIET)
    sheet.write_block(made_of(report), _SMALL)
    notices = dict.fromkeys(notice for answer in report.answers for notice in answer.notices)
    for notice in notices:
        sheet.write_block(notice, _SMALL)
    for section in report.sections:
        _write_section(sheet, section, report.language)
        if report.fan and section is report.sections[0]:
            _draw_fan(sheet, report.fan)
    _write_heading(sheet, words_of(report.language)["proof"])
    for answer in report.answers:
        _write_proof(sheet, answer)
    return bytes(sheet.output())


def _wrap(text: str) -> WrapMode:
    """Break lines between any two letters where few blanks part words, as in Chinese."""
    return WrapMode.CHAR if sum(char > _HAN for char in text) > text.count(" ") else WrapMode.WORD


def _write_section(sheet: _Sheet, section: Section, code: str) -> None:
    _write_heading(sheet, words_of(code)[section.key])
    for sentence in section.said:
        sheet.write_block(sentence.text)
    if section.figures:
        sheet.ln(1.5)
        _write_figures(sheet, section, code)
        sheet.ln(1.5)
    for each in section.quoting:
        _write_quoting(sheet, each, code)


def _draw_fan(sheet: _Sheet, fan: Fan) -> None:
    sheet.ln(2)
    if sheet.will_page_break(_FAN_MM + _WITH_HEADING_MM):
        sheet.add_page()
    left, top = sheet.l_margin + _SCALE_MM, sheet.get_y()
    width = sheet.epw - _SCALE_MM

    def placed(points: Sequence[Point]) -> list[Point]:
        return [(left + x * width, top + (1 - y) * _FAN_MM) for x, y in points]

    sheet.letters(_SMALL, _QUIET)
    sheet.set_line_width(0.1)
    sheet.set_draw_color(*_GRID)
    for up, label in fan.scale:
        sheet.polyline(placed([(0, up), (1, up)]))
        sheet.set_xy(sheet.l_margin, top + (1 - up) * _FAN_MM - 2)
        sheet.cell(_SCALE_MM - 2, 4, label, align="R")
    sheet.set_fill_color(*_BAND)
    sheet.polygon(placed(fan.band), style="F")
    sheet.set_line_width(0.4)
    for points, ink, dots_mm in ((fan.history, _INK, 0), (fan.expected, _MORE, 0.8)):
        sheet.set_draw_color(*ink)
        sheet.set_dash_pattern(dash=dots_mm, gap=dots_mm)
        sheet.polyline(placed(points))
    sheet.set_dash_pattern()
    for (across, label), align in zip(fan.days, "LRR", strict=True):
        sheet.set_xy(left + across * width - (_DAY_MM if align == "R" else 0), top + _FAN_MM + 1)
        sheet.cell(_DAY_MM, 4, label, align=align)
    sheet.set_y(top + _FAN_MM + 6)
    sheet.write_block(fan.told, _SMALL)


def _write_heading(sheet: _Sheet, text: str) -> None:
    sheet.ln(4)
    if sheet.will_page_break(_WITH_HEADING_MM):
        sheet.add_page()
    sheet.letters(_HEADING)
    sheet.write_block(text, _HEADING)
    sheet.letters(_TEXT)


def _write_quoting(sheet: _Sheet, each: Sentence | Citation, code: str) -> None:
    if not isinstance(each, Citation):
        sheet.write_block(each.text)
        return
    language = read_language(code)
    sheet.write_block(f"[{each.number}] “{each.quote}”", indent_mm=_INDENT_MM)
    kind = language.kinds.get(each.kind, each.kind)
    stars = [] if each.stars is None else [f"{each.stars:g} ★"]
    where = [kind, language.dates.say_day(each.day), each.lang, *stars, each.passage_id]
    sheet.letters(_SMALL, _QUIET)
    sheet.write_block(" · ".join(filter(None, where)), _SMALL, _INDENT_MM)
    sheet.letters(_TEXT)


def _write_figures(sheet: _Sheet, section: Section, code: str) -> None:
    """Write a figure a line; parts of a whole with a bar as long as they weigh."""
    longest = max(abs(fact.value) for fact in section.figures) or 1.0
    height = _TEXT * _LINE / _POINTS_A_MM
    for fact in section.figures:
        sheet.cell(_NAME_MM, height, figure_name(fact, code))
        sheet.cell(_VALUE_MM, height, figure_text(fact, code), align="R")
        if section.are_parts and fact.value:
            sheet.set_fill_color(*(_LESS if fact.sign < 0 else _MORE))
            width = abs(fact.value) / longest * _BAR_MM
            sheet.rect(sheet.get_x() + 3, sheet.get_y() + 1, width, height - 2, style="F")
        sheet.ln(height)


def _write_proof(sheet: _Sheet, answer: Answer) -> None:
    sheet.ln(2)
    sheet.letters(_TEXT)
    sheet.write_block(f"{answer.question}  ({answer.answer_id})")
    sheet.letters(_SMALL)
    for fact in answer.facts:
        sheet.write_block(_proof_line(fact, answer), _SMALL)


def _proof_line(fact: Fact, answer: Answer) -> str:
    name = answer.names.get(fact.entity, fact.entity)
    what = " ".join(filter(None, [str(fact.metric).replace("_", " "), fact.part]))
    days = f"{fact.period.first_day} – {fact.period.last_day}"
    value = f"{fact.value!r} {fact.unit}"
    return f"{fact.fact_id}  {name}, {what}, {days}: {value}  ({fact.source}: {fact.formula})"
