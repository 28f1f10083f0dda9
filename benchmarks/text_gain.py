"""What texts add to a forecast, on three domains of Time-MMD with reports and web searches.

Text should never do harm: at origins over the last fifth of each series, the forecast that reads
texts is compared with the same one without them. Texts on the days of others tell nothing, and the
gate should be shut. Dates of the searches are those of the data set; some pages were written later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from reporting import Figure, Report, options
from text_trust import trust_of
from time_mmd import DOMAINS, panel_of, read_texts

from forecasting import ForecastSettings, Metric, score
from forecasting.experts.fused import FusedTrees
from forecasting.grid import cut, grid_of
from forecasting.judging.ablation import judge_text
from forecasting.judging.backtest import ExpertKey, Variant, backtest
from signals import LexiconScorer, Scope, silent

if TYPE_CHECKING:
    from time_mmd import Domain, Read

    from signals import Panel, Scorer

NO_HARM: Final = 1.005
SHUT: Final = 0.05
HELD_BACK: Final = 0.2
ORIGINS: Final = 12
SHUFFLES: Final = 5


def main() -> None:
    """Measure, print, write."""
    parser = options(__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scores", choices=("lexicon", "bert"), help="lexicon is for --quick")
    chosen = parser.parse_args()
    scores = chosen.scores or ("lexicon" if chosen.quick else "bert")
    report = Report("text_gain", f"time_mmd, texts read by {scores}", ("groundswell", "lightgbm"))
    scorer = _scorer(scores)
    for domain in DOMAINS[: 1 if chosen.quick else None]:
        read = read_texts(domain, scorer)
        panel = panel_of(domain, read)
        _add_gain(report, domain, panel, origins=3 if chosen.quick else ORIGINS)
        _add_gate(report, domain, read, shuffles=1 if chosen.quick else SHUFFLES)
    report.finish(chosen)


def _scorer(name: str) -> Scorer:
    if name == "lexicon":
        return LexiconScorer()
    from signals.sentiment.bert import BertScorer
    from signals.sentiment.e5 import load_e5

    return BertScorer(load_e5(), with_aspects=False)


def _expert() -> FusedTrees:
    settings = ForecastSettings()
    return FusedTrees(settings.levels, rounds=settings.trees, seed=settings.seed)


def _add_gain(report: Report, domain: Domain, panel: Panel, *, origins: int) -> None:
    """Compare the forecast with texts and the same without them."""
    expert, last = _expert(), len(grid_of(panel).days) - 1 - domain.horizon
    first = round((1 - HELD_BACK) * len(grid_of(panel).days))
    places = np.unique(np.linspace(first, last, origins).round().astype(int)).tolist()
    tried = backtest(panel, [expert], expert.levels, places)
    keys = [ExpertKey(expert.name, v) for v in (Variant.WITH_TEXT, Variant.WITHOUT_TEXT)]
    told, untold = (score(tried.actual, tried.quantiles[key], tried.levels) for key in keys)
    for metric in (Metric.WAPE, Metric.WQL):
        report.add(
            Figure(
                f"{domain.name}, {metric.upper()} with text",
                told[metric],
                "share",
                peer="without text",
                peer_value=untold[metric],
            )
        )
    ratio = told[Metric.WAPE] / untold[Metric.WAPE]
    report.add(Figure(f"{domain.name}, WAPE with text to without", ratio, "ratio", reach=NO_HARM))
    verdict = judge_text(tried, expert.name, np.random.default_rng(1))[Scope.TOTAL]
    share = verdict.without_text
    report.add(
        Figure(
            f"{domain.name}, change of WAPE by text, 90 % interval",
            (verdict.with_text - verdict.without_text) / share,
            "share",
            low=verdict.low / share,
            high=verdict.high / share,
        )
    )


def _add_gate(report: Report, domain: Domain, read: Read, *, shuffles: int) -> None:
    """See how far texts are trusted at the last origin, as they are and on each other's days."""
    report.add(Figure(f"{domain.name}, gate", _gate(domain, read), "share", "higher"))
    random = np.random.default_rng(1)
    gates = [_gate(domain, read.shuffled(random)) for _ in range(shuffles)]
    report.details[f"{domain.name}, gates of texts on others' days"] = gates
    name = f"{domain.name}, gate of texts on others' days, highest of {shuffles}"
    report.add(Figure(name, max(gates), "share", reach=SHUT))


def _gate(domain: Domain, read: Read) -> float:
    panel = panel_of(domain, read)
    past = cut(panel, len(grid_of(panel).days) - 1 - domain.horizon, domain.horizon)
    return trust_of(_expert().fit(past, progress=silent)).gate


if __name__ == "__main__":
    main()
