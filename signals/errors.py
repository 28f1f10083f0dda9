"""Every error a user can meet.

::

    GroundswellError
    ├── DataError        what was given cannot be used as it is        (exit code 2)
    ├── ConfigError      a setting is unknown or makes no sense        (exit code 2)
    ├── MissingExtra     an optional library is not installed          (exit code 3)
    ├── NotReady         an earlier step has not been run              (exit code 3)
    └── ModelError       a model or its endpoint cannot be used        (exit code 4)

Messages say what was found, what was expected and what to do.
"""

from __future__ import annotations


class GroundswellError(Exception):
    """Root of all errors that are told to the user without a traceback."""

    exit_code = 1


class DataError(GroundswellError):
    """What was given cannot be used as it is."""

    exit_code = 2


class ConfigError(GroundswellError):
    """A setting is unknown or makes no sense."""

    exit_code = 2


class MissingExtra(GroundswellError):  # noqa: N818 - the name says what is wrong
    """An optional library is not installed."""

    exit_code = 3

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(
            f"{library} is not installed; run: pip install 'groundswell[{extra}]'",
        )


class NotReady(GroundswellError):  # noqa: N818
    """An earlier step has not been run."""

    exit_code = 3


class ModelError(GroundswellError):
    """A model or its endpoint cannot be used."""

    exit_code = 4
