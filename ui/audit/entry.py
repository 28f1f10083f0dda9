"""An entry of the audit log, its hash, and what is wrong with a row of entries.

References
----------
Schneier and Kelsey (1999), *Secure audit logs to support computer forensics*: each entry carries a
hash over itself and the hash before it. Theirs are keyed as well; these are not, so that anyone can
check them, and whoever may write to the database can make the whole chain anew. The head, noted
elsewhere, shows that too.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOTHING: Final = ""
"""The hash before the first entry."""


class Deed(StrEnum):
    """What is written down; reading is not."""

    LOGIN = "login"
    WRONG_LOGIN = "wrong login"
    LOGOUT = "logout"
    ADD_USER = "add user"
    REMOVE_USER = "remove user"
    CHANGE_USER = "change user"
    TOKEN = "make token"  # noqa: S105 - the name of a deed
    SERVE = "serve"
    INGEST = "ingest"
    UNDO = "undo"
    RUN = "run"
    ASK_JOB = "ask for job"
    CANCEL_JOB = "cancel job"
    SETTLE = "settle alert"
    EXPORT = "export"
    FORGET = "forget"
    SHRED = "destroy key"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that somebody did.

    Parameters
    ----------
    number
        From 1, without gaps.
    at
        Moment in ISO's way, UTC.
    what
        It was done to: a user, a file, a batch, an alert.
    told
        How it ended, or what is worth knowing: never a secret, never a text of a customer.
    before
        Hash of the entry before.
    hash
        Of this entry.
    """

    number: int
    tenant: str
    at: str
    who: str
    door: str
    deed: str
    what: str
    told: str
    before: str
    hash: str = ""

    def sealed(self) -> str:
        """Compute the hash that this entry must carry."""
        content = json.dumps(astuple(self)[:-1], separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends: how many entries there are, and the hash of the last.

    Examples
    --------
    >>> Head.read("12:ab34")
    Head(count=12, hash='ab34')
    """

    count: int
    hash: str

    @classmethod
    def read(cls, text: str) -> Head:
        """Read a head as it is written, ``COUNT:HASH``; raises ``ValueError`` for anything else."""
        count, _, digest = text.strip().partition(":")
        if not count.isdecimal() or not all(sign in "0123456789abcdef" for sign in digest):
            raise ValueError(f"{text!r} is no head of an audit log; expected COUNT:HASH")
        return cls(int(count), digest)

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of checking a log.

    Parameters
    ----------
    head
        Where the log ends by its entries.
    faults
        Everything that does not fit, in words; empty for a log that is whole.
    """

    head: Head
    faults: tuple[str, ...]


def faults(entries: Sequence[Entry], head: Head | None, noted: Head | None = None) -> Verdict:
    """Check a log.

    Parameters
    ----------
    entries
        All of a tenant, by number.
    head
        Kept beside the entries and moved with each; None when it is not there.
    noted
        A head that somebody wrote down elsewhere at some time.
    """
    last = Head(len(entries), entries[-1].hash if entries else NOTHING)
    found = [*_broken(entries)]
    if last != (head or Head(0, NOTHING)):
        found.append(f"the log ends with {last}, and the head kept beside it is {head}")
    if noted is not None and noted != _head_at(entries, noted.count):
        found.append(f"entry {noted.count} is not the one whose head was noted: {noted}")
    return Verdict(last, tuple(found))


def _broken(entries: Sequence[Entry]) -> Iterator[str]:
    for place, entry in enumerate(entries, start=1):
        if entry.number != place:
            yield f"entry {entry.number} is in place {place}: something was taken out or put in"
        if entry.sealed() != entry.hash:
            yield f"entry {entry.number} was changed: its hash does not fit what it says"
    if entries and entries[0].before != NOTHING:
        yield f"entry {entries[0].number} is not the first that was written"
    for earlier, entry in pairwise(entries):
        if entry.before != earlier.hash:
            yield f"entry {entry.number} does not follow on entry {earlier.number}"


def _head_at(entries: Sequence[Entry], count: int) -> Head | None:
    if count > len(entries):
        return None
    return Head(count, entries[count - 1].hash if count else NOTHING)
