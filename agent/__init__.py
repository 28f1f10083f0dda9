"""Why, in plain language: plan, tools, facts, text, proof."""

from agent.abstain import Abstention, Reason
from agent.analyst import Analyst
from agent.answer import Answer, ChartSpec, Trace
from agent.model.chat import ChatModel, Message, Reply
from agent.model.scripted_model import ScriptedModel, obedient
from agent.proof.citation import Citation
from agent.proof.facts import Fact, FactSheet, Metric, Period, PeriodKind, Unit
from agent.recheck import evidence_of, recheck
from agent.tools.desk import Desk
from agent.understanding.catalogue import Catalogue, Entity, EntityKind, read_catalogue
from agent.understanding.plan import Direction, Intent, Plan, Slots
from agent.understanding.understand import understand
from agent.writing.sentence import Mark, MarkKind, Role, Sentence
from agent.writing.verify import Evidence, Fault, Problem, check

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
    "Evidence",
    "Fact",
    "FactSheet",
    "Fault",
    "Intent",
    "Mark",
    "MarkKind",
    "Message",
    "Metric",
    "Period",
    "PeriodKind",
    "Plan",
    "Problem",
    "Reason",
    "Reply",
    "Role",
    "ScriptedModel",
    "Sentence",
    "Slots",
    "Trace",
    "Unit",
    "check",
    "evidence_of",
    "obedient",
    "read_catalogue",
    "recheck",
    "understand",
]
