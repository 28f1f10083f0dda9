"""Coming in: a name, a password, and how often they may be wrong."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from signals import DataError
from ui.audit import Deed
from ui.people.person import plain_name

if TYPE_CHECKING:
    from ui.audit.sql_audit import SqlAudit
    from ui.people.passwords import Passwords
    from ui.people.person import Person
    from ui.people.sql_attempts import SqlAttempts
    from ui.people.sql_people import SqlPeople

logger = logging.getLogger(__name__)

TRIES: Final = 5
"""Wrong passwords for one name from one address in a quarter of an hour."""
_TRIES_ELSEWHERE: Final = 50
"""Likewise for one name from all addresses, and for all names from one address."""
_HOME_BITS: Final = 64  # of an IPv6 address: a household has all of the rest


@dataclass(frozen=True, slots=True)
class Refused:
    """Why somebody did not come in.

    Parameters
    ----------
    wait_s
        Seconds until the next attempt counts; 0 when name or password was wrong.
    """

    wait_s: float = 0.0


class Login:
    """Lets people in who know their password.

    Somebody who tries out passwords locks that name for the address they come from, soon, and for
    every address only after many more: others cannot easily be kept out by trying in their name.
    """

    def __init__(
        self, people: SqlPeople, attempts: SqlAttempts, passwords: Passwords, audit: SqlAudit
    ) -> None:
        self._audit = audit
        self._people = people
        self._attempts = attempts
        self._passwords = passwords
        passwords.fits("", None)  # what that makes once is not made while somebody waits

    def enter(self, name: str, password: str, address: str) -> Person | Refused:
        """Check a name and a password.

        Parameters
        ----------
        address
            Of the client.
        """
        try:
            name = plain_name(name)
        except DataError:
            name = ""
        here = _household(address)
        pair, user, place = f"both {name} {here}", f"name {name}", f"address {here}"
        limits = {pair: TRIES, place: _TRIES_ELSEWHERE, user: _TRIES_ELSEWHERE}
        if wait_s := self._attempts.count(limits):
            logger.warning("too many wrong passwords from %s", here)
            return Refused(wait_s)
        known = self._people.credentials(name)
        fits = self._passwords.fits(password, known[1] if known else None)
        if known is None or not fits:
            # a name that is nobody's may be a password, typed into the wrong field
            who = known[0].name if known else "unknown name"
            self._audit.note(Deed.WRONG_LOGIN, who, f"from {here}", who="")
            return Refused()
        self._attempts.forgive(own=[pair, user], shared=[place])
        return known[0]


def _household(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((found, _HOME_BITS), strict=False))
    return str(found)
