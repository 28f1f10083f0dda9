"""What a panel says in vectors: aspects, what a product is, its pictures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from signals import (
    ASPECTS_KEY,
    DOCUMENTS,
    PICTURES_KEY,
    PRODUCTS,
    SALES,
    SCORES,
    TRAITS_KEY,
    Col,
    ConfigError,
    DataError,
    DriverGroup,
    Lake,
    SeriesRules,
    build_panel,
    rebuild_panel,
    store_pictures,
    text_hash,
    with_pictures,
)
from signals.aspects import ASPECTS

WEEKS = pd.date_range("2024-01-01", periods=24, freq="7D")
AS_OF = pd.Timestamp("2024-06-17", tz="UTC")
RULES = SeriesRules(min_periods=4)
NAMES = ["A", "B", "C"]


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake")
    day = WEEKS.repeat(3)
    sales = pd.DataFrame(
        {
            Col.PRODUCT_ID: NAMES * len(WEEKS), Col.STORE_ID: "s", Col.DAY: day, Col.UNITS: 10.0,
            Col.PRICE: [5.0, 20.0, 7.0] * len(WEEKS),
            Col.AVAILABLE_AT: day.tz_localize("UTC") + pd.Timedelta(days=1),
        }
    )  # fmt: skip
    products = pd.DataFrame(
        {
            Col.PRODUCT_ID: NAMES, Col.NAME: NAMES, Col.CATEGORY: ["tea", "tea", "mugs"],
            Col.BRAND: ["Leaf", None, "Leaf"], Col.IMAGE: ["a.jpg", "b.jpg", None],
            Col.AVAILABLE_AT: pd.Timestamp("2023-12-01", tz="UTC"),
        }
    )  # fmt: skip
    with lake.batch() as batch:
        batch.add(SALES, sales)
        batch.add(PRODUCTS, products)
    return lake


def say(lake, week, product, **aspects):
    """Let somebody write about aspects of a product, each with a polarity."""
    text = f"{product} {week} {aspects}"
    moment = WEEKS[week].tz_localize("UTC") + pd.Timedelta(days=3)
    known = {Col.DOC_ID: [text], Col.TEXT_HASH: [text_hash(text)]}
    said = [{Col.ASPECT: name, Col.POLARITY: value} for name, value in aspects.items()]
    scores = {Col.P_NEG: 0.2, Col.P_NEU: 0.3, Col.P_POS: 0.5, Col.POLARITY: 0.3}
    when = {Col.EVENT_TIME: moment, Col.AVAILABLE_AT: moment}
    with lake.batch() as batch:
        batch.add(
            DOCUMENTS, pd.DataFrame({**known, Col.PRODUCT_ID: product, Col.TEXT: text, **when})
        )
        judged = {**known, Col.MODEL_ID: "judge", **scores, Col.ASPECTS: [said]}
        batch.add(SCORES, pd.DataFrame(judged))


def panel_of(lake, as_of=AS_OF):
    return build_panel(lake, as_of=as_of, horizon=2, model_id="judge", rules=RULES)


def vectors(panel, key, series):
    """Vector of every week of a series, shape (weeks, width)."""
    rows = panel.history[panel.history[Col.SERIES_ID] == series]
    return panel.tables[key][rows[key].to_numpy()]


def test_an_aspect_that_angers_people_for_the_first_time_stands_out(lake):
    for week in range(12):
        say(lake, week, "A", taste=0.8)
    say(lake, 16, "A", taste=0.8, delivery=-0.9)

    found = vectors(panel_of(lake), ASPECTS_KEY, "product:A")

    volume, anger = found[:, : len(ASPECTS)], found[:, len(ASPECTS) :]
    delivery, taste = ASPECTS.index("delivery"), ASPECTS.index("taste")
    assert volume[16, delivery] > 0.5
    assert anger[16, delivery] > 0.2
    assert anger[16, taste] <= 0
    assert not found[13:16].any()  # nobody wrote
    assert not vectors(panel_of(lake), ASPECTS_KEY, "product:B").any()
    assert vectors(panel_of(lake), ASPECTS_KEY, "category:tea")[16].any()


def test_later_texts_change_no_aspect_of_earlier_weeks(lake):
    for week in range(12):
        say(lake, week, "A", taste=0.8 if week % 3 else -0.4)
    before = vectors(panel_of(lake), ASPECTS_KEY, "product:A")[:12]

    say(lake, 13, "A", taste=-0.9)

    np.testing.assert_array_equal(vectors(panel_of(lake), ASPECTS_KEY, "product:A")[:12], before)


def test_traits_are_category_brand_and_first_price_against_the_category(lake):
    panel = panel_of(lake)

    a, b, c, tea, total = (
        vectors(panel, TRAITS_KEY, series)[0]
        for series in ("product:A", "product:B", "product:C", "category:tea", "total")
    )

    assert panel.tables[TRAITS_KEY].shape[1] == 4  # tea, mugs, Leaf, price level
    np.testing.assert_allclose(b[-1] - a[-1], np.log(4.0), rtol=1e-6)
    assert (a[:3] != b[:3]).sum() == 1
    assert (a[:3] != c[:3]).sum() == 2
    assert tea[:2].sum() == 1
    assert not total.any()


def pictures(folder, **columns):
    file = folder / "pictures.parquet"
    pq.write_table(pa.table(columns), file)
    return file


def test_pictures_come_from_a_file_and_the_panel_is_built_again_without_it(lake, tmp_path):
    shown = np.random.default_rng(1).normal(size=(3, 40))
    file = pictures(tmp_path, product_id=[*NAMES[:2], "unknown"], vector=shown.tolist())

    name = store_pictures(lake, file)
    panel = with_pictures(lake, panel_of(lake), name, as_of=AS_OF)
    file.unlink()
    again = rebuild_panel(lake, panel.built_from)

    a, b = (vectors(panel, PICTURES_KEY, f"product:{name}") for name in "AB")
    np.testing.assert_allclose(a, -b, atol=1e-6)  # differences from the mean of two
    assert a.any()
    assert not vectors(panel, PICTURES_KEY, "product:C").any()
    assert panel.groups[DriverGroup.PICTURES] == (PICTURES_KEY,)
    np.testing.assert_array_equal(again.tables[PICTURES_KEY], panel.tables[PICTURES_KEY])
    pd.testing.assert_frame_equal(again.history, panel.history)


def test_pictures_may_be_named_as_the_products_name_them_and_are_kept_once(lake, tmp_path):
    file = pictures(tmp_path, image=["b.jpg", "a.jpg"], vector=[[1.0, 0.0], [0.0, 1.0]])

    name = store_pictures(lake, file)

    versions = lake.versions()
    assert store_pictures(lake, file) == name
    assert lake.versions() == versions
    panel = with_pictures(lake, panel_of(lake), name, as_of=AS_OF)
    assert vectors(panel, PICTURES_KEY, "product:A").any()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"product_id": ["A"], "units": [1]}, "expected product_id"),
        ({"product_id": ["A", "B"], "vector": [[1.0], [1.0, 2.0]]}, "1 of 2 vectors"),
        ({"product_id": ["A", "B"], "vector": [[1.0], [float("nan")]]}, "finite"),
        ({"product_id": ["A", "A"], "vector": [[1.0], [2.0]]}, "come twice, such as 'A'"),
        ({"product_id": ["Z"], "vector": [[1.0]]}, "ingest the products first"),
    ],
)
def test_files_that_are_no_pictures_are_refused(lake, tmp_path, columns, message):
    with pytest.raises(DataError, match=message):
        store_pictures(lake, pictures(tmp_path, **columns))


def test_what_is_no_parquet_or_no_file_is_refused(lake, tmp_path):
    (tmp_path / "words.parquet").write_text("product_id,vector", encoding="utf-8")

    with pytest.raises(DataError, match="is not Parquet"):
        store_pictures(lake, tmp_path / "words.parquet")
    with pytest.raises(ConfigError, match="which is no file"):
        store_pictures(lake, tmp_path / "nothing.parquet")
