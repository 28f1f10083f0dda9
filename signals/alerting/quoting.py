"""Three texts that speak for a wave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from signals.alerting.kinds import AlertKind
from signals.aspects import aspects_of
from signals.frames import Col

if TYPE_CHECKING:
    import pandas as pd

QUOTES: Final = 3


def choose_quotes(told: pd.DataFrame, aspect: str | None, kind: AlertKind) -> list[dict[str, str]]:
    """Quote the clearest texts, those about the aspect first, the languages in turn.

    Parameters
    ----------
    told
        Texts that speak for the alert: doc_id, text, day, lang, polarity.

    Returns
    -------
    list[dict[str, str]]
        doc_id, text, day and lang of each, word for word; no text twice.
    """
    speaks = [aspect in aspects_of(text) for text in told[Col.TEXT]]
    ranked = told.assign(speaks=speaks).drop_duplicates(Col.TEXT)
    side = -1.0 if kind is AlertKind.POSITIVE_SHARE else 1.0
    ranked = ranked.assign(clear=side * ranked[Col.POLARITY])
    ranked = ranked.sort_values(["speaks", "clear"], ascending=[False, True], kind="stable")
    ranked = ranked.assign(turn=ranked.groupby(["speaks", Col.LANG], dropna=False).cumcount())
    ranked = ranked.sort_values(
        ["speaks", "turn", "clear"], ascending=[False, True, True], kind="stable"
    )
    return [
        {
            Col.DOC_ID: text[Col.DOC_ID],
            Col.TEXT: text[Col.TEXT],
            Col.DAY: str(text[Col.DAY].date()),
            Col.LANG: text[Col.LANG],
        }
        for text in ranked.head(QUOTES).to_dict("records")
    ]
