"""Write the figures that README quotes from the results on file; a test keeps the two the same."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
RESULTS: Final = Path(__file__).parent / "results"
BEGIN: Final = "<!-- figures: python benchmarks/readme_figures.py -->\n"
END: Final = "<!-- end of figures -->"
QUOTED: Final = {
    "olist_accuracy": (
        ("WAPE category, blend calibrated", "error of category forecasts, 1 to 8 weeks (WAPE)"),
        ("WQL category, blend calibrated", "the same for quantiles (WQL)"),
        ("coverage of 80 % category, blend calibrated", "outcomes inside the 80 % interval"),
        ("WAPE category, change by text", "change of the error by reading reviews"),
    ),
    "oj_accuracy": (
        ("MAPE", "orange juice, 2 and 3 weeks ahead (MAPE)"),
        ("WAPE", "the same (WAPE)"),
        ("WQL", "the same for quantiles (WQL)"),
        ("coverage of 80 %, all points", "outcomes inside the 80 % interval"),
    ),
    "walmart_accuracy": (
        ("WAPE", "departments of Walmart, 1 to 8 weeks ahead (WAPE)"),
        ("WMAE against the same week last year", "their WMAE against the same week last year"),
    ),
    "m5_accuracy": (
        ("WAPE", "M5 by store and department, 1 to 4 weeks ahead (WAPE)"),
        ("WQL", "the same for quantiles (WQL)"),
    ),
    "totals_coverage": (
        (
            "coverage of 80 %, M5, product, 4 weeks (560 totals)",
            "totals of four weeks inside their 80 % range (M5)",
        ),
        (
            "interval score, M5, product, 4 weeks",
            "width of these ranges and misses, of units (interval score)",
        ),
    ),
    "cold_start": (
        ("WAPE demo, no history (80 forecasts)", "new products of the demo shop (WAPE)"),
        ("WAPE online retail, 1 to 7 weeks (366 forecasts)", "Online Retail, weeks 1 to 7 (WAPE)"),
        ("WAPE online retail, no history (240 forecasts)", "the same before the first sale (WAPE)"),
    ),
    "truth_recovery": (
        (
            "share of the gain of an oracle that reads the texts",
            "gain from texts, of what an oracle gains (20 demo shops)",
        ),
        ("lead of a category found within a week", "leads of mood over sales found within a week"),
        ("planted causes of a revision found", "planted causes of a changed forecast found"),
    ),
    "forecast_cost": (("fit, 1,000 series", "CPU seconds to fit 1,000 series of 156 weeks"),),
    "forecast_update": (
        ("update against a run anew: CPU time", "CPU time of `run --update`, of a run anew (M5)"),
        ("update against a run anew: WQL", "its quantile loss, of that of a run anew"),
    ),
    "agent_questions": (
        ("en: intent (826 questions)", "English questions in new wordings: intent"),
        ("zh: intent (826 questions)", "Chinese"),
        ("pt: intent (826 questions)", "Portuguese"),
        ("en: all slots (826 questions)", "English: every name, period and measure"),
    ),
    "agent_voices": (
        ("en: read right (130 questions)", "English questions about comments read right"),
        ("zh: read right (131 questions)", "Chinese"),
        ("pt: read right (131 questions)", "Portuguese"),
    ),
    "agent_answers": (
        ("bare or wrong numbers, of 33320", "wrong or bare numbers in the answers"),
        ("errors caught, number word (1201)", "false number words that the checker caught"),
        ("answers changed by a model that lies, of 189", "answers that a lying model changed"),
        (
            "p95 of 213 whole answers without a model, of a processor",
            "processor seconds of an answer without a chat model (95 % take less)",
        ),
    ),
    "agent_explanations": (
        ("en: size within 5 % (10000 parts)", "size of a part read back from the text alone"),
    ),
    "agent_abstention": (
        ("zh: right reason (120)", "unanswerable questions refused for the right reason, Chinese"),
        ("en: false premise corrected (60)", "false premises corrected, English"),
    ),
    "page_load": (
        (
            "50 people in the same moment, page: p95",
            "seconds that 95 of 100 wait when fifty ask on the page in the same moment",
        ),
        (
            "memory at the end against after the start",
            "growth of the server's memory while fifty ask for ten minutes, per cent",
        ),
    ),
    "alert_quality": (
        ("40 texts a day: recall", "waves of complaints found, 40 reviews a day"),
        ("40 texts a day: precision", "alarms that were right"),
        ("40 texts a day: median delay", "days until the alarm, median"),
        ("40 texts a day: false alarms a product-year", "false alarms a product-year"),
        ("10 texts a day: recall", "waves of complaints found, 10 reviews a day"),
        ("10 texts a day: precision", "alarms that were right"),
        ("10 texts a day: median delay", "days until the alarm, median"),
        ("10 texts a day: false alarms a product-year", "false alarms a product-year"),
        ("2 texts a day: recall", "waves of complaints found, 2 reviews a day"),
        ("2 texts a day: precision", "alarms that were right"),
        ("2 texts a day: median delay", "days until the alarm, median"),
        ("2 texts a day: false alarms a product-year", "false alarms a product-year"),
        ("volume alarms raised by promotions", "volume alarms that promotions raised"),
    ),
    "search_asked": (
        (
            "mean of three languages, texts not learnt from: nDCG@10",
            "comments that answer what a shop asks, nDCG@10 in three languages",
        ),
    ),
    "search_quality": (("mean over all: nDCG@10 by both", "search, nDCG@10 over three languages"),),
    "search_scale": (
        ("question, 95th percentile", "processor ms of 95 in 100 searches, 1,000,000 passages"),
        ("recall@10", "share of the ten nearest passages found"),
        ("build: peak memory", "GiB to build the search index"),
    ),
    "sentiment_quality": (
        ("sst2 (en, 872 texts): accuracy", "English film sentences, accuracy"),
        ("airline_tweets (en, 2387 texts): macro_recall", "English tweets, macro recall"),
        ("zh_shopping (zh, 5674 texts): accuracy", "Chinese shop reviews, accuracy"),
        (
            "olist 1-2 against 4-5 stars (pt, 3925 texts): macro_f1",
            "Portuguese reviews, 1-2 against 4-5 stars, macro-F1",
        ),
        ("olist (pt, 4259 texts): macro_f1", "Portuguese reviews by stars, macro-F1"),
        ("en: calibration error (ECE)", "calibration error, English"),
        ("zh: calibration error (ECE)", "calibration error, Chinese"),
        ("pt: calibration error (ECE)", "calibration error, Portuguese"),
        (
            "laptops_2014 (398 terms): aspect polarity accuracy",
            "what laptop reviews say of a given term, accuracy",
        ),
        (
            "restaurants_2014 (710 terms): aspect polarity accuracy",
            "what restaurant reviews say of a given term, accuracy",
        ),
        (
            "Chinese aspect sets (2193 terms): aspect polarity accuracy",
            "what Chinese reviews say of a given term, accuracy",
        ),
    ),
    "sentiment_speed": (
        ("texts a processor second (2 threads)", "texts scored a processor second"),
        ("times as fast as transformers pipeline", "speed against the transformers pipeline"),
        (
            "1,000,000 texts, killed twice: peak memory",
            "GiB to score a million texts, killed twice",
        ),
    ),
    "sentiment_left_out": (
        (
            "Chinese goods of a category left out of training (3 seeds): accuracy",
            "Chinese goods of a kind never learned from, accuracy",
        ),
        (
            "Amazon reviews of a domain left out of training (3 seeds): accuracy",
            "Amazon reviews of a kind never learned from, accuracy",
        ),
    ),
    "end_to_end": (
        ("score, 16x: time", "seconds to score the texts of 16 demo shops, 2 cores"),
        ("forecast, 16x: time", "seconds to backtest and forecast them"),
        ("first answer, models loaded, 16x: time", "seconds to the first answer"),
        ("forecast: growth of CPU time with data", "growth of forecasting (exponent, 1 is linear)"),
    ),
    "mutants": (
        ("defects seen in the gate", "defects planted in the gate that its tests see"),
        ("defects seen in the ledger", "in the ledger"),
        ("defects seen in the verifier", "in the verifier of answers"),
        ("defects seen in the registry", "in the registry of models"),
    ),
}
"""Benchmark to the figures quoted, each with the words README has for it. How many questions, texts
or terms a figure is of may change; a benchmark that is not on file is left out."""
_COUNT: Final = re.compile(r"(?<=, of )[\d,]+|(?<=\()[\d,]+|(?<=p95 of )\d+")


def table() -> str:
    """Write the table of figures in Markdown."""
    lines = ["| measured by | what | here | peer |", "|---|---|---|---|"]
    for benchmark, quoted in QUOTED.items():
        file = RESULTS / f"{benchmark}.json"
        if not file.is_file():
            continue
        found = json.loads(file.read_text(encoding="utf-8"))
        figures = {_uncounted(figure["name"]): figure for figure in found["figures"]}
        for name, words in quoted:
            if _uncounted(name) not in figures:
                sys.exit(f"{file.name} has no figure {name!r}; mend QUOTED")
            figure = figures[_uncounted(name)]
            peer = f"{figure['peer_value']:.3g} ({figure['peer']})" if figure["peer"] else ""
            command = f"`{found['command']}`"
            lines.append(f"| {command} | {words} | {figure['value']:.3g} | {peer} |")
    return "\n".join(lines) + "\n"


def _uncounted(name: str) -> str:
    """Name a figure without how many it is of."""
    return _COUNT.sub("N", name)


def with_table(readme: str) -> str:
    """Put the table between its two marks."""
    before, rest = readme.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
