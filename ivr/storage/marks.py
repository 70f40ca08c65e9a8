"""The mark of a browser in which somebody has signed in, so that what others try elsewhere holds up nobody there.

It is sealed, for one login, and good for half a year after the last sign-in. A reset or a new password voids it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from ivr.storage.vault import Unreadable, Vault

LASTS = timedelta(days=180)
_NONCE_BYTES = 12


class _Mark(NamedTuple):
    login: str
    nonce: str
    password: str  # which one it was made with
    made_s: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Makes and reads marks."""

    vault: Vault

    def made(self, login: str, kept: str, nonce: str, at: datetime) -> str:
        """A mark for a browser of who has this password. One that was known keeps its nonce, and with it its counts."""
        nonce = nonce or secrets.token_hex(_NONCE_BYTES)
        return self.vault.seal(" ".join(_Mark(login, nonce, _which(kept), f"{at.timestamp():.0f}"))).decode()

    def nonce(self, mark: str, login: str, kept: str, at: datetime) -> str:
        """The nonce of a browser that is known to be somebody's who has this password; empty for any other."""
        read = self._read(mark, login, at)
        return read.nonce if read is not None and read.password == _which(kept) else ""

    def is_of(self, mark: str, login: str, at: datetime) -> bool:
        """Whether a mark was made for this login. It asks no store, and so a void one is too."""
        return self._read(mark, login, at) is not None

    def _read(self, mark: str, login: str, at: datetime) -> _Mark | None:
        try:
            words = self.vault.unseal(mark.encode()).split(" ")
        except Unreadable:
            return None
        if len(words) != len(_Mark._fields):  # of a version before
            return None
        read = _Mark(*words)
        is_young = at.timestamp() - int(read.made_s) < LASTS.total_seconds()
        return read if read.login == login and is_young else None


def _which(kept: str) -> str:
    """Tells passwords apart by what is kept of each, which has a salt, so that this says nothing of any."""
    return sha256(kept.encode()).hexdigest()[:16]
