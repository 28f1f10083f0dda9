"""Words that stand out: in one group of texts against others, or now against before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from signals.words.segment import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LEAST_TEXTS: Final = 2
_LEAST_NOW: Final = 3
_STANDS_OUT: Final = 1.96
_SAME: Final = 0.7  # share of the texts of a word in which it is part of the longer term


@dataclass(frozen=True, slots=True)
class RisingWord:
    """A term that is said more than before.

    Parameters
    ----------
    now, before
        Texts of either period that hold it.
    z
        Log odds ratio in units of its standard error; 1.96 is rare by chance.
    """

    term: str
    now: int
    before: int
    z: float


def count_terms(texts: Iterable[str], names: Sequence[str] = ()) -> Counter[str]:
    """Count the texts that hold each one- or two-word term.

    Parameters
    ----------
    names
        Of what the texts are about: a term that is part of one says nothing.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(terms_of(text))
    known = [name.lower() for name in names]
    return Counter({t: n for t, n in counts.items() if not any(t in name for name in known)})


def keywords_of_groups(groups: Sequence[Mapping[str, int]], most: int = 6) -> list[list[str]]:
    """Name the terms that set each group of texts apart, the strongest first.

    Class-based TF-IDF: the count of a term in the group times log(1 + A / f), with A the average
    count of all terms in a group and f the count of the term in all groups. Deviation: a text
    counts a term once; a term in one text alone is left out where others are.

    References
    ----------
    Grootendorst (2022), "BERTopic: Neural topic modeling with a class-based TF-IDF procedure",
    section 3.3.
    """
    total: Counter[str] = Counter()
    for group in groups:
        total.update(group)
    average = sum(total.values()) / max(len(groups), 1)
    found = []
    for group in groups:
        often = {term: n for term, n in group.items() if n >= _LEAST_TEXTS} or dict(group)
        weight = {term: n * float(np.log1p(average / total[term])) for term, n in often.items()}
        ranked = sorted(weight, key=lambda term: (-weight[term], term))
        found.append(_without_parts(ranked, group)[:most])
    return found


def rising_words(
    now: Sequence[str], before: Sequence[str], names: Sequence[str] = (), most: int = 6
) -> list[RisingWord]:
    """List the terms that more texts hold now than before, the surest first.

    Log odds with an informative Dirichlet prior, the prior being both periods together. Without
    texts before nothing can rise, and the list is empty.

    Parameters
    ----------
    now, before
        Texts of the two periods.
    names
        As in ``count_terms``.

    References
    ----------
    Monroe, Colaresi and Quinn (2008), "Fightin' Words", equations 15 to 22; here with counts of
    texts in place of counts of words.
    """
    if not before:
        return []
    new, old = count_terms(now, names), count_terms(before, names)
    terms = sorted(term for term, n in new.items() if n >= _LEAST_NOW)
    if not terms:
        return []
    counts = np.array([[new[term], old[term]] for term in terms], dtype=float)  # (terms, 2)
    sizes = np.array([sum(new.values()), sum(old.values())], dtype=float)
    prior_size = sizes.min()
    prior = prior_size * counts.sum(axis=1) / sizes.sum()
    raised = counts + prior[:, None]
    odds = np.log(raised / (sizes + prior_size - raised))
    z = (odds[:, 0] - odds[:, 1]) / np.sqrt((1 / raised).sum(axis=1))
    ranked = [terms[at] for at in np.lexsort((np.arange(len(terms)), -z)) if z[at] >= _STANDS_OUT]
    sure = dict(zip(terms, z.tolist(), strict=True))
    chosen = _without_parts(ranked, new)[:most]
    return [RisingWord(term, new[term], old[term], round(sure[term], 3)) for term in chosen]


def _without_parts(ranked: Sequence[str], counts: Mapping[str, int]) -> list[str]:
    """Drop words that hardly stand outside a longer term, and terms of words chosen before."""
    pairs = [term for term in ranked if _is_pair(term, counts)]
    chosen: list[str] = []
    for term in ranked:
        inside = any(
            term != pair and term in pair and counts[pair] >= _SAME * counts[term] for pair in pairs
        )
        if not inside and not any(word in term for word in chosen):
            chosen.append(term)
    return chosen


def _is_pair(term: str, counts: Mapping[str, int]) -> bool:
    if " " in term:
        return True
    return any(term[:at] in counts and term[at:] in counts for at in range(2, len(term) - 1))
