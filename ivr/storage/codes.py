"""The second factor: six digits that an app on somebody's phone shows, from a secret that both sides know."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest

import pyotp

_STEP_S = 30
_DIGITS = 6
_LATE_OR_EARLY = (0, -1, 1)  # clocks differ, and people type slowly
_GROUP = 4


def new_secret() -> str:
    """A new secret of 160 bits, in the letters that apps take."""
    return pyotp.random_base32()


def grouped(secret: str) -> str:
    """The secret as it is typed into an app: in groups of four."""
    return " ".join(secret[begin : begin + _GROUP] for begin in range(0, len(secret), _GROUP))


def app_address(secret: str, login: str, issuer: str) -> str:
    """The address with which an app on the same device takes the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Which step of half a minute a code belongs to, if it is one of now; a step may be used once."""
    digits = "".join(code.split())
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    now = int(at.timestamp()) // _STEP_S
    one_time = pyotp.TOTP(secret)
    steps = [now + off for off in _LATE_OR_EARLY]
    return next((step for step in steps if compare_digest(one_time.generate_otp(step), digits)), None)
