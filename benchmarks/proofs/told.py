"""What a shop tells as of a moment, in a form in which two shops can be compared bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecasting import outcomes_since, run_forecast
from retrieval import open_index, recall_index
from signals import PRODUCTS, Col, Lake, Panel, open_alerts, read_product_talk
from ui.alerting.look import scan_with_risk
from ui.run_inputs import forecast_settings, panel_to_forecast
from ui.wiring import make_analyst, make_encoder, make_scorer

if TYPE_CHECKING:
    from datetime import date

    from agent import Analyst, Answer
    from ui.settings import Settings


@dataclass(frozen=True)
class ShopThen:
    """A shop as of a moment; what several tellers read of it is made once.

    Parameters
    ----------
    number
        Chooses what is asked where all would be too much.
    """

    shop: Settings
    moment: pd.Timestamp
    number: int = 0

    @property
    def lake(self) -> Lake:
        """The lake, which holds what came later too."""
        return Lake(self.shop.workspace.lake)

    @cached_property
    def panel(self) -> Panel:
        """What a run would be made from."""
        return panel_to_forecast(self.shop, self.lake, make_scorer(self.shop), self.moment)

    @cached_property
    def analyst(self) -> Analyst:
        """The analyst of the last day before the moment."""
        return make_analyst(self.shop).as_of(_day(self.moment))


Teller = Callable[[ShopThen], dict[str, str]]
"""Tells of a shop as of a moment, by the name of what is told."""

QUESTIONS: Final = (
    ("Which categories will grow most in the next four weeks, and why?",
     "未来四周哪些品类增长最快，为什么？",
     "Quais categorias vão crescer mais nas próximas quatro semanas, e por quê?"),
    ("What do people say about {name}?", "大家怎么评价{name}？",
     "O que as pessoas dizem sobre {name}?"),
    ("How much of {name} will we sell in the next four weeks, and why?",
     "未来四周{name}能卖多少，为什么？",
     "Quanto de {name} vamos vender nas próximas quatro semanas, e por quê?"),
    ("What is going wrong?", "最近出了什么问题？", "O que está dando errado?"),
    ("Show reviews of {name} about the battery", "给我看{name}关于电池的评论",
     "Mostre avaliações de {name} sobre a bateria"),
    ("How did {name} do in the last four weeks?", "{name}过去四周卖得怎么样？",
     "Como foram as vendas de {name} nas últimas quatro semanas?"),
    ("How good have the forecasts of {name} been?", "{name}的预测有多准？",
     "Quão boas foram as previsões de {name}?"),
    ("What has changed since the last forecast?", "与上次预测相比有什么变化？",
     "O que mudou desde a última previsão?"),
    ("What if the price of {name} falls by 10%?", "如果{name}降价10%会怎样？",
     "E se o preço de {name} cair 10%?"),
)  # fmt: skip
"""Each in three languages."""
_SEARCHED: Final = ("battery died after two weeks", "包装坏了", "chegou atrasado", "great, love it")
_HITS: Final = 8
_LANGUAGES: Final = 3


def tell_features(then: ShopThen) -> dict[str, str]:
    """Every column of the panel and its plans, and its tables of vectors."""
    panel = then.panel
    told = {f"history {name}": _bits(panel.history[[name]]) for name in panel.history}
    told |= {f"plans {name}": _bits(panel.future[[name]]) for name in panel.future}
    told |= {f"table {name}": _hash(table.tobytes()) for name, table in panel.tables.items()}
    told["columns"] = str((panel.groups, panel.known, panel.past, panel.measure, panel.made_on))
    return told


def tell_forecast(then: ShopThen) -> dict[str, str]:
    """Forecast anew: the forecast, what it adds up from, and how it was judged."""
    wanted = forecast_settings(then.shop)
    outcomes = outcomes_since(then.lake, then.panel, wanted.preparation)
    run = run_forecast(then.panel, wanted, outcomes=outcomes)
    about = {name: told for name, told in run.about.items() if name not in {"seconds", "panel"}}
    return {
        "run_id": run.run_id,
        "about": _json(about),
        "forecasts": _bits(run.forecasts),
        "contributions": _bits(run.contributions),
        "accuracy": _bits(run.accuracy),
        "rehearsals": _bits(run.rehearsals),
    }


def tell_alerts(then: ShopThen) -> dict[str, str]:
    """Alerts that a scan finds, and those that stand open in the lake."""
    found = scan_with_risk(then.lake, make_scorer(then.shop), then.moment)
    still_open = open_alerts(then.lake, then.moment)
    rows = [*found.to_dict("records"), *still_open.to_dict("records")]
    return {"count": str(len(rows))} | {str(place): _json(row) for place, row in enumerate(rows)}


def tell_talk(then: ShopThen) -> dict[str, str]:
    """Tell what was said of a product in the weeks before: shares, aspects, words, quotes."""
    known = sorted(then.lake.read(PRODUCTS, as_of=then.moment)[Col.PRODUCT_ID])
    product, model_id = known[then.number % len(known)], make_scorer(then.shop).model_id
    talk = read_product_talk(then.lake, as_of=then.moment, model_id=model_id, products=[product])
    return {f"{product} {name}": _json(told) for name, told in talk.to_dict().items()}


def tell_answers(then: ShopThen) -> dict[str, str]:
    """Answer a question as of the day: text, facts, citations, trace and all."""
    names = sorted({each.name for each in then.analyst.catalogue})
    name = names[then.number % len(names)]
    of_kind, turn = then.number % len(QUESTIONS), then.number // len(QUESTIONS)
    asked = QUESTIONS[of_kind][turn % _LANGUAGES]
    answer = then.analyst.ask(asked.format(name=name))
    return {asked: _answer(answer), "catalogue": _json(names)}


def tell_search(then: ShopThen) -> dict[str, str]:
    """Passages that a search as of the day finds, with their scores."""
    about = then.analyst.ask("help").trace.searched
    assert about is not None
    encoder = make_encoder(then.shop)
    present = open_index(then.shop.workspace.index, encoder)
    search = recall_index(about, then.lake, present)
    asked = _SEARCHED[then.number % len(_SEARCHED)]
    hits = search.search(asked, k=_HITS)
    told = {f"{asked}, {place}": str(hit) for place, hit in enumerate(hits)}
    return told | {"passages": _json(len(search))}


def _day(moment: pd.Timestamp) -> date:
    return (moment - pd.Timedelta(days=1)).date()


def _answer(answer: Answer) -> str:
    told = answer.to_dict()
    trace = told["trace"]
    trace.pop("lake_versions")
    if trace["searched"]:
        trace["searched"].pop("lake_versions")
    return _json(told)


def _bits(rows: pd.DataFrame) -> str:
    hashes = pd.util.hash_pandas_object(rows, index=False).to_numpy()
    return f"{list(rows.columns)} {_hash(hashes.tobytes())}"


def _hash(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()


def _json(told: object) -> str:
    return json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
