"""What people say about a product, counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from signals import (
    DOCUMENTS,
    SCORES,
    Col,
    Lake,
    LexiconScorer,
    NotReady,
    read_product_talk,
    score_documents,
    scored_by,
)

AS_OF = pd.Timestamp("2025-10-06", tz="UTC")
MODEL = LexiconScorer.model_id
SAID = [
    ("2025-10-05", "W1", "ana", "The battery died, terrible", "en"),
    ("2025-10-04", "W1", "bob", "电池很差，太失望了", "zh"),
    ("2025-10-03", "W1", "cai", "Adorei, bateria excelente", "pt"),
    ("2025-10-02", "W1", "dan", "It arrived on a Monday", "en"),
    ("2025-09-22", "W1", "eva", "Great screen, I love it", "en"),
    ("2025-09-20", "W1", "fay", "Great strap, I love it", "en"),
    ("2025-10-06", "W1", "gus", "Tomorrow's review is terrible", "en"),
    ("2025-10-04", "W2", "hal", "A perfect kettle", "en"),
]


def stored(root, said) -> Lake:
    lake = Lake(root)
    days, products, authors, texts, langs = zip(*said, strict=True)
    moments = pd.to_datetime(pd.Series(days), utc=True) + pd.Timedelta(hours=9)
    with lake.batch() as batch:
        batch.add(
            DOCUMENTS,
            pd.DataFrame(
                {
                    Col.DOC_ID: [f"d{i}" for i in range(len(said))],
                    Col.KIND: "review", Col.PRODUCT_ID: products, Col.AUTHOR: authors,
                    Col.LANG: langs, Col.TEXT: texts, Col.TEXT_HASH: [f"h-{t}" for t in texts],
                    Col.EVENT_TIME: moments, Col.AVAILABLE_AT: moments,
                }
            ),
        )  # fmt: skip
    score_documents(lake, LexiconScorer())
    return lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Lake:
    return stored(tmp_path_factory.mktemp("talk"), SAID)


def talk(lake: Lake, weeks: int = 1, model_id: str = MODEL):
    return read_product_talk(lake, as_of=AS_OF, model_id=model_id, products=["W1"], weeks=weeks)


def stored_aspects(root, mentions) -> Lake:
    """The same texts, scored by a model that finds these aspects in each."""
    lake = stored(root, SAID)
    scores = lake.read(SCORES).assign(**{Col.MODEL_ID: "other"})
    scores[Col.ASPECTS] = [mentions for _ in range(len(scores))]
    with lake.batch() as batch:
        batch.add(SCORES, scores)
    return lake


def test_shares_count_the_texts_of_the_product_up_to_the_moment(lake):
    now = talk(lake).now

    assert (now.start, now.end) == ("2025-09-29", "2025-10-05")
    assert (now.documents, now.negative, now.neutral, now.positive) == (4, 2, 1, 1)
    assert (now.negative_share, now.neutral_share, now.positive_share) == (0.5, 0.25, 0.25)


def test_movement_is_against_the_period_before(lake):
    one, two = talk(lake), talk(lake, weeks=2)

    assert (one.before.documents, one.before.positive) == (1, 1)
    assert one.negative_share_change == 0.5
    assert one.polarity_change == pytest.approx(one.now.polarity - one.before.polarity, abs=1e-4)
    assert two.before.documents == 1
    assert [week.documents for week in two.weeks] == [1, 4]
    assert [week.start for week in two.weeks] == ["2025-09-22", "2025-09-29"]


def test_aspects_come_from_the_table_of_words_where_the_model_knows_none(tmp_path):
    told = talk(stored_aspects(tmp_path, None), model_id="other")

    counts = {row.aspect: row.documents for row in told.aspects}
    assert told.aspects_from == "words"
    assert counts["battery"] == 3


def test_aspects_of_the_model_are_taken_where_it_has_them(tmp_path):
    mentions = [{Col.ASPECT: "sound", Col.POLARITY: -0.5}]

    told = talk(stored_aspects(tmp_path, mentions), model_id="other")

    assert told.aspects_from == "model"
    assert [(row.aspect, row.documents, row.polarity) for row in told.aspects] == [
        ("sound", 4, -0.5)
    ]


def test_quotes_are_clear_texts_of_each_language_in_turn(lake):
    told = talk(lake)
    texts = dict(zip([f"d{i}" for i in range(len(SAID))], [row[3] for row in SAID], strict=True))

    assert {quote.lang for quote in told.negative_quotes} == {"en", "zh"}
    assert [quote.doc_id for quote in told.positive_quotes] == ["d2"]
    assert told.positive_quotes[0].day == "2025-10-03"
    assert all(quote.text in texts[quote.doc_id] for quote in told.negative_quotes)


def test_one_author_counts_three_times_a_week_and_a_text_once(tmp_path):
    flood = [("2025-10-03", "W1", "spam", f"Terrible watch number {i}", "en") for i in range(9)]
    copies = [("2025-10-03", "W1", f"bot{i}", "Awful thing, avoid", "en") for i in range(9)]

    told = talk(stored(tmp_path, [*flood, *copies]))

    assert told.now.documents == 3 + 1


def test_without_products_everything_counts(lake):
    told = read_product_talk(lake, as_of=AS_OF, model_id=MODEL, weeks=1)

    assert told.now.documents == 5


def test_a_product_nobody_wrote_about_has_empty_figures(lake):
    told = read_product_talk(lake, as_of=AS_OF, model_id=MODEL, products=["none"], weeks=3)

    assert (told.now.documents, told.now.polarity, told.polarity_change) == (0, None, None)
    assert (told.aspects, told.topics, told.rising, told.negative_quotes) == ((), (), (), ())
    assert len(told.weeks) == 3


def test_what_is_told_later_changes_nothing(tmp_path, lake):
    later = [("2025-10-09", "W1", "zed", "Terrible, terrible", "en")]

    assert talk(stored(tmp_path, [*SAID, *later])).to_dict() == talk(lake).to_dict()


def test_a_lake_without_scores_says_what_to_do(tmp_path, lake):
    assert scored_by(lake) == MODEL
    with pytest.raises(NotReady, match="groundswell run"):
        scored_by(Lake(tmp_path))
