"""Texts that only who holds a key can read: AES-GCM under a key that lies outside the tables.

A sealed text begins with the id of its key, so that keys can be changed. It is bound to the id of
its document: moved to another one, it cannot be opened. Once the key is gone nobody can read it
again, in no version and no backup of the tables.

References
----------
NIST SP 800-38D (AES-GCM): 96-bit random nonces, below 2^32 texts a key.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from signals.errors import ConfigError, DataError, MissingExtra

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys in the order in which they were made; the last one seals.

    Parameters
    ----------
    keys
        32 bytes each, at least one.
    """

    keys: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) != _KEY_BYTES for key in self.keys):
            raise ConfigError(
                f"a key for raw texts is {2 * _KEY_BYTES} hex digits; "
                "make one: groundswell raw new-key FILE"
            )

    def __repr__(self) -> str:
        return f"Keyring({len(self.keys)} keys)"

    @property
    def newest(self) -> str:
        """Id of the key that seals."""
        return _key_id(self.keys[-1]).hex()

    def seal(self, text: str, doc_id: str) -> bytes:
        """Encrypt a text of a document."""
        key, nonce = self.keys[-1], secrets.token_bytes(_NONCE_BYTES)
        sealed: bytes = _cipher(key).encrypt(nonce, text.encode(), doc_id.encode())
        return _key_id(key) + nonce + sealed

    def open(self, sealed: bytes, doc_id: str) -> str:
        """Decrypt what ``seal`` made.

        Raises
        ------
        DataError
            When the key is not there any more, or the text was altered or belongs to another
            document.
        """
        from cryptography.exceptions import InvalidTag

        key = self._key_of(sealed, doc_id)
        nonce, body = sealed[_ID_BYTES:][:_NONCE_BYTES], sealed[_ID_BYTES + _NONCE_BYTES :]
        try:
            opened: bytes = _cipher(key).decrypt(nonce, body, doc_id.encode())
        except InvalidTag as error:
            raise DataError(
                f"the raw text of document {doc_id!r} was altered, or belongs to another one"
            ) from error
        return opened.decode()

    def _key_of(self, sealed: bytes, doc_id: str) -> bytes:
        wanted = sealed[:_ID_BYTES]
        for key in self.keys:
            if _key_id(key) == wanted:
                return key
        raise DataError(
            f"the raw text of document {doc_id!r} was sealed with key {wanted.hex()}, which is not "
            f"among the {len(self.keys)} given; without it nobody can read it"
        )


def key_id_of(sealed: bytes) -> str:
    """Return the id of the key that a text was sealed with."""
    return sealed[:_ID_BYTES].hex()


def parse_keys(written: str) -> Keyring:
    """Read keys from hex digits with white space between them, the newest last."""
    try:
        return Keyring(tuple(bytes.fromhex(word) for word in written.split()))
    except ValueError:
        return Keyring(())


def read_keys(file: Path) -> Keyring:
    """Read the keys of a file that nobody but its owner can read.

    Raises
    ------
    ConfigError
        When it is missing, open to others, or holds no keys.
    """
    try:
        mode = file.stat().st_mode
        written = file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise ConfigError(
            f"the key file {file} cannot be read ({error.strerror}); "
            f"make one: groundswell raw new-key {file}"
        ) from error
    if mode & _OTHERS:
        raise ConfigError(
            f"the key file {file} has mode {stat.S_IMODE(mode):04o}, so that others can reach it; "
            f"run: chmod 600 {file}"
        )
    return parse_keys(written)


def write_keys(file: Path, keyring: Keyring) -> None:
    """Write keys to a file of the owner alone, whole or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.writelines(f"{key.hex()}\n" for key in keyring.keys)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


def new_key() -> bytes:
    """Make a random key."""
    return secrets.token_bytes(_KEY_BYTES)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"groundswell raw text key:" + key).digest()[:_ID_BYTES]


def _cipher(key: bytes) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ModuleNotFoundError as error:
        raise MissingExtra("cryptography", "raw") from error
    return AESGCM(key)
