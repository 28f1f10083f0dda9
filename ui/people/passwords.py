"""Passwords, kept as Argon2id.

References
----------
RFC 9106, *Argon2 Memory-Hard Function*, section 4 (second recommended option: 64 MiB, 3 passes);
NIST SP 800-63B, section 5.1.1.2: length counts, rules about signs do not; normalise first.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from signals import DataError

SHORTEST: Final = 12
LONGEST: Final = 256
_AT_ONCE: Final = 2
"""Each check takes 64 MiB and a tenth of a second, so a crowd at the door has to queue."""


class Passwords:
    """Hashes passwords and checks them; safe to call from several threads."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._turn = threading.Semaphore(_AT_ONCE)

    def hashed(self, name: str, password: str) -> str:
        """Return what is stored of a new password.

        Raises
        ------
        DataError
            For a password that is too short or too long, or holds the name.
        """
        plain = _plain(password)
        if not SHORTEST <= len(plain) <= LONGEST:
            raise DataError(
                f"the password has {len(plain)} characters; take {SHORTEST} to {LONGEST}, "
                "for example four words in a row"
            )
        if name.casefold() in plain.casefold():
            raise DataError("the password holds the user name; take another")
        return self._hasher.hash(plain)

    def fits(self, password: str, stored: str | None) -> bool:
        """Tell whether a password is the stored one.

        Without a stored one it takes as long and the answer is no, so that nobody learns from the
        clock which names there are.
        """
        with self._turn:
            try:
                return self._hasher.verify(stored or self._nobody, _plain(password)[: LONGEST + 1])
            except VerificationError:
                return False

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
