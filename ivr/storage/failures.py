"""Failed sign-ins, and the wait that grows with them. Whom they are about is kept as a keyed hash only.

A wait ends by itself, and holds only where this very account has failed before: at the same address, or in a browser in
which it has signed in, which has counts of its own. What others try elsewhere, or with other logins, slows nobody. What
was counted by a clock that ran ahead is forgotten when the clock is right again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

import sqlalchemy as sa
from sqlalchemy import Connection

from ivr.storage.clocks import is_ahead, was_ahead
from ivr.storage.tables import failures
from ivr.storage.vault import Subject, Vault

FORGOTTEN_AFTER = timedelta(minutes=15)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Growth:
    """How many failures cost nothing, and the longest wait; between the two it doubles: 1, 2, 4 seconds."""

    free: int
    most_s: int

    def wait_s(self, count: int) -> int:
        """Seconds to wait after so many failures."""
        return 0 if count < self.free else min(1 << min(count - self.free, 16), self.most_s)


ACCOUNT = Growth(free=3, most_s=60)
ADDRESS = Growth(free=10, most_s=300)  # a whole hospital may come from one
CODES = Growth(free=3, most_s=300)
HERE = Growth(free=3, most_s=60)  # an account at one address: where it has not failed, nothing else holds


@dataclass(frozen=True, slots=True)
class Counted:
    """What failures are counted against, by its keyed hash."""

    key: bytes
    growth: Growth


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in comes from: an address, and the mark that a browser kept in which somebody has signed in."""

    address: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Counters:
    """What the tries of a person are counted against. `nonce` is that of a browser they are known in, or empty."""

    vault: Vault

    def of_password(self, login: str, address: str, nonce: str) -> tuple[Counted, ...]:
        """A browser that this login is known in; or else the account at this address, the address, and the account."""
        if nonce:
            return (self._counted(Subject.ACCOUNT, f"{login} in {nonce}", ACCOUNT),)
        subscriber = one_subscriber(address)
        here = self._counted(Subject.ADDRESS, f"{subscriber} for {login}", HERE)
        all_here = self._counted(Subject.ADDRESS, subscriber, ADDRESS)
        return here, all_here, self._counted(Subject.ACCOUNT, login, ACCOUNT)

    def of_codes(self, login: str, nonce: str) -> tuple[Counted, ...]:
        """The second factor of an account: in a browser that it is known in, or in all others together."""
        where = f" in {nonce}" if nonce else ""
        return (self._counted(Subject.ACCOUNT, f"codes of {login}{where}", CODES),)

    def _counted(self, subject: Subject, text: str, growth: Growth) -> Counted:
        return Counted(self.vault.hash(subject, text), growth)


def one_subscriber(told: str) -> str:
    """An address without its port; of IPv6 the half that is a subscriber's, who can make up the other at will."""
    text = told.rpartition(":")[0] if told.count(":") == 1 or "]:" in told else told
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:  # whatever a proxy may say instead
        return told
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def wait_s(connection: Connection, counted: Iterable[Counted], at: datetime) -> int:
    """Seconds left to wait, rounded up; none for an account that has not failed at this address."""
    waits = [0]
    for each in counted:
        columns = sa.select(failures.c.count.label("failed"), failures.c.last_at)
        row = connection.execute(columns.where(failures.c.subject == each.key)).one_or_none()
        count = row.failed if row and not was_ahead(row.last_at, at) and at - row.last_at < FORGOTTEN_AFTER else 0
        if not count and each.growth is HERE:
            return 0
        if row:
            ends = min(row.last_at, at) + timedelta(seconds=each.growth.wait_s(count))
            waits.append(-((at - ends) // _SECOND))
    return max(waits)


def add(connection: Connection, counted: Iterable[Counted], at: datetime) -> None:
    """Count a failure. It is counted before a password is looked at, so that tries at the same moment all count."""
    for each in counted:
        if not _add(connection, each, at):
            try:
                with connection.begin_nested():
                    connection.execute(failures.insert().values(subject=each.key, count=1, last_at=at))
            except sa.exc.IntegrityError:  # another try was the first, at the same moment
                _add(connection, each, at)


def take_back(connection: Connection, counted: Iterable[Counted]) -> None:
    """It was no failure after all."""
    keys = [each.key for each in counted]
    counts = failures.update().where(failures.c.subject.in_(keys), failures.c.count > 0)
    connection.execute(counts.values(count=failures.c.count - 1))


def forgive(connection: Connection, counted: Iterable[Counted]) -> None:
    """Forget the failures of who has signed in; not those of an address, or any account would clear it."""
    keys = [each.key for each in counted if each.growth is not ADDRESS]
    connection.execute(failures.delete().where(failures.c.subject.in_(keys)))


def _add(connection: Connection, counted: Counted, at: datetime) -> bool:
    """Whether there was a count to add to. The database adds, so that no try at the same moment is lost."""
    is_forgotten = sa.or_(failures.c.last_at <= at - FORGOTTEN_AFTER, is_ahead(failures.c.last_at, at))
    count = sa.case((is_forgotten, 1), else_=failures.c.count + 1)
    added = failures.update().where(failures.c.subject == counted.key).values(count=count, last_at=at)
    return connection.execute(added).rowcount > 0
