"""The long work itself: what each kind of job does."""

from ui.tasks.asked import ASKED, BacktestAsked, IngestAsked, RunAsked, given
from ui.tasks.work import UPLOAD, command_of

__all__ = ["ASKED", "UPLOAD", "BacktestAsked", "IngestAsked", "RunAsked", "command_of", "given"]
