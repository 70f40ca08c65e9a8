"""Passwords of the desk: argon2, checked one at a time, and as slowly for a login that nobody has."""

from __future__ import annotations

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_LETTERS = 12
MOST_LETTERS = 128
_LEAST_DIFFERENT = 5
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else
_GROUPS, _GROUP = 4, 4

# 19 MB and about 30 ms of one core. One at a time in a process, so that whoever tries passwords never slows callers
# down by more than that.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_one_at_a_time = threading.Lock()


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _one_at_a_time:
        return _hasher.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept. With nothing kept it takes as long, and is not."""
    with _one_at_a_time:
        nobodys = _nobodys()  # made in any case, so that the first try of a process tells nothing
        try:
            return _hasher.verify(kept or nobodys, password[:MOST_LETTERS]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def weakness(password: str, login: str) -> str | None:
    """What is wrong with a new password, as a sentence; None when it will do."""
    if len(password) < LEAST_LETTERS:
        return f"Please use at least {LEAST_LETTERS} letters. A few words in a row are good."
    if len(password) > MOST_LETTERS:
        return f"Please use at most {MOST_LETTERS} letters."
    if login in password.lower():
        return "Please leave your login out of it."
    if len(set(password)) < _LEAST_DIFFERENT:
        return "Please use more different letters."
    return None


def one_time_password() -> str:
    """A password to hand over, of 79 bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex())
