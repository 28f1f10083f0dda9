"""The tools: what an assistant can ask of a workspace, each a typed question to the analyst."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from agent import Asked, Intent, Window
from signals import DataError
from ui.mcp.records import Names, ToolAnswer, as_name, as_record
from ui.naming import entities_named
from ui.people import Action, check, local_person

if TYPE_CHECKING:
    from agent import Entity
    from ui.live import Live
    from ui.people import Person

_MOST_NAMES = 500

Series = Annotated[
    str | None,
    Field(description="Product, category or brand: a name or a series id. Null: the whole shop."),
]
FirstDay = Annotated[date | None, Field(description="First day; null: as the question needs.")]
LastDay = Annotated[date | None, Field(description="Last day, included; give both days or none.")]
AsOf = Annotated[
    date | None,
    Field(description="Answer as on this day, with nothing that became known later."),
]
Language = Annotated[Literal["en", "zh", "pt"], Field(description="Language of the answer.")]


class ShopTools:
    """Tools over one workspace.

    Parameters
    ----------
    keep
        Whether answers are kept in the workspace, so that conversations go on and
        ``groundswell replay`` gives them again; else nothing is ever written.
    person
        Who asks; None: the owner of the workspace.
    """

    def __init__(self, live: Live, *, keep: bool = False, person: Person | None = None) -> None:
        self._live = live
        self._person = person or local_person(live.settings.tenant)
        self.keep = keep

    def ask(
        self,
        question: Annotated[str, Field(min_length=1, max_length=2000)],
        as_of: AsOf = None,
        conversation_id: Annotated[
            str | None, Field(description="Goes on with a conversation, where answers are kept.")
        ] = None,
    ) -> ToolAnswer:
        """Answer a question in plain English, Chinese or Portuguese.

        About forecasts, their reasons, rankings, what-if, trends, reviews, alerts and accuracy.
        """
        check(self._person, Action.ASK)
        if self.keep:
            talk = self._live.talk(conversation_id, owner=self._person.user_id)
            return as_record(talk.ask(question, as_of), talk.conversation_id)
        if conversation_id is not None:
            raise DataError(
                "answers are not kept here, so no conversation goes on; ask the whole question, "
                "or start: groundswell mcp --keep"
            )
        analyst = self._live.analyst()
        return as_record((analyst if as_of is None else analyst.as_of(as_of)).ask(question))

    def forecast(
        self,
        series: Series = None,
        first_day: FirstDay = None,
        last_day: LastDay = None,
        language: Language = "en",
    ) -> ToolAnswer:
        """Say how much demand is expected, with its interval; by default of the next four weeks."""
        return self._answer(Intent.FORECAST, series, _window(first_day, last_day), language)

    def explain(
        self,
        series: Series = None,
        first_day: FirstDay = None,
        last_day: LastDay = None,
        language: Language = "en",
    ) -> ToolAnswer:
        """Take a forecast apart into contributions that sum to it, with reviews and accuracy."""
        return self._answer(Intent.EXPLAIN, series, _window(first_day, last_day), language)

    def series(
        self,
        series: Series = None,
        first_day: FirstDay = None,
        last_day: LastDay = None,
        language: Language = "en",
    ) -> ToolAnswer:
        """Say how much was sold, and how that compares; by default in the last four weeks."""
        return self._answer(Intent.TREND, series, _window(first_day, last_day), language)

    def alerts(self, series: Series = None, language: Language = "en") -> ToolAnswer:
        """List the open alerts: where what people write is worse than usual, with quotes."""
        return self._answer(Intent.ALERTS, series, None, language)

    def accuracy(self, series: Series = None, language: Language = "en") -> ToolAnswer:
        """Say how far off past forecasts were, and how often outcomes lay inside the range."""
        return self._answer(Intent.ACCURACY, series, None, language)

    def evidence(
        self,
        topic: Annotated[str, Field(min_length=1, max_length=300)],
        series: Series = None,
        first_day: FirstDay = None,
        last_day: LastDay = None,
        language: Language = "en",
    ) -> ToolAnswer:
        """Quote the reviews and posts that come nearest to a topic, word for word."""
        window = _window(first_day, last_day)
        entity = self._entity(series)
        return self._asked(Asked(Intent.EVIDENCE, entity, window, topic=topic, language=language))

    def names(
        self,
        kind: Annotated[
            Literal["category", "brand", "product"] | None, Field(description="Null: all kinds.")
        ] = None,
    ) -> Names:
        """List the categories, brands and products that can be asked about."""
        check(self._person, Action.READ)
        found = [each for each in self._live.catalogue() if kind is None or each.kind == kind]
        return Names(names=[as_name(each) for each in found[:_MOST_NAMES]], total=len(found))

    def _answer(
        self, intent: Intent, series: str | None, window: Window | None, language: str
    ) -> ToolAnswer:
        return self._asked(Asked(intent, self._entity(series), window, language=language))

    def _asked(self, asked: Asked) -> ToolAnswer:
        check(self._person, Action.ASK)
        if not self.keep:
            return as_record(self._live.analyst().answer(asked.plan()))
        talk = self._live.talk(owner=self._person.user_id)
        return as_record(talk.answer(asked.plan()), talk.conversation_id)

    def _entity(self, series: str | None) -> Entity | None:
        return None if series is None else entities_named(self._live.catalogue(), series)[0]


def _window(first_day: date | None, last_day: date | None) -> Window | None:
    """Make a window of two days; both or none must be given, in order."""
    if first_day is None and last_day is None:
        return None
    if first_day is None or last_day is None or first_day > last_day:
        raise DataError(
            f"first_day is {first_day} and last_day is {last_day}; give both, the first before "
            "the last, or neither"
        )
    return Window(first_day, last_day)
