"""Who may come in, and what they may do: people, passwords, sessions, tokens."""

from ui.people.person import Action, Person, Role, check, local_person, may, refusal
from ui.people.words import LANGUAGES, login_words

__all__ = [
    "LANGUAGES",
    "Action",
    "Person",
    "Role",
    "check",
    "local_person",
    "login_words",
    "may",
    "refusal",
]
