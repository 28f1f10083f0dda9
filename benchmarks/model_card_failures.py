"""What the sentiment model does badly, as the results on file show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CLASSES: Final = ("negative", "neutral", "positive")
FEWEST: Final = 30
"""Groups of fewer texts are not spoken of."""
WEAK: Final = 0.5
LANGUAGES: Final = {"en": "English", "zh": "Chinese", "pt": "Portuguese"}
NOT_MEASURED: Final = """\
- Not measured: irony and sarcasm (no set marks them), Cantonese and traditional Chinese, Portuguese
  of Portugal, texts that mix languages, and texts written after the cut-off day.
"""


def failures(*results: Mapping[str, Any] | None) -> str:
    """List what falls short, what a peer does better, and who is called what."""
    figures = [figure for result in results if result for figure in result["figures"]]
    details: dict[str, Any] = {}
    for result in results:
        details |= (result or {}).get("details", {})
    lines = [
        "## Known failures\n",
        *_short(figures),
        *_below_a_peer(figures),
        *_hard_aspects(details.get("aspect_detection", {})),
        *_hard_lengths(details.get("accuracy_by_length", [])),
        *_labels_missed(details.get("calls", {})),
    ]
    return "\n".join(lines) + "\n" + NOT_MEASURED + _table_of_calls(details.get("calls", {}))


def _short(figures: list[dict[str, Any]]) -> Iterator[str]:
    for figure in figures:
        reach, value = figure["reach"], figure["value"]
        if reach is None:
            continue
        if value < reach if figure["better"] == "higher" else value > reach:
            yield f"- Falls short: {figure['name']} is {value:.3f}, to reach was {reach:g}."


def _below_a_peer(figures: list[dict[str, Any]]) -> Iterator[str]:
    for figure in figures:
        peer, value = figure["peer_value"], figure["value"]
        if peer is None or figure["unit"] != "share" or figure["better"] != "higher":
            continue
        if peer > value:
            high = figure.get("high")
            doubt = " (inside the interval)" if high is not None and peer <= high else ""
            beside = f"{figure['peer']} {peer:.3f}{doubt}"
            yield f"- A peer is better: {figure['name']} is {value:.3f}, {beside}."


def _hard_aspects(detection: Mapping[str, Any]) -> Iterator[str]:
    for name, aspects in detection.items():
        weak = [
            f"{aspect} ({found['f1']:.2f})"
            for aspect, found in aspects.items()
            if found["f1"] < WEAK
        ]
        if weak:
            yield f"- Aspects found badly in {name} (F1 below {WEAK:g}): {', '.join(weak)}."


def _hard_lengths(by_length: list[dict[str, Any]]) -> Iterator[str]:
    for lang in dict.fromkeys(group["lang"] for group in by_length):
        mine = [g for g in by_length if g["lang"] == lang and g["texts"] >= FEWEST]
        if not mine:
            continue
        shares = ", ".join(f"{_length(g)} {g['accuracy']:.2f} ({g['texts']:,})" for g in mine)
        yield f"- Accuracy by characters in the text, {LANGUAGES[lang]}: {shares}."


def _length(group: Mapping[str, Any]) -> str:
    longest = group["shorter_than"]
    return "longer" if longest is None else f"below {longest}"


def _labels_missed(calls: Mapping[str, list[list[int]]]) -> Iterator[str]:
    for title, table in calls.items():
        for label, row in enumerate(table):
            if sum(row) >= FEWEST and row[label] < WEAK * sum(row):
                yield (
                    f"- {title}: of {sum(row):,} {CLASSES[label]} texts {row[label]:,} are "
                    f"called {CLASSES[label]} ({row[label] / sum(row):.0%})."
                )


def _table_of_calls(calls: Mapping[str, list[list[int]]]) -> str:
    """Say what texts of each label are called, all three classes standing."""
    if not calls:
        return ""
    lines = [
        "\nWhat texts of each label are called, in per cent of them:\n",
        "| set | label | " + " | ".join(CLASSES) + " | texts |",
        "|---|---|---|---|---|---|",
    ]
    for title, table in calls.items():
        for label, row in enumerate(table):
            if sum(row):
                shares = " | ".join(f"{cell / sum(row):.0%}" for cell in row)
                lines.append(f"| {title} | {CLASSES[label]} | {shares} | {sum(row):,} |")
    return "\n".join(lines) + "\n"
