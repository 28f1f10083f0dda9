"""What the page says, from a shop made by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from agent import Abstention, Reason
from signals import RUNS, Col, Lake
from ui import chart_view, page
from ui.cards import answer_card
from ui.examples import FLAGSHIP, example_questions
from ui.live import Live

if TYPE_CHECKING:
    from tests.ui.conftest import Shop
    from ui.settings import Settings


@pytest.fixture(scope="module")
def live(small_shop: Shop) -> Live:
    return Live(small_shop.settings)


class _Reader(HTMLParser):
    """Reads a page as a browser does: tags, ids, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.pieces: list[str] = []
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def values(self, name: str) -> list[str]:
        return [value or "" for key, value in self.attributes if key == name]


def test_the_header_names_the_workspace_and_the_run(live: Live) -> None:
    text = _Reader(page.header(live)).text

    assert "corner-shop" in text
    assert "28 Dec 2025" in text
    assert "units sold" in text
    assert "f00dfacecafe" in text


def test_the_footer_says_what_to_type_for_this_very_workspace(live: Live) -> None:
    text = _Reader(page.footer(live)).text

    assert f"groundswell ingest FILE --home {live.settings.home}" in text
    assert "demo" not in text


def test_before_the_first_run_every_part_says_what_to_do(empty_home: Settings) -> None:
    nothing = Live(empty_home)

    parts = [
        page.conversation(nothing, []),
        chart_view.forecast(nothing, "total").heading,
        page.alerts(nothing, page.ALL),
    ]

    assert all("groundswell demo" in part for part in parts)
    assert chart_view.series_choices(nothing) == []
    assert page.alert_title(nothing) == "Alerts"
    assert "new-shop" in page.header(nothing)


def test_a_question_before_the_first_run_is_told_what_to_run(empty_home: Settings) -> None:
    turn = page.ask(Live(empty_home), "Will it grow?")

    assert turn.answer is None
    assert "groundswell run" in turn.failure


def test_a_first_and_a_newer_run_are_seen_without_a_restart(
    empty_home: Settings, small_shop: Shop
) -> None:
    live = Live(empty_home)
    first = Lake(small_shop.settings.workspace.lake).read(RUNS)
    assert live.run() is None

    newer = first.assign(run_id="n3w", recorded_at=first[Col.RECORDED_AT] + pd.Timedelta(days=7))
    seen = []
    for runs in (first, newer):
        with live.lake.batch() as batch:
            batch.add(RUNS, runs)
        seen.append(live.run().run_id)

    assert seen == ["f00dfacecafe0001", "n3w"]
    assert "n3w" in page.header(live)


def test_forecasts_are_listed_from_the_whole_to_the_parts(live: Live) -> None:
    choices = chart_view.series_choices(live)

    assert [series for _, series in choices] == [
        "total", "category:Kitchen", "category:Wearables", "product:P3", "product:P1", "product:P2",
    ]  # fmt: skip
    assert ("PulseBand · Wearables", "product:P1") in choices


def test_a_forecast_comes_with_the_same_numbers_in_a_table(live: Live, small_shop: Shop) -> None:
    view = chart_view.forecast(live, "product:P1")

    text = _Reader(view.tables).text
    assert view.fan is not None
    assert view.waterfall is not None
    expected = next(trace for trace in view.fan.data if trace.name == "expected")
    assert list(expected.y)[1:] == [small_shop.weekly["product:P1"]] * 8
    assert text.count("400.0") >= 8
    assert "29 Dec 2025" in text


def test_the_tone_of_what_people_write_is_drawn_where_there_is_enough_of_it(live: Live) -> None:
    reviewed, silent = chart_view.forecast(live, "total"), chart_view.forecast(live, "product:P2")

    bars, line = reviewed.tone.data
    assert sum(bars.y) == 6
    assert all(-1 <= value <= 1 for value in line.y)
    assert silent.tone is None


def test_contributions_sum_to_the_forecast_they_stand_beside(live: Live) -> None:
    view = chart_view.forecast(live, "category:Kitchen")

    bars = view.waterfall.data[0]
    assert sum(bars.x[:-1]) == pytest.approx(bars.x[-1])
    assert list(bars.y) == [
        "baseline", "recent sales", "calendar", "price and promotion", "sentiment", "calibration",
        "agreement of the sums", "forecast",
    ]  # fmt: skip


def test_only_whole_weeks_are_drawn(live: Live) -> None:
    actual = next(t for t in chart_view.forecast(live, "total").fan.data if t.name == "actual")

    days = pd.DatetimeIndex(actual.x)
    assert set(days.weekday) == {0}
    assert days.max() == pd.Timestamp("2025-12-22")


def test_the_page_says_how_accurate_it_was_and_that_text_did_not_help(live: Live) -> None:
    view = chart_view.forecast(live, "product:P1")

    assert "off by 11% of volume" in view.tables
    assert "79% of what happened lay inside" in view.tables
    assert "Text did not improve this forecast" in view.heading


def test_a_series_nobody_knows_shows_nothing(live: Live) -> None:
    assert chart_view.forecast(live, "product:<img src=x>") == chart_view.ChartView()
    assert chart_view.forecast(live, None) == chart_view.ChartView()


def test_a_product_name_is_never_markup(live: Live) -> None:
    reader = _Reader(chart_view.forecast(live, "product:P2").heading)

    assert "灵动手环 <b>Pro</b>" in reader.text
    assert "b" not in reader.tags


def test_an_alert_shows_what_was_seen_what_is_usual_and_since_when(live: Live) -> None:
    text = _Reader(page.alerts(live, page.ALL)).text

    for shown in ("PulseBand", "46%", "17%", "83", "22 Dec 2025", "电池用两天就没电了"):
        assert shown in text
    assert page.alert_title(live) == "Alerts (1)"


def test_alerts_are_filtered_by_category(live: Live) -> None:
    assert page.alert_choices(live) == [("All categories (1)", page.ALL), ("Wearables",) * 2]
    assert "PulseBand" in page.alerts(live, "Wearables")
    assert "No open alerts" in page.alerts(live, "Kitchen")


def test_a_hostile_review_is_shown_word_for_word_and_does_nothing(
    live: Live, small_shop: Shop
) -> None:
    reader = _Reader(page.alerts(live, page.ALL))

    assert small_shop.hostile in reader.text
    assert not {"img", "style", "script"} & set(reader.tags)
    assert reader.values("src") + reader.values("href") == []


def test_examples_are_about_what_the_shop_holds(live: Live) -> None:
    questions = example_questions(live)

    assert questions[0] == FLAGSHIP
    assert any("Café Torrado" in question for question in questions)  # sells most
    assert any("PulseBand" in question for question in questions)  # has the alert


@pytest.mark.parametrize("place", range(5))
def test_every_example_can_be_answered(live: Live, place: int) -> None:
    turn = page.ask(live, example_questions(live)[place])

    assert turn.answer is not None, turn.failure
    assert turn.answer.abstention is None, turn.answer.text


def test_the_flagship_answer_has_bound_numbers_a_proof_and_a_chart(live: Live) -> None:
    turn = page.ask(live, FLAGSHIP)

    reader = _Reader(page.conversation(live, [turn]))
    assert turn.answer is not None
    bound = [value for value in reader.values("title") if value]
    assert len(bound) >= len(turn.answer.sentences[0].fact_ids) > 0
    assert f"Proof: {len(turn.answer.facts)} numbers" in reader.text
    view = chart_view.evidence(live, [turn])
    assert view.fan is not None
    assert "4,000 units sold expected in the next 4 weeks, +21.0%" in view.heading
    assert view.waterfall.data[0].x[-1] == pytest.approx(4000.0)  # what the answer says


def test_every_reference_finds_its_review(live: Live) -> None:
    turn = page.ask(live, "What are people saying about PulseBand?")

    reader = _Reader(page.conversation(live, [turn, turn]))
    ids = reader.values("id")
    assert turn.answer is not None
    assert turn.answer.citations
    for citation in turn.answer.citations:
        assert f"[{citation.number}]" in reader.text
        assert citation.quote in reader.text
        assert f"gs-quote-0-{citation.number}" in ids
    assert set(reader.values("data-cite")) <= set(ids)
    assert len([name for name in ids if name]) == len({name for name in ids if name})


def test_a_follow_up_leans_on_the_conversation(live: Live) -> None:
    first = page.ask(live, "What are people saying about PulseBand?")

    second = page.ask(live, "why?", [first])

    assert first.answer is not None
    assert second.answer is not None
    about = [turn.trace.plan.to_dict()["entities"] for turn in (first.answer, second.answer)]
    assert about[0] == about[1] != []
    assert second.answer.trace.plan.intent == "explain"


def test_each_series_of_an_answer_can_be_drawn(live: Live) -> None:
    turns = [page.ask(live, FLAGSHIP)]

    first, other = (
        chart_view.evidence(live, turns),
        chart_view.evidence(live, turns, 0, "category:Kitchen"),
    )

    reader = _Reader(first.heading)
    assert reader.values("data-series") == ["category:Wearables", "category:Kitchen"]
    assert reader.values("aria-pressed") == ["true", "false"]
    assert "<h2>Kitchen</h2>" in other.heading
    assert chart_view.evidence(live, turns, 7, "product:<b>").heading == first.heading


def test_a_refusal_offers_questions_to_click(live: Live) -> None:
    turn = page.ask(live, "How will the PulsBandit 9000 sell in the next 4 weeks?")

    reader = _Reader(page.conversation(live, [turn]))
    assert turn.answer is not None
    assert turn.answer.abstention is not None
    assert reader.values("data-ask") == list(turn.answer.abstention.alternatives)
    assert chart_view.evidence(live, [turn]).fan is None


def test_a_question_is_never_markup(live: Live) -> None:
    question = "<img src=http://attacker.example/q onerror=go()> ![x](http://attacker.example)"

    waiting = page.conversation(live, [], waiting=question)
    answered = page.conversation(live, [page.ask(live, question)])

    for shown in (waiting, answered):
        assert question in _Reader(shown).text
        assert not re.search(r"<(img|script|style|a|iframe)\b", str(shown))


def test_an_answer_that_corrects_the_question_keeps_its_sentences_and_proof(live: Live) -> None:
    answered = page.ask(live, FLAGSHIP).answer
    assert answered is not None
    missing = Abstention(Reason.FALSE_PREMISE, "demand that goes down")

    shown = _Reader(answer_card(replace(answered, abstention=missing), 0, charted=True)).text

    assert answered.sentences[0].text in shown
    assert answered.proof[0]["number"] in shown
