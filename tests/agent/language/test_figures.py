"""Whatever could pass for a number is found and read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.language.figures import read_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,240 units", ["1240"]),
        ("约1.2万件", ["12000"]),
        ("涨了三成", ["0.3"]),
        ("销量翻倍", ["2"]),
        ("降价百分之十五", ["0.15"]),
        ("为什么参考这些", []),
        ("duplicou para quinhentos", ["2", "500"]),
        ("metade de 3 mil", ["0.5", "3000"]),
        ("一百二十三万", ["1230000"]),
        ("demand doubled", ["2"]),
        ("half of it", ["0.5"]),
        ("twenty-one units", ["20", "1"]),
        ("12.3%", ["0.123"]),
        ("12.3 percent", ["0.123"]),
        ("1.2k", ["1200"]),
        ("3.5 million", ["3500000"]),
        ("1. Beauty", ["1"]),
        ("3 Nov 2024", ["3", "2024"]),
        ("2024-11-03", ["2024", "11", "03"]),
        ("TR-200", ["200"]),
        ("B07XJ8C8F5", ["07", "8", "8", "5"]),
        ("see [3]", ["3"]),
        ("10-20", ["10", "20"]),
        ("−12 and -7 and (-3)", ["-12", "-7", "-3"]),
        ("+14", ["14"]),
        ("½ price", ["0.5"]),
        ("10²", ["10", "2"]),
        ("１２ units", ["12"]),
        ("no figure here, once or often", []),
    ],
)
def test_numbers_are_read_as_a_person_means_them(text, values):
    assert [number.value for number in read_numbers(text)] == [Decimal(v) for v in values]


def test_a_decimal_comma_is_read_where_the_language_has_one():
    numbers = read_numbers("1.234,5 e 12,3% e 1.234", decimal=",")

    assert [n.value for n in numbers] == [Decimal("1234.5"), Decimal("0.123"), Decimal(1234)]


def test_a_sign_is_told_from_a_hyphen():
    signs = [number.sign for number in read_numbers("10-20, -5, +6, TR-200, A −7")]

    assert signs == [0, 0, -1, 1, 0, -1]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False))
def test_written_numbers_are_read_back(value):
    text = f"exactly {value:,} units"

    (number,) = read_numbers(text)

    assert number.value == value


@given(st.text(max_size=40))
def test_no_digit_escapes(text):
    numbers = read_numbers(text)

    for place, char in enumerate(text):
        if char.isdigit() and char.isnumeric():
            assert any(n.start <= place < n.end for n in numbers)
