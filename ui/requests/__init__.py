"""What every request goes through: how much it may send, done once, and told what went wrong."""

from ui.requests.limit import BodyLimit
from ui.requests.problem import MEDIA_TYPE, FieldError, Problem, about, install, problem

__all__ = ["MEDIA_TYPE", "BodyLimit", "FieldError", "Problem", "about", "install", "problem"]
