"""What a run has to say about itself beside its forecasts, in a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT_OUT: Final = "sentiment_left_out"
"""Entry of what a panel was built from: why the forecast does without what people say."""
NOTED: Final = ("fallbacks", "flags")
"""What of a run's config the notes are about; ``--json`` gives it whole."""


def notes_of(config: Mapping[str, Any]) -> list[str]:
    """Say what was left out, forecast by a simpler rule, or flagged; often nothing."""
    left_out = config.get("panel", {}).get(LEFT_OUT, "")
    notes = (left_out, _peaks(config), _fallbacks(config), _flags(config))
    return [note for note in notes if note]


def _peaks(config: Mapping[str, Any]) -> str:
    peaks = config.get("preparation", {}).get("peaks", ())
    if not peaks:
        return ""
    highest = max(peaks, key=lambda peak: float(peak["units"]))
    count = f"{len(peaks)} values" if len(peaks) > 1 else "One value"
    return (
        f"{count} far beyond all that is usual, seen as the highest usual one: "
        f"{highest['series_id']} in the period of {highest['day']} sold {highest['units']:,.0f}, "
        f"seen as {highest['seen_as']:,.0f}. If it is a mistake, ingest the right figure; "
        "fill = nothing in the settings takes values as they are."
    )


def _fallbacks(config: Mapping[str, Any]) -> str:
    by_expert = {
        expert: {series for named in reasons.values() for series in named}
        for expert, reasons in config.get("fallbacks", {}).items()
    }
    every = set().union(*by_expert.values())
    if not every:
        return ""
    counts = ", ".join(f"{expert} {len(series)}" for expert, series in sorted(by_expert.items()))
    return (
        f"A simpler rule forecasts {len(every)} series that an expert cannot model ({counts}); "
        "groundswell forecast --json names them."
    )


def _flags(config: Mapping[str, Any]) -> str:
    flags = config.get("flags")
    if flags is None:
        return ""
    levels = config["settings"]["levels"]
    return (
        f"Flagged: {len(flags['beyond_seen'])} forecasts beyond all that their series has had; "
        f"{len(flags['outside_interval'])} of {flags['recent_values']} recent outcomes outside "
        f"the {levels[-1] - levels[0]:.0%} interval forecast for them; "
        "groundswell forecast --json lists them."
    )
