"""Which series are whose sums, and what belongs to no series."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.agreement.tree import RECENT, hierarchy_of, recently


def shop(*extra):
    rows = [
        ("category:tea", "category", "tea"),
        ("product:green", "product", "tea"),
        ("product:loose", "product", ""),
        ("total", "total", ""),
        *extra,
    ]
    return hierarchy_of(*zip(*rows, strict=True))


def parent_of(tree, node):
    return tree.nodes[tree.parents[tree.nodes.index(node)]]


def test_a_product_without_a_category_series_belongs_to_the_total():
    tree = shop(("product:mug", "product", "pots"))

    assert parent_of(tree, "product:green") == "category:tea"
    assert parent_of(tree, "product:loose") == parent_of(tree, "product:mug") == "total"


def test_the_remainder_is_what_the_sum_has_and_its_children_do_not():
    tree = shop()
    units = np.array([[50.0], [30.0], [np.nan], [70.0]])

    rests = dict(zip(tree.nodes[4:], tree.remainders(units)[:, 0], strict=True))

    assert rests == {"rest:category:tea": 20.0, "rest:total": 20.0}
    assert tree.shares(units[:, 0]) == pytest.approx([20 / 50, 20 / 70])


def test_a_category_none_of_whose_products_is_a_series_has_no_remainder():
    tree = shop(("category:pots", "category", "pots"))

    assert "rest:category:pots" not in tree.nodes
    assert parent_of(tree, "category:pots") == "total"


def test_the_total_alone_is_a_tree_of_one():
    tree = hierarchy_of(["total"], ["total"], [""])

    assert tree.nodes == ("total",)
    assert tree.shares(np.array([5.0])).tolist() == []


def test_categories_without_a_total_are_trees_of_their_own():
    tree = hierarchy_of(["category:a", "product:x"], ["category", "product"], ["a", "a"])

    assert tree.nodes == ("category:a", "product:x", "rest:category:a")
    assert tree.parents.tolist() == [-1, 0, 0]


def test_only_the_last_periods_make_the_share():
    long_ago = np.concatenate([np.full(40, 1000.0), np.full(RECENT, 2.0)])

    assert recently(long_ago[None, :]).tolist() == [2.0 * RECENT]
