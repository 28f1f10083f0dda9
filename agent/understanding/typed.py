"""Plans for what is asked without words: by a tool, a report, a button."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agent.language.language import LANGUAGES, read_language
from agent.understanding.catalogue import TOTAL
from agent.understanding.plan import Intent, Length, Plan, Slots

if TYPE_CHECKING:
    from agent.language.language import Language
    from agent.understanding.catalogue import Entity
    from agent.understanding.plan import Window

_ASKED: Final = {
    Intent.FORECAST: "ask_forecast",
    Intent.EXPLAIN: "ask_why",
    Intent.TREND: "ask_sold",
    Intent.SENTIMENT: "ask_said",
    Intent.EVIDENCE: "ask_evidence",
    Intent.ALERTS: "ask_alerts_of",
    Intent.ACCURACY: "ask_accuracy_of",
    Intent.CHANGED: "ask_changed",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about one series.

    Parameters
    ----------
    entity
        None: the whole shop.
    window
        None: the days that an answer takes by itself.
    topic
        What comments are to be about, in words; only for ``EVIDENCE``.
    """

    intent: Intent
    entity: Entity | None = None
    window: Window | None = None
    topic: str = ""
    length: Length | None = None
    language: str = LANGUAGES[0]

    def plan(self) -> Plan:
        """Give the plan, with the question by which a person would ask the same.

        Raises
        ------
        ValueError
            For an intent that needs more than a series and days.
        """
        if self.intent not in _ASKED:
            raise ValueError(f"{self.intent} is asked in words; expected one of {[*_ASKED]}")
        named = self.entity is not None and self.entity.series_id != TOTAL
        entities = (self.entity,) if self.entity is not None and named else ()
        slots = Slots(entities, window=self.window, why=self.intent is Intent.EXPLAIN)
        asked = self._question(read_language(self.language), entities)
        question = unicodedata.normalize("NFKC", asked)  # as a question that was typed is read
        return Plan(
            question, self.intent, slots, language=self.language, length=self.length,
            topic=unicodedata.normalize("NFKC", self.topic),
        )  # fmt: skip

    def _question(self, language: Language, entities: tuple[Entity, ...]) -> str:
        name = entities[0].name if entities else language.phrases["whole"]
        question = language.phrases[_ASKED[self.intent]].format(name=name)
        if self.topic:
            question = language.phrases["ask_topic"].format(question=question, topic=self.topic)
        if self.window is not None:
            days = language.dates.say_span(self.window.first_day, self.window.last_day)
            question = language.phrases["ask_days"].format(question=question, days=days)
        if self.length is Length.REPORT:
            question = language.phrases["ask_in_detail"].format(question=question)
        return question
