"""English: every word an answer is made of, and every word that is checked."""

from __future__ import annotations

from typing import Final

from agent.language.language import Language
from agent.proof.facts import Metric, PeriodKind, Unit
from signals import DriverGroup

_PHRASES: Final = {
    "day": "{day} {month} {year}",
    "days": "{first} to {last}",
    "and": " and ",
    "stars": "{stars} of 5 stars",
    # forecasts
    "outlook": "{name} is expected to {growth:grow|fall} by {growth:size}: {forecast} expected in "
    "{ahead}, against {sales} recorded in {before}.",
    "outlook_level": "{name} is expected to stay level: {forecast} expected in {ahead}, against "
    "{sales} recorded in {before}.",
    "outlook_alone": "{name}: {forecast} expected in {ahead}.",
    "interval": "A cautious range for {name} is at least {low} and at most {high}: it sums the "
    "{nominal} ranges of the single weeks, so it errs on the wide side.",
    "interval_single": "The {nominal} range for {name} is at least {low} and at most {high}.",
    "unsure": "That range spans the {sales} recorded for {name} in {before:short}, so the "
    "direction is open.",
    "year_ago": "In the same weeks a year earlier ({period}), {name} recorded {sales}.",
    "launch": "{name} has little history of its own; its forecast follows how other launches went.",
    # rankings
    "rank_growth": "Of the {scope} ranked, {name} is expected to {growth:grow|fall} most: by "
    "{growth:size}, with {forecast} expected in {ahead}, against {sales} recorded in {before}.",
    "rank_other_way": "None of the {scope} ranked goes the way the question asks; nearest to it is "
    "{name}, expected to {growth:grow|fall} by {growth:size}, with {forecast} expected in {ahead}, "
    "against {sales} recorded in {before}.",
    "rank_level": "None of the {scope} ranked goes the way the question asks; nearest to it is "
    "{name}, expected to stay level with {forecast} expected in {ahead}, against {sales} recorded "
    "in {before}.",
    "rank_line": "{rank}. {name}: {growth:signed} change, {forecast} expected, {sales} recorded.",
    "rank_volume": "Of the {scope} ranked, {name} has most demand: {forecast} expected in {ahead}.",
    "rank_volume_line": "{rank}. {name}: {forecast} expected.",
    "rank_small": "{small} had too little demand for a growth rate and were left out: under "
    "{limit} recorded in {before}.",
    "rank_others": "{others} ranked do not go the way the question asks.",
    "rank_none": "None of the {scope} had enough demand in {before} for a growth rate.",
    # drivers
    "drivers": "{name}: from a baseline of {baseline}, the parts {parts} lead to {forecast} "
    "expected in {ahead:short}.",
    "from_baseline": "{name} recorded {sales} in {before}, {gap:size} {gap:above|below} that "
    "baseline.",
    "driver": "{part} {value:signed}",
    "main_driver": "The largest part for {name} is {part} with {value:signed}; it "
    "{value:raises|lowers} the forecast.",
    "no_drivers": "For {name} the run kept no contributions that sum to its forecast, so it cannot "
    "be taken apart.",
    "text_no_help": "Text did not improve this forecast in past tests.",
    # the past
    "trend": "{name} {growth:rose|fell} by {growth:size}: {sales} recorded in {last}, against "
    "{before} recorded in {earlier}.",
    "trend_level": "{name} stayed level: {sales} recorded in {last}, against {before} recorded in "
    "{earlier}.",
    "trend_alone": "{name}: {sales} recorded in {last}.",
    # comparison
    "compare": "Against {second}, expected demand for {first} in {ahead} is {gap:higher|lower} by "
    "a gap of {gap:size}.",
    "compare_equal": "Expected demand in {ahead} is the same for {first} and for {second}.",
    # what people say
    "mood": "{comments} about {name} in {last}: average tone {tone:signed} on the polarity scale; "
    "{negative} of them negative.",
    "mood_change": "The tone for {name} went {change:up|down} by {change:size}, compared with "
    "{earlier}.",
    "quotes": "What customers wrote about {name} in {last:short}:",
    "quotes_with": "Comments about {name} in {last:short} that go the same way as its sentiment "
    "part:",
    "quote": "“{quote:quote}” {quote:mark} ({quote:source})",
    "no_quotes": "No comment about {name} from {last} could be quoted.",
    # alerts
    "alerts": "{count} open.",
    "no_alerts": "No alerts are open.",
    "no_alerts_for": "No alerts are open for {name}.",
    "alert": "{name}{aspect}: negative share {observed} observed in {window}, {expected} usual; "
    "{comments} read.",
    "aspect": ", {aspect}",
    # accuracy
    "accuracy": "In past tests ({period}), forecasts for {name} were off by {wape} of demand on "
    "average, and {coverage} of outcomes lay inside the {nominal} range.",
    "accuracy_error": "In past tests ({period}), forecasts for {name} were off by {wape} of demand "
    "on average.",
    "accuracy_of_all": "There is no test record for {name} alone; that of the whole follows.",
    "no_accuracy": "There is no test record for {name} in this run.",
    # caveats
    "association": "These parts describe association in past data; they do not prove what makes "
    "people buy.",
    "proxy": "Demand here is the number of reviews, a stand-in for units sold.",
    "rounded": "Figures are rounded, so shown parts may miss their sum by a little.",
    "brand": "{name} is a brand: its figures are sums over its products that have a forecast.",
    "premise": "The figures do not bear out what the question assumes.",
    # refusals
    "unknown_product": "“{mention}” is not in the catalogue, so there is nothing to say about it.",
    "name": "{name}",
    "nearest": "Nearest names: {names}.",
    "no_history": "{name} has no forecast in this run, for want of sales history.",
    "no_sales": "There are no sales on record that cover {last}.",
    "not_ready": "Nothing has been forecast yet; run: groundswell run.",
    "beyond_horizon": "That lies outside this forecast, which covers {reach}.",
    "no_evidence": "No comments about {name} are on record in {last}, so nothing can be said.",
    "out_of_scope": "That is outside what this tool knows: sales, forecasts, reviews, alerts and "
    "forecast accuracy of this shop.",
    "needs_two": "A comparison needs a pair of names from the catalogue.",
    "help": "Ask about forecasts, rankings, explanations, trends, comparisons, what customers say, "
    "alerts and past accuracy.",
    "help_names": "Names to try: {names}.",
    # notices
    "model_unavailable": "The chat model could not be used; this answer was planned and worded "
    "without it.",
    "model_rejected": "Some wording of the chat model failed the checks and was replaced.",
    "plan_rejected": "The chat model's reading of the question was not usable; it was read without "
    "the model.",
    "dropped": "A sentence failed the checks and was left out.",
    # what ranks are over
    "category": "categories",
    "product": "products",
    "brand_scope": "brands",
    "total": "series",
}

_UP: Final = """
grow grows grew grown growing growth rise rises rose risen rising increase increases increased
increasing gain gains gained gaining climb climbs climbed climbing up upward upwards higher more
above add adds added adding surge surges surged surging jump jumps jumped jumping expand expands
expanded improve improves improved improving strengthen strengthens strengthened boost boosts
boosted lift lifts lifted lifting raise raises raised raising exceed exceeds exceeded better
greater larger bigger accelerate accelerates accelerated soar soars soared
""".split()  # noqa: SIM905 - a page of words reads better so
_DOWN: Final = """
fall falls fell fallen falling drop drops dropped dropping decline declines declined declining
decrease decreases decreased decreasing shrink shrinks shrank shrunk shrinking lower lowers lowered
lowering less below down downward downwards lose loses lost losing loss slip slips slipped sink
sinks sank reduce reduces reduced reducing reduction slow slows slowed slowing weaken weakens
weakened worse fewer smaller dip dips dipped slide slides plunge plunges plunged tumble tumbles
tumbled soften softens softened cut cuts subtract subtracts subtracted contract contracts contracted
""".split()  # noqa: SIM905
_GLUE: Final = """
a about across after again alike all also although amount an and are around as at back be been being
between both bring brings but by come comes coming compare compared comes during each either ending
entire estimate estimated every expect expected expecting expects figure figures for forecast
forecasted forecasts from had has have here how however in into is it its itself last likely look
looking looks made make makes may might most namely next of on once or other our out over overall
own part parts period per predict predicted projected projects range ranges recent recorded
relative rest said same see seen set show showing shown shows since so sold some still such than
that the their them then there these they this those through to together total toward towards under
until upon versus was we week weeks were what when where whereas which while whole will with within
would yet
""".split()  # noqa: SIM905
_CAUSES: Final = frozenset({
    "because", "cause", "causes", "caused", "causing", "due to", "thanks to", "owing to", "drives",
    "drove", "driven by", "leads to", "led to", "leading to", "result of", "results in",
    "resulted in", "reason for", "reason why", "therefore", "consequently", "as a result",
    "responsible for", "triggered", "triggers", "explains why",
})  # fmt: skip
_NEGATIONS: Final = frozenset({
    "not", "no", "never", "none", "neither", "nor", "without", "hardly", "unlikely", "cannot",
    "isn't", "won't", "doesn't", "don't", "aren't", "wasn't", "weren't", "didn't",
})  # fmt: skip

ENGLISH: Final = Language(
    code="en",
    decimal=".",
    group=",",
    phrases=_PHRASES,
    units={
        Unit.UNITS: ("unit", "units"),
        Unit.REVIEWS: ("review", "reviews"),
        Unit.COMMENTS: ("comment", "comments"),
        Unit.STARS: ("star", "stars"),
        Unit.SERIES: ("series", "series"),
        Unit.ALERTS: ("alert", "alerts"),
        Unit.WEEKS: ("week", "weeks"),
    },
    parts={str(group): str(group) for group in DriverGroup},
    up=frozenset(_UP),
    down=frozenset(_DOWN),
    idioms=frozenset({"growth rate", "did not improve this forecast"}),
    causes=_CAUSES,
    negations=_NEGATIONS,
    glue=frozenset(_GLUE),
    cues={
        Metric.SALES: ("recorded", "sold"),
        Metric.SALES_YEAR_AGO: ("a year earlier", "recorded"),
        Metric.FORECAST: ("expected", "forecast"),
        Metric.LOW: ("at least",),
        Metric.HIGH: ("at most",),
        Metric.NOMINAL: ("range", "ranges"),
        Metric.CHANGE: ("gap of", "change", "above", "below"),
        Metric.GROWTH: ("by", "change"),
        Metric.RANK: (),
        Metric.BASELINE: ("baseline",),
        Metric.CONTRIBUTION: (),
        Metric.WAPE: ("off by",),
        Metric.COVERAGE: ("of outcomes",),
        Metric.COMMENTS: ("about", "read"),
        Metric.TONE: ("tone",),
        Metric.TONE_CHANGE: ("by",),
        Metric.NEGATIVE_SHARE: ("negative", "observed"),
        Metric.EXPECTED_SHARE: ("usual",),
        Metric.ALERTS: ("open",),
        Metric.SMALL: ("too little",),
        Metric.SMALL_LIMIT: ("under",),
        Metric.OTHERS: ("ranked",),
        Metric.HORIZON: ("ahead",),
    },
    months=(
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ),
    periods={
        PeriodKind.NEXT: ("the next week", "the next {weeks} weeks"),
        PeriodKind.LAST: ("the last week", "the last {weeks} weeks"),
        PeriodKind.NAMED: ("the week of {name}", "the weeks of {name}"),
        PeriodKind.DURING: ("{name}", "{name}"),
        PeriodKind.DATES: ("", ""),
    },
    kinds={"review": "review", "post": "post", "news": "news", "service": "service note"},
)  # fmt: skip
