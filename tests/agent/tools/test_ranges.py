"""The range of a total: worked by hand, proven by its formula, and cautious where nothing is known.

The forecast of the shop is level; its quantiles lie 20 % below and 30 % above the middle.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent import Analyst, Desk, Fault, Metric, recheck

STEPS, SERIES = 0.5, 0.1
MEASURED = dict.fromkeys(("product", "category", "total"), STEPS)
CAUTIOUS = "A cautious range"


def asked(shop, question, **about):
    told = {"errors_together": {"steps": MEASURED, "series": {"product": SERIES}}} | about
    run = replace(shop.run, config=shop.run.config | told)
    return Analyst(Desk(shop.lake, shop.retriever, run)).ask(question)


def bounds(answer):
    found = {fact.metric: fact for fact in answer.facts if fact.metric in {Metric.LOW, Metric.HIGH}}
    return found[Metric.LOW], found[Metric.HIGH]


def test_the_range_of_six_weeks_follows_from_how_their_errors_go_together(shop):
    answer = asked(shop, "forecast for kitchen for the next 6 weeks")
    low, high = bounds(answer)

    # 86 units a week; a bound lies 17.2 below and 25.8 above
    assert low.value == pytest.approx(516 - (0.5 * 6 * 17.2**2 + 0.5 * 103.2**2) ** 0.5)
    assert high.value == pytest.approx(516 + (0.5 * 6 * 25.8**2 + 0.5 * 154.8**2) ** 0.5)
    assert "The 80% range for kitchen is at least 437 units and at most 634 units." in answer.text
    assert CAUTIOUS not in answer.text
    assert recheck(answer) == []


def test_a_bound_that_its_formula_does_not_give_is_found(shop):
    answer = asked(shop, "forecast for kitchen for the next 6 weeks")
    _, high = bounds(answer)
    facts = tuple(
        replace(fact, value=fact.value + 1) if fact == high else fact for fact in answer.facts
    )

    assert Fault.FORMULA in {problem.fault for problem in recheck(replace(answer, facts=facts))}


def test_a_share_that_was_tampered_with_is_found(shop):
    answer = asked(shop, "forecast for kitchen for the next 6 weeks")
    facts = tuple(
        replace(fact, value=0.0) if fact.metric is Metric.TOGETHER else fact
        for fact in answer.facts
    )

    assert Fault.FORMULA in {problem.fault for problem in recheck(replace(answer, facts=facts))}


def test_a_brand_is_a_sum_of_products_whose_errors_go_together_less(shop):
    low, _ = bounds(asked(shop, "forecast for Zenlux for the next 2 weeks"))

    # two products of 80 and 60 a week, 16 and 12 below the middle
    steps = 2 * 16.0**2 + 2 * 12.0**2
    series = 32.0**2 + 24.0**2
    away = (1 - STEPS) * steps + (STEPS - SERIES) * series + SERIES * 56.0**2
    assert low.value == pytest.approx(280 - away**0.5)


def test_one_week_needs_no_sum(shop):
    low, high = bounds(asked(shop, "forecast for kitchen for next week"))

    assert (low.value, high.value) == pytest.approx((68.8, 111.8))
    assert low.formula == "quantile 0.1 of step 1"


@pytest.mark.parametrize(
    "about",
    [{"errors_together": {}}, {"launches": ["category:kitchen"]}],
    ids=["not measured", "a launch"],
)
def test_where_it_is_not_known_the_ranges_are_summed_and_said_to_be_wide(shop, about):
    answer = asked(shop, "forecast for kitchen for the next 6 weeks", **about)
    low, high = bounds(answer)

    assert (low.value, high.value) == pytest.approx((6 * 68.8, 6 * 111.8))
    assert CAUTIOUS in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [("厨房未来6周的预测", "Kitchen的80%区间下限为437件，上限为634件。"),
     ("previsão de cozinha para as próximas 6 semanas",
      "A faixa de 80% para kitchen vai de no mínimo 437 unidades a no máximo 634 unidades.")],
)  # fmt: skip
def test_other_languages_say_the_same_range(shop, question, said):
    assert said in asked(shop, question).text
