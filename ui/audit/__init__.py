"""Who did what, when, to what: a log in which every later change shows."""

from ui.audit.actor import Actor, Door, acting, actor
from ui.audit.entry import Deed, Entry, Head, Verdict, faults

__all__ = ["Actor", "Deed", "Door", "Entry", "Head", "Verdict", "acting", "actor", "faults"]
