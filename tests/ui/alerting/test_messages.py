"""Messages of a broker are rows, or are set aside with the reason; none stops the others."""

from __future__ import annotations

import pandas as pd
import pytest

from signals import DOCUMENTS, QUARANTINE, Col, DataError, Lake, ingest
from ui.alerting.messages import MessageReader, Received

DAY = '"event_time": "2026-03-01T10:00:00Z"'


@pytest.fixture
def reader(tmp_path):
    return MessageReader(DOCUMENTS, (), memory=tmp_path / "maps.json", name="reviews")


def received(*values: str | bytes | None) -> list[Received]:
    return [
        Received(value.encode() if isinstance(value, str) else value, "reviews/0", 100 + place)
        for place, value in enumerate(values)
    ]


def test_every_message_that_is_no_row_is_set_aside_with_its_place(reader, tmp_path):
    lake = Lake(tmp_path / "lake")
    feeds = reader.read(
        received(
            f'{{"text": "fine", {DAY}}}',
            None,
            b"\xff\xfe",
            "[1, 2]",
            "[" * 100_000,
            f'{{"text": {{"en": "nested"}}, {DAY}}}',
            f'{{"text": "half \\ud800", {DAY}}}',
            f'{{"words": "no text", {DAY}}}',
        )
    )

    report = ingest(
        lake, feeds, source="kafka", now=pd.Timestamp("2026-04-01", tz="UTC"),
        max_quarantine_share=1.0,
    )  # fmt: skip

    problems = lake.read(QUARANTINE).set_index(Col.LINE)[Col.ACCEPTED]
    assert (report.rows_in, report.quarantined) == (8, 5)
    assert sorted(problems.index) == [101, 102, 103, 104, 107]
    assert problems[101].startswith("the message is empty")
    assert problems[102].startswith("not UTF-8")
    assert problems[103].startswith("not an object of names and values")
    assert problems[104].startswith("not JSON")
    assert set(lake.read(QUARANTINE)[Col.FILE]) == {"reviews/0"}


def test_a_batch_of_nothing_but_trouble_does_not_stop_the_stream(reader, tmp_path):
    lake = Lake(tmp_path / "lake")
    now = pd.Timestamp("2026-04-01", tz="UTC")

    bad = ingest(
        lake, reader.read(received("x")), source="kafka", now=now, max_quarantine_share=1.0
    )
    good = ingest(
        lake, reader.read(received(f'{{"text": "fine", {DAY}}}')), source="kafka", now=now,
        max_quarantine_share=1.0,
    )  # fmt: skip

    assert (bad.quarantined, good.quarantined) == (1, 0)
    assert list(lake.read(DOCUMENTS)[Col.TEXT]) == ["fine"]


def test_partitions_are_told_apart(reader):
    messages = [Received(b'{"text": "a"}', f"reviews/{part}", 7) for part in (0, 1)]
    messages = [
        Received(each.value[:-1] + f", {DAY}}}".encode(), each.origin, 7) for each in messages
    ]

    feeds = reader.read(messages)

    assert [(feed.file, list(feed.lines)) for feed in feeds] == [
        ("reviews/0", [7]),
        ("reviews/1", [7]),
    ]


def test_fields_that_do_not_fill_the_table_are_refused(reader):
    with pytest.raises(
        DataError, match=r"documents lacks the column\(s\) 'text' .what was written"
    ):
        reader.read(received(f"{{{DAY}}}"))
