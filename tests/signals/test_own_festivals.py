"""Festivals of a user's own table: their days and windows, and what is wrong with a table."""

from __future__ import annotations

import pandas as pd
import pytest

from signals.calendar import CalendarRules, calendar_columns, calendar_frame
from signals.errors import ConfigError, DataError
from signals.own_festivals import read_festivals

TABLE = """name,day,days_before,days_after
Shop's birthday,2025-05-14,3,
博览会,2024-09-02,0,2
博览会,2025-09-04,0,1
"""


@pytest.fixture
def rules(tmp_path):
    file = tmp_path / "festivals.csv"
    file.write_text(TABLE, encoding="utf-8-sig")
    return CalendarRules(("US",), read_festivals(file))


def test_days_and_windows_become_columns_of_their_own(rules):
    days = pd.date_range("2025-05-08", "2025-05-20")

    frame = calendar_frame(days, 1, rules)

    before, on = frame["own_shop_s_birthday_before"], frame["own_shop_s_birthday"]
    assert days[before == 1].tolist() == pd.date_range("2025-05-11", "2025-05-13").tolist()
    assert days[on == 1].tolist() == [pd.Timestamp("2025-05-14")]
    assert "own_shop_s_birthday_after" not in frame
    assert list(frame) == calendar_columns(daily=True, rules=rules)


def test_each_time_has_a_window_of_its_own_and_weeks_hold_shares(rules):
    weeks = pd.DatetimeIndex(["2024-09-02", "2025-09-01", "2025-09-08"])

    after = calendar_frame(weeks, 7, rules)["own_博览会_after"]

    assert after.tolist() == pytest.approx([2 / 7, 1 / 7, 0])


def test_every_wrong_row_is_named_by_its_line(tmp_path):
    file = tmp_path / "festivals.csv"
    file.write_text("name,day,days_before\n,2025-05-14,1\nfair,14.5.2025,1\nfair,2025-05-14,-3\n")

    with pytest.raises(DataError, match=r"line 2 has no name; line 3 has no day.*; line 4 has no"):
        read_festivals(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"festival,when\nfair,2025-05-14\n", r"lacks the column\(s\) \['name', 'day'\]"),
        (b"", "cannot be read as CSV"),
        (b"name,day\n\xff\xfe\xfa,2025-05-14\n", "cannot be read as CSV"),
    ],
)
def test_a_table_that_is_none_says_what_it_should_be(tmp_path, content, message):
    file = tmp_path / "festivals.csv"
    file.write_bytes(content)

    with pytest.raises(DataError, match=message):
        read_festivals(file)


def test_a_missing_table_is_a_wrong_setting(tmp_path):
    with pytest.raises(ConfigError, match="which is no file; expected a CSV"):
        read_festivals(tmp_path / "nowhere.csv")
