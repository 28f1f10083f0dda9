"""The one place where names in the settings become objects.

Heavy libraries are imported here, each only when its object is asked for; nothing is loaded twice
in a process.
"""

from ui.wiring.analysts import make_analyst, make_conversation, make_past_analyst
from ui.wiring.models import (
    LOCAL,
    make_chat_model,
    make_encoder,
    make_loop_model,
    make_reranker,
    make_scorer,
    with_local_model,
)
from ui.wiring.stores import (
    asks_for_login,
    make_actor,
    make_alert_states,
    make_audit,
    make_jobs,
    make_keyring,
    make_lake_to_fill,
    make_login,
    make_memory,
    make_once,
    make_passwords,
    make_people,
    make_ratings,
    make_state,
    make_talks,
    make_whose,
)

__all__ = [
    "LOCAL",
    "asks_for_login",
    "make_actor",
    "make_alert_states",
    "make_analyst",
    "make_audit",
    "make_chat_model",
    "make_conversation",
    "make_encoder",
    "make_jobs",
    "make_keyring",
    "make_lake_to_fill",
    "make_login",
    "make_loop_model",
    "make_memory",
    "make_once",
    "make_passwords",
    "make_past_analyst",
    "make_people",
    "make_ratings",
    "make_reranker",
    "make_scorer",
    "make_state",
    "make_talks",
    "make_whose",
    "with_local_model",
]
