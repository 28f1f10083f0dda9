"""Long work: written down, begun in a process of its own, told how far it is, survived."""

from ui.jobs.attendant import Attendant
from ui.jobs.job import Job, JobKind, JobState

__all__ = ["Attendant", "Job", "JobKind", "JobState"]
