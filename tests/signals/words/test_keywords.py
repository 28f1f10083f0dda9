"""Words that set texts apart, and words that rise."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from signals import keywords_of_groups, rising_words
from signals.words.keywords import count_terms

BATTERY = ["Battery dies by noon", "The battery dies overnight", "Weak battery, returned it"]
STRAP = ["The strap looks lovely", "Lovely strap and colour", "Strap broke, returned it"]


def test_keywords_of_a_group_are_rare_elsewhere():
    battery, strap = keywords_of_groups([count_terms(BATTERY), count_terms(STRAP)])

    assert battery == ["battery"]
    assert strap == ["strap", "lovely"]


def test_weights_are_those_of_the_paper():
    """Counts 4 and 1 in the first group, 3 in the other: A is 4, f is 5 and 3."""
    first, second = Counter({"battery": 4}), Counter({"battery": 1, "strap": 3})
    battery, strap = 1 * math.log1p(4 / 5), 3 * math.log1p(4 / 3)

    assert strap > battery
    assert keywords_of_groups([first, second]) == [["battery"], ["strap"]]


def test_chinese_and_portuguese_texts_have_keywords_too():
    delivery = ["物流很慢，包装破损", "物流太慢", "A entrega atrasou", "Entrega atrasou de novo"]

    (keywords,) = keywords_of_groups([count_terms(delivery)])

    assert {"物流", "entrega atrasou"} <= set(keywords)


def test_the_name_of_the_product_is_no_keyword():
    counts = count_terms(["This beard oil smells great"] * 3, names=["Moonsilk Beard Oil"])

    assert {"smells", "great"} <= set(counts)
    assert not {"beard", "oil", "beard oil"} & set(counts)


def test_a_word_that_spreads_rises_and_a_constant_one_does_not():
    before = ["Nice watch", "Good strap and screen", "The screen is bright"] * 20
    now = [*before, *["The strap smells of rubber"] * 15]

    rising = {word.term: word for word in rising_words(now, before)}

    assert any("rubber" in term for term in rising)
    assert not any("screen" in term for term in rising)
    assert all(word.z >= 1.96 and word.now >= 3 for word in rising.values())


def test_the_odds_are_those_of_monroe():
    """One term has 9 of 12 counts now, 1 of 12 before; the prior is as large as one period."""
    now, before = ["smell"] * 9 + ["screen"] * 3, ["smell"] + ["screen"] * 11
    prior = 12 * 10 / 24
    first, second = 9 + prior, 1 + prior
    odds = math.log(first / (24 - first)) - math.log(second / (24 - second))
    z = odds / math.sqrt(1 / first + 1 / second)

    (found,) = rising_words(now, before)

    assert z == pytest.approx(2.94, abs=0.01)
    assert (found.term, found.now, found.before) == ("smell", 9, 1)
    assert found.z == pytest.approx(z, abs=0.001)


def test_nothing_rises_without_a_period_before():
    assert rising_words(["The strap smells"] * 9, []) == []
    assert rising_words([], ["The strap smells"] * 9) == []
