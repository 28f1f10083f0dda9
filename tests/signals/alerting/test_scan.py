"""Surges: bursts are found within days, chance and promotions are not taken for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import betabinom, nbinom

from signals.alerting.chance import Alikeness
from signals.alerting.counts import Counts, Layer
from signals.alerting.discoveries import discoveries
from signals.alerting.scan import Rules, find_surges
from signals.alerting.statistic import Statistic
from signals.alerting.tails import beta_binomial_tail, negative_binomial_tail
from signals.alerting.usual import NEEDED_BEFORE, Usual

RULES = Rules(rate=0.1, most=0.002, least_rise=0.06)
VOLUME = Rules(rate=0.1, most=0.0003, least_rise=1.0)


def made(days: int, a_day: float, share: float, series: int, seed: int) -> Counts:
    rng = np.random.default_rng(seed)
    texts = rng.poisson(a_day, size=(series, days)).astype(float)
    bad = rng.binomial(texts.astype(int), share).astype(float)
    return counted(bad, texts)


def counted(events, exposure, statistic=Statistic.SHARE, promoted=None) -> Counts:
    promoted = np.zeros(events.shape, dtype=np.int8) if promoted is None else promoted
    axis = pd.date_range("2025-01-06", periods=events.shape[1])
    return Counts(statistic, events, exposure, promoted, np.zeros(len(events), dtype=int), axis)


def volumes(texts, promoted=None) -> Counts:
    return counted(texts, np.ones_like(texts), Statistic.VOLUME, promoted)


def alone(counts: Counts) -> list[Layer]:
    return [Layer(tuple(f"s{row}" for row in range(len(counts.pool))))]


def surges(counts: Counts, rules: Rules = RULES):
    return find_surges(counts, alone(counts), [rules])[0]


def test_steady_talk_raises_less_than_one_alarm_in_two_series_years():
    found = surges(made(365, 4.0, 0.2, series=40, seed=1))

    years = 40 * (365 - NEEDED_BEFORE) / 365
    assert len({(surge.group, surge.day // 14) for surge in found}) <= 0.5 * years


def test_five_times_the_talk_with_the_same_share_raises_nothing():
    counts = made(120, 4.0, 0.2, series=20, seed=2)
    rng = np.random.default_rng(3)
    counts.exposure[:, 100:104] *= 5
    counts.events[:, 100:104] = rng.binomial(counts.exposure[:, 100:104].astype(int), 0.2)

    assert not [surge for surge in surges(counts) if 100 <= surge.day <= 110]


def test_a_wave_is_followed_to_its_end_though_it_raises_its_own_baseline():
    counts = made(160, 5.0, 0.15, series=10, seed=4)
    counts.events[3, 100:140] = counts.exposure[3, 100:140]

    days = [surge.day for surge in surges(counts) if surge.group == 3]

    assert min(days) <= 103
    assert max(days) >= 139


def test_what_lasts_longer_than_it_is_compared_with_becomes_usual():
    counts = made(260, 6.0, 0.15, series=10, seed=5)
    counts.events[3, 100:] = np.round(counts.exposure[3, 100:] * 0.6)

    days = [surge.day for surge in surges(counts) if surge.group == 3]

    assert min(days) <= 105
    assert max(days) < 200


def test_both_opinions_agree_on_a_burst():
    counts = made(120, 20.0, 0.15, series=10, seed=6)
    counts.events[2, 100:107] = np.round(counts.exposure[2, 100:107] * 0.5)

    burst = [surge for surge in surges(counts) if surge.group == 2]

    assert min(surge.p_value for surge in burst) < 1e-6
    assert max(surge.ewma for surge in burst) > 3


def test_a_group_hears_what_is_too_thin_for_its_members():
    counts = made(140, 0.6, 0.15, series=40, seed=7)
    counts.events[:20, 120:127] = counts.exposure[:20, 120:127]
    groups = Layer.of(["left", "right"], ["left"] * 20 + ["right"] * 20)

    found, _ = find_surges(counts, [*alone(counts), groups], [RULES, RULES])

    heard = {(surge.layer, surge.group) for surge in found if 120 <= surge.day <= 130}
    assert (1, 0) in heard
    assert (1, 1) not in heard


def test_a_group_does_not_repeat_what_one_member_explains():
    counts = made(140, 20.0, 0.15, series=4, seed=8)
    counts.events[1, 120:127] = counts.exposure[1, 120:127]
    everybody = Layer.of(["all"], ["all"] * 4)

    found, told = find_surges(counts, [*alone(counts), everybody], [RULES, RULES])

    assert {surge.layer for surge in found if surge.day >= 120} == {0}
    assert told[1, 120:127].all()


def test_a_burst_of_texts_is_found_and_weekends_are_usual():
    rng = np.random.default_rng(9)
    usual = 10.0 * (1 + 1.5 * (np.arange(180) % 7 >= 5))
    texts = rng.poisson(usual, size=(20, 180)).astype(float)
    texts[4, 150:155] *= 4

    found = surges(volumes(texts), VOLUME)

    assert {surge.group for surge in found} == {4}
    assert 150 <= found[0].day <= 152


def test_promotions_bring_texts_and_raise_nothing():
    rng = np.random.default_rng(10)
    promoted = np.zeros((30, 300), dtype=np.int8)
    for row in range(30):
        for start in rng.choice(np.arange(5, 290), 6, replace=False):
            promoted[row, start : start + 7] = 1
    brings = rng.lognormal(np.log(2.5), 0.2, size=(30, 1))
    texts = rng.poisson(8.0 * np.where(promoted == 1, brings, 1.0)).astype(float)

    assert not surges(volumes(texts, promoted), VOLUME)
    assert surges(volumes(texts), VOLUME)


def test_what_is_already_told_raises_nothing():
    counts = made(120, 20.0, 0.15, series=5, seed=11)
    counts.events[2, 100:107] = counts.exposure[2, 100:107]
    told = np.zeros(counts.events.shape, dtype=bool)
    told[2, 95:115] = True

    found, _ = find_surges(counts, alone(counts), [RULES], told)

    assert not [surge for surge in found if surge.day >= 95]


def test_thin_series_lean_on_their_pool():
    counts = made(120, 0.2, 0.3, series=30, seed=12)
    counts.events[0] = 0

    expected = Usual(counts).on(NEEDED_BEFORE)

    rate = expected.events[0] / max(counts.exposure[0, NEEDED_BEFORE], 1)
    assert 0.0 <= rate <= 0.3
    assert expected.doubt[0] > 1 / 350


def test_bad_days_widen_what_chance_may_do():
    rng = np.random.default_rng(13)
    share = rng.beta(0.2 * 19, 0.8 * 19, size=(10, 200))
    calm, moody = Alikeness(Statistic.SHARE), Alikeness(Statistic.SHARE)
    texts = np.full((10, 200), 30.0)
    for alike, odds in ((calm, 0.2), (moody, share)):
        bad = rng.binomial(30, odds, size=texts.shape).astype(float)
        for day in range(7, 200):
            week = slice(day - 7, day)
            alike.learn(bad[:, week], texts[:, week], 0.2 * texts[:, week], np.ones((10, 7)))

    assert calm.of_day < 0.01
    assert moody.of_day == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize("bad", range(5))
def test_the_tail_of_a_share_is_that_of_a_beta_binomial(bad):
    at_least = betabinom.sf(bad - 1, 4, 2.1, 4.9)
    exactly = betabinom.pmf(bad, 4, 2.1, 4.9)
    cases = [np.array([value]) for value in (float(bad), 4.0, 0.3, 7.0)]

    assert beta_binomial_tail(*cases)[0] == pytest.approx(at_least - exactly / 2)


@pytest.mark.parametrize("texts", range(5))
def test_the_tail_of_a_count_is_that_of_a_negative_binomial(texts):
    at_least = nbinom.sf(texts - 1, 3.0, 3.0 / (3.0 + 2.0))
    cases = [np.array([value]) for value in (float(texts), 2.0, 3.0)]

    assert negative_binomial_tail(*cases)[0] == pytest.approx(at_least)


def test_more_series_need_clearer_findings():
    clear = np.array([0.001, 0.004, 0.5])

    few, many = (discoveries(clear, watched, 0.05, 0.01) for watched in (10, 100))

    assert few.tolist() == [True, True, False]
    assert many.tolist() == [False, False, False]


def test_counts_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"counts have shapes .*; expected \(2, 3\)"):
        Counts(
            Statistic.SHARE, np.zeros((2, 3)), np.zeros((2, 4)), np.zeros((2, 3), dtype=np.int8),
            np.zeros(2, dtype=int), pd.date_range("2025-01-06", periods=3),
        )  # fmt: skip
