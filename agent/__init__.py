"""Why, in plain language: plan, tools, facts, text, proof."""

from agent.abstain import Abstention, Reason
from agent.analyst import Analyst
from agent.answer import Answer, ChartSpec, Trace
from agent.catalogue import Catalogue, Entity, EntityKind, read_catalogue
from agent.chat import ChatModel, Message, Reply
from agent.desk import Desk
from agent.facts import Fact, FactSheet, Metric, Period, PeriodKind, Unit
from agent.plan import Direction, Intent, Plan, Slots
from agent.scripted_model import ScriptedModel, obedient
from agent.sentence import Citation, Mark, MarkKind, Role, Sentence

__all__ = [
    "Abstention",
    "Analyst",
    "Answer",
    "Catalogue",
    "ChartSpec",
    "ChatModel",
    "Citation",
    "Desk",
    "Direction",
    "Entity",
    "EntityKind",
    "Fact",
    "FactSheet",
    "Intent",
    "Mark",
    "MarkKind",
    "Message",
    "Metric",
    "Period",
    "PeriodKind",
    "Plan",
    "Reason",
    "Reply",
    "Role",
    "ScriptedModel",
    "Sentence",
    "Slots",
    "Trace",
    "Unit",
    "obedient",
    "read_catalogue",
]
