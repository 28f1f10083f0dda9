"""Why, in plain language: plan, tools, facts, text, proof."""

from agent.abstain import Abstention, Reason
from agent.analyst import Analyst
from agent.answer import Answer, ChartSpec, Trace
from agent.model.chat import ChatModel, LoopModel, Message, Reply
from agent.model.scripted_model import ScriptedModel, obedient
from agent.model_calls import ModelCall
from agent.proof.citation import Citation
from agent.proof.facts import Fact, FactSheet, Metric, Period, PeriodKind, Unit
from agent.tools.desk import Desk
from agent.understanding.catalogue import Catalogue, Entity, EntityKind, read_catalogue
from agent.understanding.plan import Direction, Intent, Plan, Slots
from agent.understanding.understand import understand
from agent.weights.pull import pull_weights
from agent.weights.weights import Condition, Weights, known_weights, weights_named, whole
from agent.writing.sentence import Mark, MarkKind, Role, Sentence

__all__ = [
    "Abstention",
    "Analyst",
    "Answer",
    "Catalogue",
    "ChartSpec",
    "ChatModel",
    "Citation",
    "Condition",
    "Desk",
    "Direction",
    "Entity",
    "EntityKind",
    "Fact",
    "FactSheet",
    "Intent",
    "LoopModel",
    "Mark",
    "MarkKind",
    "Message",
    "Metric",
    "ModelCall",
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
    "Weights",
    "known_weights",
    "obedient",
    "pull_weights",
    "read_catalogue",
    "understand",
    "weights_named",
    "whole",
]
