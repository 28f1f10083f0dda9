"""Write docs/model_card.md from the manifest of the weights and the results on file.

A test keeps the card equal to what it is written from; a number that is not on file is not in it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from model_card_failures import failures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT: Final = Path(__file__).parents[1]
CARD: Final = ROOT / "docs" / "model_card.md"
MANIFEST: Final = ROOT / "signals" / "sentiment" / "weights" / "manifest.json"
RESULTS: Final = Path(__file__).parent / "results"
LANGUAGES: Final = {"en": "English", "zh": "Chinese", "pt": "Portuguese"}
PARTS: Final = ("train", "validation", "test")
OF_A_SET: Final = re.compile(r"^(.+) \((\w\w), (\d+) texts\): (\w+)$")

HEAD: Final = """\
# Model card: sentiment and aspects

<!-- written by: python benchmarks/model_card.py -->

Every number here comes from `signals/sentiment/weights/manifest.json` or from
[benchmarks/results](../benchmarks/results); square brackets hold 95 % intervals.
"""
USE: Final = """\
## Intended use

Shares, shifts and reasons of what many people write about products, shops and brands: reviews,
posts, service messages, in English, simplified Chinese and Brazilian Portuguese. Chances are
calibrated for text like that of the sets above; on other text, judge a few hundred labelled rows
first, or train on them: `groundswell sentiment train`.

Not for decisions about single people, such as authors, staff or sellers; not for health, law,
credit or employment; not for telling whether a claim or a review is true. Other languages get a
score with the language `other` beside it; nothing was measured for them.
"""
LICENCE: Final = """\
## Licence

The code is Apache-2.0 and the encoder MIT. The tuned weights learned from texts most of which their
publishers release for research, or for non-commercial use, as the table of sets says; none of the
texts is contained. Whoever needs weights without these terms can train their own from rows of their
own: `groundswell sentiment train`.
"""


def card() -> str:
    """Write the card."""
    about = json.loads(MANIFEST.read_text(encoding="utf-8"))
    quality, left_out, speed = (
        _result(f"sentiment_{name}") for name in ("quality", "left_out", "speed")
    )
    parts = [
        HEAD,
        what_it_is(about),
        how_it_was_trained(about),
        figures_of_sets(about, quality),
        _section("Kinds of goods it never learned from", left_out, "sentiment_left_out"),
        calibration(quality),
        aspects(quality),
        _section("Speed", speed, "sentiment_speed"),
        failures(quality, left_out, speed),
        USE,
        LICENCE,
        cut_off(about),
    ]
    return "\n".join(parts)


def what_it_is(about: Mapping[str, Any]) -> str:
    """Name the model, its base, its parts and its size."""
    size = sum(file["bytes"] for file in about["files"].values()) / 1e6
    judged = ", ".join(about["labels"])
    lines = [
        "## What it is\n",
        f"`{_model_id(about)}`: the upper {about['layers']} of 12 layers of multilingual-e5-small",
        f"(Wang et al. 2024), tuned, with heads on top; {size:.1f} MB. The layers below are the",
        f"encoder's own ({about['encoder_origin']})",
        "and are shared with search. It gives",
        f"the chances of {judged}, polarity in [-1, 1]"
        + (f", and for {len(about['aspects'])} aspects" if "aspects" in about else "."),
    ]
    if "aspects" in about:
        lines.append(f"({', '.join(about['aspects'])}) whether they are mentioned and how judged.")
    if shares := about.get("phrase_shares"):
        told = ", ".join(
            f"{LANGUAGES.get(lang, lang)} {share:.2f}" for lang, share in shares.items()
        )
        lines.append(
            "What tokens and pairs of neighbours say by themselves is added, as far as held-out "
            f"texts bear out (1 is as they would alone): {told}."
        )
    return "\n".join(lines) + "\n"


def how_it_was_trained(about: Mapping[str, Any]) -> str:
    """List the sets, the plan and what was done about noisy labels."""
    sets = about["sets"] + about.get("aspect_sets", [])
    rows = [
        (
            each["name"], LANGUAGES[each["lang"]],
            *(f"{each['rows'].get(part, 0):,}" for part in PARTS),
            "stars" if each["name"] in about.get("noise", {}) else "",
            each.get("last_day") or "", each["licence"],
        )
        for each in sets
    ]  # fmt: skip
    header = ("set", "language", *PARTS, "labels", "last day", "licence")
    plan = ", ".join(f"{name} {value}" for name, value in about["plan"].items())
    history = "; ".join(
        ", ".join(f"{name} {value:.4g}" for name, value in epoch.items())
        for epoch in about["history"]
    )
    told = [
        f"Plan: {plan}.",
        f"Epochs: {history}.",
        *([f"Training took {about['seconds']:,.0f} seconds."] if "seconds" in about else []),
        *noise(about),
    ]
    return "\n".join(["## How it was trained\n", _table(header, rows), *told]) + "\n"


def noise(about: Mapping[str, Any]) -> Iterable[str]:
    """Say what was done because labels from stars are noisy."""
    smoothing = about["plan"].get("smoothing")
    if smoothing:
        yield f"\nLabels from stars are noisy: {smoothing:.0%} of each is spread over all classes."
    dropped = [
        f"{name} {facts['dropped']:,} of {facts['rows']:,} ({facts['share']:.1%})"
        for name, facts in about.get("noise", {}).items()
    ]
    if dropped:
        yield (
            "Training texts that say the opposite of their stars, found by cross-validation, were "
            f"dropped: {', '.join(dropped)}."
        )


def figures_of_sets(about: Mapping[str, Any], quality: Mapping[str, Any] | None) -> str:
    """Table the figures of each set of held-out texts."""
    title = "## On texts it never saw, of kinds it learned from\n"
    if quality is None:
        return _not_measured(title, "sentiment_quality")
    rows = []
    for figure in quality["figures"]:
        found = OF_A_SET.match(figure["name"])
        if found:
            name, lang, texts, measure = found.groups()
            rows.append((name, LANGUAGES[lang], f"{int(texts):,}", measure, *_beside(figure)))
    header = ("set", "language", "texts", "measure", "here", "to reach", "peers")
    return "\n".join([title, *_of_another_model(about, quality), _table(header, rows), ""])


def _of_another_model(about: Mapping[str, Any], quality: Mapping[str, Any]) -> Iterable[str]:
    if _model_id(about) not in quality["data"]:
        yield (
            "**These figures are of an earlier model**, not of the one described above; "
            "`python benchmarks/sentiment_quality.py` measures again.\n"
        )


def calibration(quality: Mapping[str, Any] | None) -> str:
    """Table how far the chances can be trusted."""
    return _chosen(
        "## Calibration\n\n"
        "Expected calibration error of the likeliest class in 15 bins of equal weight (Naeini et "
        "al. 2015;\nGuo et al. 2017); the sets of a language weigh the same.\n",
        quality, "calibration error (ECE)",
    )  # fmt: skip


def aspects(quality: Mapping[str, Any] | None) -> str:
    """Table how well aspects are found and judged."""
    return _chosen("## Aspects\n", quality, "aspect")


def cut_off(about: Mapping[str, Any]) -> str:
    """Name the last day of a text that trained the model."""
    return f"## Cut-off day\n\nNo dated text after {about['cut_off_day']} trained the model.\n"


def _section(title: str, result: Mapping[str, Any] | None, benchmark: str) -> str:
    if result is None:
        return _not_measured(f"## {title}\n", benchmark)
    rows = [(each["name"], *_beside(each)) for each in result["figures"]]
    header = ("figure", "here", "to reach", "peers")
    return "\n".join([f"## {title}\n", f"Data: {result['data']}.\n", _table(header, rows), ""])


def _chosen(title: str, quality: Mapping[str, Any] | None, words: str) -> str:
    chosen = [each for each in quality["figures"] if words in each["name"]] if quality else []
    if not chosen:
        return _not_measured(title, "sentiment_quality")
    rows = [(each["name"], *_beside(each)) for each in chosen]
    return "\n".join([title, _table(("figure", "here", "to reach", "peers"), rows), ""])


def _not_measured(title: str, benchmark: str) -> str:
    return f"{title}\nNot on file; `python benchmarks/{benchmark}.py` measures it.\n"


def _beside(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    """Write a figure with its interval, its goal and its peers."""
    span = ""
    if figure.get("low") is not None:
        span = f" [{_number(figure['low'])}, {_number(figure['high'])}]"
    unit = "" if figure["unit"] == "share" else f" {figure['unit']}"
    reach = ""
    if figure["reach"] is not None:
        reach = f"{'≥' if figure['better'] == 'higher' else '≤'} {figure['reach']:g}"
    peers = figure.get("peers") or (
        {figure["peer"]: figure["peer_value"]} if figure["peer"] else {}
    )
    told = "; ".join(f"{peer} {_number(value)}" for peer, value in peers.items())
    return f"{_number(figure['value'])}{unit}{span}", reach, told


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [header, ["---"] * len(header), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _model_id(about: Mapping[str, Any]) -> str:
    return f"sentiment@{about['files']['model.safetensors']['sha256'][:12]}"


def _result(benchmark: str) -> dict[str, Any] | None:
    file = RESULTS / f"{benchmark}.json"
    if not file.is_file():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    CARD.write_text(card(), encoding="utf-8")
