"""Facts as a table, for whoever goes on calculating with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agent.proof.facts import Fact

_COLUMNS = (
    "fact_id", "name", "metric", "part", "first_day", "last_day", "value", "unit", "entity",
    "source", "formula",
)  # fmt: skip


def facts_frame(facts: Iterable[Fact], names: Mapping[str, str]) -> pd.DataFrame:
    """Write facts a row each, indexed by ``fact_id``.

    Parameters
    ----------
    names
        Series id to the name a person knows.
    """
    rows = [
        (
            fact.fact_id, names.get(fact.entity, fact.entity), str(fact.metric), fact.part,
            pd.Timestamp(fact.period.first_day), pd.Timestamp(fact.period.last_day), fact.value,
            str(fact.unit), fact.entity, fact.source, fact.formula,
        )
        for fact in facts
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(_COLUMNS)).set_index(_COLUMNS[0])
