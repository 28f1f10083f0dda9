"""The lead of what people say over what they buy is read off sales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting import text_leads
from signals import Col


@pytest.fixture(scope="module")
def shop(make_panel):
    """Mood moves sales two weeks later."""
    return make_panel(products=12, periods=110, text_effect=0.5)


def test_the_lead_is_found_in_every_category(shop):
    found = text_leads(shop)

    assert {name: lead.periods for name, lead in found.items()} == {"c0": 2, "c1": 2, "c2": 2}
    assert all(lead.correlation > 0.3 for lead in found.values())


def test_mood_that_sales_do_not_follow_has_no_lead(make_panel):
    assert text_leads(make_panel(products=12, periods=110, text_effect=0.0)) == {}


def test_without_texts_there_is_no_lead(shop):
    assert text_leads(replace(shop, polarity=())) == {}


def test_a_promotion_that_comes_with_praise_is_not_taken_for_its_effect(make_panel):
    panel = make_panel(products=12, periods=110, text_effect=0.0)
    praise = panel.history.assign(mood=0.3 + panel.history[Col.PROMO])

    found = text_leads(replace(panel, history=praise))

    assert all(np.abs(lead.correlation) < 0.3 for lead in found.values())
    assert all(lead.periods != 0 for lead in found.values())
