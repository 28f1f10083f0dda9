"""Bringing data in by the page: looked at, checked, stored, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from signals import ACCEPTED, BATCHES, LONGEST_NAME, LONGEST_TEXT, SALES, Col, DataError, Rule
from tests.ui.views.reader import Reader
from ui.live import Live
from ui.views import held_data, intake
from ui.views.words import words_in

if TYPE_CHECKING:
    from pathlib import Path

    from ui.settings import Settings

EN = words_in("en")
_GOOD = "".join(f"P1,2025-01-{day:02d},{day},9.5\n" for day in range(1, 31))


@pytest.fixture
def live(empty_home: Settings) -> Live:
    return Live(empty_home)


def _file(folder: Path, rows: str = _GOOD, name: str = "sales.csv") -> Path:
    file = folder / name
    file.write_text("sku,date,qty,price\n" + rows, encoding="utf-8")
    return file


def test_the_columns_of_a_file_are_guessed(live: Live, tmp_path: Path) -> None:
    looked = intake.look_at(live, _file(tmp_path))

    assert looked.column_map.table is SALES
    assert looked.column_map.columns == {
        "product_id": "sku", "day": "date", "units": "qty", "price": "price",
    }  # fmt: skip
    assert "30 rows read" in intake.sample(looked, EN)


def test_checking_says_row_by_row_what_is_wrong_and_stores_nothing(
    live: Live, tmp_path: Path
) -> None:
    bad = _GOOD + "P1,2025-02-31,5,9.5\nP1,2025-02-03,-4,<img src=x>\n"
    looked = intake.look_at(live, _file(tmp_path, bad))

    shown = Reader(intake.check(live, looked, looked.column_map, EN))

    assert "2 rows would be set aside and 30 kept" in shown.text
    assert "2025-02-31" in shown.text
    assert "img" not in shown.tags
    assert live.lake.read(BATCHES).empty


@pytest.mark.parametrize(
    ("code", "rule", "accepted"),
    [
        ("en", "negative count", "0 or more; returns go into a file of their own"),
        ("zh", "数量为负", "0 或更大；退货请放在单独的文件里"),
        ("pt", "contagem negativa", "0 ou mais; devoluções vão num arquivo próprio"),
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_the_reader(
    live: Live, tmp_path: Path, code: str, rule: str, accepted: str
) -> None:
    looked = intake.look_at(live, _file(tmp_path, _GOOD + "P1,2025-02-03,-4,9.5\nP1,x\n"))

    shown = Reader(intake.check(live, looked, looked.column_map, words_in(code)))

    assert rule in shown.text
    assert accepted in shown.text
    line, whats_accepted = ("rule.unreadable_line", "accept.unreadable_line")
    assert words_in(code)[line] in shown.text
    assert words_in(code)[whats_accepted] in shown.text


def test_the_page_says_of_every_rule_what_the_command_line_says() -> None:
    lengths = {"text": EN.number(LONGEST_TEXT), "name": EN.number(LONGEST_NAME)}

    for rule in Rule:
        assert EN[f"rule.{rule.name.lower()}"] == rule
        assert EN.say(f"accept.{rule.name.lower()}", **lengths) == ACCEPTED[rule]


def test_a_stored_batch_can_be_taken_back(live: Live, tmp_path: Path) -> None:
    looked = intake.look_at(live, _file(tmp_path))
    stored = intake.store(live, looked, looked.column_map, EN, partial=False)
    listed, ((_, batch_id),) = held_data.batches(live, EN)
    assert f"Stored as batch {batch_id}" in stored
    assert "sales.csv" in listed
    assert "30 Jan 2025" in held_data.freshness(live, EN)

    undone = held_data.undo(live, batch_id, EN)

    assert f"Batch {batch_id} was taken back: sales 30" in undone
    assert live.lake.read(SALES).empty
    assert held_data.batches(live, EN)[1] == []


def test_too_many_bad_rows_are_refused_unless_the_good_ones_are_wanted(
    live: Live, tmp_path: Path
) -> None:
    looked = intake.look_at(live, _file(tmp_path, _GOOD + "P1,nonsense,5,9.5\n" * 5))

    refused = intake.store(live, looked, looked.column_map, EN, partial=False)
    assert "Nothing was stored" in refused
    assert live.lake.read(SALES).empty

    intake.store(live, looked, looked.column_map, EN, partial=True)
    assert live.lake.read(SALES)[Col.UNITS].sum() == sum(range(1, 31))


def test_a_required_column_that_is_left_out_is_named(live: Live, tmp_path: Path) -> None:
    looked = intake.look_at(live, _file(tmp_path))

    with pytest.raises(DataError, match=r"sales lacks the column\(s\) 'units'"):
        looked.mapped({"product_id": "sku", "day": "date", "units": ""})


def test_numbers_and_days_that_may_be_two_things_are_read_as_the_visitor_says(
    live: Live, tmp_path: Path
) -> None:
    file = tmp_path / "sales.csv"
    file.write_text("sku,date,qty\nP1,03/04/2025,1.250\nP1,05/04/2025,7\n", encoding="utf-8")
    looked = intake.look_at(live, file)
    columns = looked.column_map.columns
    with pytest.raises(DataError, match="may be day or month first"):
        intake.check(live, looked, looked.mapped(columns), EN)

    told = looked.mapped(columns, "comma", "day-first")
    intake.store(live, looked, told, EN, partial=False)

    sold = live.lake.read(SALES).set_index(Col.DAY)[Col.UNITS]
    assert sold.to_dict() == {pd.Timestamp("2025-04-03"): 1250, pd.Timestamp("2025-04-05"): 7}
    again = intake.look_at(live, file)
    assert (again.column_map.decimal, again.column_map.date_order) == ("comma", "day-first")


def test_a_file_that_is_no_table_is_refused(live: Live, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")

    with pytest.raises(DataError, match="is empty"):
        intake.look_at(live, empty)
