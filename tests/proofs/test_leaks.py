"""The proof of planted leaks is as good as what it misses: a leak that nothing finds is named."""

from __future__ import annotations

from proofs import leaks
from proofs.leaky_shop import clean, leaky_shop

from forecasting import other_futures


def test_a_leak_that_is_none_counts_as_missed(tmp_path):
    lake = leaky_shop(tmp_path / "lake")
    others = other_futures(lake, leaks.MOMENTS[:1], tmp_path / "others")

    missed = leaks.missed_leaks(lake, others, tmp_path, builders=[clean])

    assert missed == ["clean"]


def test_the_shop_of_a_seed_is_another(tmp_path):
    one, other = (leaky_shop(tmp_path / str(seed), seed) for seed in (5, 6))

    assert not one.sql("SELECT units FROM sales").equals(other.sql("SELECT units FROM sales"))
