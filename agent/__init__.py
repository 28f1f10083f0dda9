"""Why, in plain language: plan, tools, facts, text, proof."""

from agent.abstain import Abstention, Reason
from agent.analyst import Analyst
from agent.answer import Answer, ChartSpec, Trace
from agent.language.language import LANGUAGES, Language, Style, read_language
from agent.memory.conversation import Circumstances, Conversation
from agent.memory.memory import Memory
from agent.memory.record import Kept, pack, unpack
from agent.memory.replay import Replay
from agent.model.chat import ChatModel, LoopModel, Message, Reply
from agent.model.scripted_model import ScriptedModel, obedient
from agent.model_calls import ModelCall
from agent.proof.citation import Citation
from agent.proof.facts import Fact, FactSheet, Metric, Period, PeriodKind, Unit
from agent.recheck import evidence_of, recheck
from agent.tools.desk import Desk
from agent.understanding.catalogue import Catalogue, Entity, EntityKind, read_catalogue
from agent.understanding.plan import Direction, Intent, Length, Plan, Slots, Window
from agent.understanding.typed import Asked
from agent.understanding.understand import understand
from agent.weights.pull import pull_weights
from agent.weights.weights import Condition, Weights, known_weights, weights_named, whole
from agent.writing.sentence import Mark, MarkKind, Role, Sentence
from agent.writing.verify import Evidence, Fault, Problem, check

__all__ = [
    "LANGUAGES",
    "Abstention",
    "Analyst",
    "Answer",
    "Asked",
    "Catalogue",
    "ChartSpec",
    "ChatModel",
    "Circumstances",
    "Citation",
    "Condition",
    "Conversation",
    "Desk",
    "Direction",
    "Entity",
    "EntityKind",
    "Evidence",
    "Fact",
    "FactSheet",
    "Fault",
    "Intent",
    "Kept",
    "Language",
    "Length",
    "LoopModel",
    "Mark",
    "MarkKind",
    "Memory",
    "Message",
    "Metric",
    "ModelCall",
    "Period",
    "PeriodKind",
    "Plan",
    "Problem",
    "Reason",
    "Replay",
    "Reply",
    "Role",
    "ScriptedModel",
    "Sentence",
    "Slots",
    "Style",
    "Trace",
    "Unit",
    "Weights",
    "Window",
    "check",
    "evidence_of",
    "known_weights",
    "obedient",
    "pack",
    "pull_weights",
    "read_catalogue",
    "read_language",
    "recheck",
    "understand",
    "unpack",
    "weights_named",
    "whole",
]
