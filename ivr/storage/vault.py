"""Encryption of what identifies a caller, and the keyed hashes by which it is found. The only module with a cipher."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from enum import Enum

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ivr.desk.ports import StoreUnavailable

_KEY_BYTES = 32
_LEAST_DIFFERENT = 16  # bytes of a key: of random ones about thirty are different, and practically never so few


class Unreadable(StoreUnavailable):
    """Something was encrypted with a key that is not in DATA_KEYS."""


class Subject(Enum):
    """What a keyed hash is of, and where. The same text hashes differently under each, so that none ties two tables."""

    NUMBER = "number"  # of a callback
    ASKED = "asked"  # a number within one call that asked for it
    TEXTED = "texted"  # a number that was sent a text
    CALL = "call"  # that asked for a callback
    TYPING = "typing"  # a call whose keys are held
    ACCOUNT = "account"
    ADDRESS = "address"
    SESSION = "session"


class Vault:
    """Encrypts with the first key and decrypts with any, so that keys can be rotated."""

    def __init__(self, data_keys: Sequence[str]) -> None:
        """Keys in the form of `data_key()`, the newest first; ValueError says in words what is wrong with one."""
        if not data_keys:
            raise ValueError("holds no key")
        raw = tuple(_decoded(key, place) for place, key in enumerate(data_keys, start=1))
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in raw])
        self._first = MultiFernet([Fernet(base64.urlsafe_b64encode(raw[0]))])
        self._hash_keys = {subject: tuple(_derived(key, subject) for key in raw) for subject in Subject}

    def seal(self, text: str) -> bytes:
        """Encrypt with the first key."""
        return self._fernet.encrypt(text.encode())

    def unseal(self, sealed: bytes) -> str:
        """Decrypt with whichever key fits; Unreadable when none does."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise Unreadable("Something was encrypted with a key that DATA_KEYS does not hold.") from None

    def is_sealed_with_first(self, sealed: bytes) -> bool:
        """Whether it needs no older key."""
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def hash(self, subject: Subject, text: str) -> bytes:
        """The keyed hash to write: 32 bytes, made with the first key."""
        return self.hashes(subject, text)[0]

    def hashes(self, subject: Subject, text: str) -> tuple[bytes, ...]:
        """The keyed hashes to look for, one a key, so that what an older key wrote is found."""
        keys = self._hash_keys[subject]
        return tuple(hmac.new(key, text.encode(errors="replace"), hashlib.sha256).digest() for key in keys)


def data_key() -> str:
    """A new key for DATA_KEYS: 32 random bytes, in base64 as it is written in addresses."""
    return Fernet.generate_key().decode()


def _decoded(key: str, place: int) -> bytes:
    try:
        raw = base64.b64decode(key.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError(f"holds a key {place} that is not base64") from None
    if len(raw) != _KEY_BYTES:
        raise ValueError(f"holds a key {place} of {len(raw)} bytes instead of {_KEY_BYTES}")
    if len(set(raw)) < _LEAST_DIFFERENT:
        raise ValueError(f"holds a key {place} that is not random")
    return raw


def _derived(key: bytes, subject: Subject) -> bytes:
    info = b"ivr keyed hash of a " + subject.value.encode()
    return HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(key)
