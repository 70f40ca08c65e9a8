"""Telephone numbers that the line may dial, and the targets and turns they make."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

# A number of the North American plan is not always the US: Jamaica and the Dominican Republic are classic toll fraud.
_ORDINARY = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.VOIP,
    }
)
_NATIONAL = re.compile(r"\+1[2-9][0-9]{9}")
_TERRITORIES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number of the US or its territories in E.164 form, safe to dial: no 900, no 976 exchange."""

    e164: str = field(repr=False)  # so that nothing that prints what holds it tells whose it is

    @classmethod
    def parse(cls, text: str) -> PhoneNumber:
        """Read an E.164 number; ValueError says in words why it cannot be dialled, never the number itself."""
        try:
            number = phonenumbers.parse(text, None)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or f"+{number.country_code}{number.national_number}" != text:
            raise ValueError("is not a number in the form +18135550100")
        if not phonenumbers.is_valid_number(number):
            raise ValueError("is not a number that exists")
        if phonenumbers.region_code_for_number(number) not in _TERRITORIES:
            raise ValueError("is outside the United States and its territories")
        if phonenumbers.number_type(number) not in _ORDINARY or text[5:8] == "976":
            raise ValueError("is not an ordinary number: whoever owns it may charge for the call")
        return cls(text)

    @classmethod
    def is_callable(cls, text: str) -> bool:
        """Whether `parse` would read it. What is remembered is the area code and exchange, never a number."""
        return bool(_NATIONAL.fullmatch(text)) and _is_ordinary(text[2:8])

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in which the number is said: 1, 888, 663, 3488."""
        digits = self.e164.removeprefix("+")
        return digits[0], digits[1:4], digits[4:7], digits[7:]


@lru_cache(4096)
def _is_ordinary(area_and_exchange: str) -> bool:
    try:
        PhoneNumber.parse(f"+1{area_and_exchange}0100")
    except ValueError:
        return False
    return True


class TargetKind(Enum):
    """What kind of address a target is."""

    NUMBER = "number"
    SIP = "sip"


@dataclass(frozen=True, slots=True)
class Target:
    """One telephone that a turn rings. `accepts_by_key` is whether who picks up must press 1 to take the call."""

    kind: TargetKind
    address: str
    accepts_by_key: bool = True


Turn = tuple[Target, ...]


class Role(Enum):
    """Whom a transfer rings; content names roles, settings hold the numbers."""

    TEAM = "team"
    AFTER_HOURS = "after_hours"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class Roster:
    """Whom this call would ring: the turns of each role in order, and the number shown to who is called."""

    team: tuple[Turn, ...] = ()
    after_hours: tuple[Turn, ...] = ()
    fallback: tuple[Turn, ...] = ()
    caller_id: str | None = None

    def shown_as(self, caller_id: str | None) -> Roster:
        """The same telephones, with the number that who is rung sees."""
        return replace(self, caller_id=caller_id)

    def turns(self, role: Role) -> tuple[Turn, ...]:
        """The turns of a role, in the order in which they ring."""
        match role:
            case Role.TEAM:
                return self.team
            case Role.AFTER_HOURS:
                return self.after_hours
            case Role.FALLBACK:
                return self.fallback
