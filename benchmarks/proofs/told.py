"""What a shop tells as of a moment, in a form in which two shops can be compared bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecasting import outcomes_since, run_forecast
from retrieval import open_index, recall_index
from signals import ALERTS, PRODUCTS, Col, Lake, open_alerts, read_product_talk
from signals.alerting.alerts import HISTORY_DAYS
from signals.alerting.scan import QUIET_DAYS
from signals.alerting.talk import Talk
from ui.alerting.look import scan_with_risk
from ui.run_inputs import forecast_settings, panel_to_forecast, read_panel
from ui.settings import Settings
from ui.wiring import make_analyst, make_encoder, make_scorer

if TYPE_CHECKING:
    from datetime import date

    from agent import Answer

Teller = Callable[[Settings, pd.Timestamp, int], dict[str, str]]
"""Tells of a shop as of a moment, by the name of what is told; a number chooses where all would be
too many."""

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


def tell_features(shop: Settings, moment: pd.Timestamp, number: int) -> dict[str, str]:  # noqa: ARG001
    """Every column of the panel and its plans, and its tables of vectors."""
    panel = read_panel(shop, Lake(shop.workspace.lake), make_scorer(shop), moment)
    told = {f"history {name}": _bits(panel.history[[name]]) for name in panel.history}
    told |= {f"plans {name}": _bits(panel.future[[name]]) for name in panel.future}
    told |= {f"table {name}": _hash(table.tobytes()) for name, table in panel.tables.items()}
    told["columns"] = str((panel.groups, panel.known, panel.past, panel.measure, panel.made_on))
    return told


def tell_alerts(shop: Settings, moment: pd.Timestamp, number: int) -> dict[str, str]:  # noqa: ARG001
    """Alerts that a scan finds, and those that stand open in the lake."""
    lake = Lake(shop.workspace.lake)
    found = scan_with_risk(lake, make_scorer(shop), moment)
    rows = [*found.to_dict("records"), *open_alerts(lake, moment).to_dict("records")]
    return {"count": str(len(rows))} | {str(place): _json(row) for place, row in enumerate(rows)}


def tell_read_by_alerts(shop: Settings, moment: pd.Timestamp, number: int) -> dict[str, str]:  # noqa: ARG001
    """All that a scan for alerts reads, from which it makes the same alerts each time."""
    lake = Lake(shop.workspace.lake)
    axis = pd.date_range(end=_day(moment), periods=HISTORY_DAYS + QUIET_DAYS)
    talk = Talk(lake, moment, make_scorer(shop).model_id, axis)
    by_day = talk.by_day()
    products = talk.products()
    about = [f"product:{product}" for product in products.index]
    return {
        "texts by day": _bits(talk.naming_rivals(by_day)),
        "texts by aspect": _bits(talk.by_aspect()),
        "promotions": _bits(talk.promoted()),
        "texts": _json(talk.texts(axis[0], about).to_dict("records")),
        "products": _bits(products.reset_index()),
        "known alerts": _json(lake.read(ALERTS, as_of=moment).to_dict("records")),
    }


def tell_talk(shop: Settings, moment: pd.Timestamp, number: int) -> dict[str, str]:
    """Tell what was said of a product in the weeks before: shares, aspects, words, quotes."""
    lake, scorer = Lake(shop.workspace.lake), make_scorer(shop)
    known = sorted(lake.read(PRODUCTS, as_of=moment)[Col.PRODUCT_ID])
    product = known[number % len(known)]
    talk = read_product_talk(lake, as_of=moment, model_id=scorer.model_id, products=[product])
    return {f"{product} {name}": _json(told) for name, told in talk.to_dict().items()}


def tell_answers(shop: Settings, moment: pd.Timestamp, number: int) -> dict[str, str]:
    """Answer a question as of the day: text, facts, citations, trace and all."""
    then = make_analyst(shop).as_of(_day(moment))
    names = sorted({each.name for each in then.catalogue})
    name = names[number % len(names)]
    asked = QUESTIONS[number % len(QUESTIONS)][number // len(QUESTIONS) % _LANGUAGES]
    return {asked: _answer(then.ask(asked.format(name=name))), "catalogue": _json(names)}


def tell_search(shop: Settings, moment: pd.Timestamp, number: int) -> dict[str, str]:
    """Passages that a search as of the day finds, with their scores."""
    about = make_analyst(shop).as_of(_day(moment)).ask("help").trace.searched
    assert about is not None
    encoder = make_encoder(shop)
    present = open_index(shop.workspace.index, encoder)
    search = recall_index(about, Lake(shop.workspace.lake), present)
    asked = _SEARCHED[number % len(_SEARCHED)]
    hits = search.search(asked, k=_HITS)
    told = {f"{asked}, {place}": str(hit) for place, hit in enumerate(hits)}
    return told | {"passages": _json(len(search))}


def tell_forecast(shop: Settings, moment: pd.Timestamp, number: int) -> dict[str, str]:  # noqa: ARG001
    """Forecast anew: the forecast, what it adds up from, and how it was judged."""
    lake = Lake(shop.workspace.lake)
    panel = panel_to_forecast(shop, lake, make_scorer(shop), moment)
    wanted = forecast_settings(shop)
    run = run_forecast(panel, wanted, outcomes=outcomes_since(lake, panel, wanted.preparation))
    about = {name: told for name, told in run.about.items() if name not in {"seconds", "panel"}}
    return {
        "run_id": run.run_id,
        "about": _json(about),
        "forecasts": _bits(run.forecasts),
        "contributions": _bits(run.contributions),
        "accuracy": _bits(run.accuracy),
        "rehearsals": _bits(run.rehearsals),
    }


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
