"""The machine under the line: its database, its disk, its clock."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from ivr.config import Settings
from ivr.desk.ports import StoreUnavailable
from ivr.doctor.case import Case
from ivr.doctor.finding import Seen, Verdict, fault, ok, warning
from ivr.doctor.mail import mail
from ivr.doctor.own import TRUSTED
from ivr.errors import CallFault, IvrError
from ivr.storage.database import Database
from ivr.storage.migrations import current_revision, is_newer, newest_revision
from ivr.storage.people import CALL_BACK, People, Person, Role
from ivr.storage.store import Storage, open_storage
from ivr.storage.switch import Switch
from ivr.storage.trying import count_unreadable, try_writing
from ivr.storage.vault import Vault

_DEADLINE_S = 5.0
_MOST_APART_S = 5
_MUCH_APART_S = 60
_MB = 1024 * 1024
_LITTLE_FREE_MB = 1024
_TOO_LITTLE_FREE_MB = 100
_LOST_OR_NEW = (
    "On a new line: python -m ivr migrate. "
    "If it kept something, go back to the newest backup (docs/deploy.md), and restart."
)

# What mends a store that failed, by the word for why in what it says.
_DAMAGED = "The file is damaged: go back to the newest backup (docs/deploy.md)."
_MENDS = (
    ("SQLITE_NOTADB", _DAMAGED),
    ("SQLITE_CORRUPT", _DAMAGED),
    ("SQLITE_CANTOPEN", "The file and its folder must belong to the line's user, who reads and writes both: ls -la"),
    ("wrong password", "Set the right one in DATABASE_URL, where @ is written %40, : is %3A and / is %2F."),
    ("not let in", "Make the user of DATABASE_URL at the database, and let this machine in: pg_hba.conf there."),
    ("no such database", "Make it (docs/deploy.md, PostgreSQL), or mend its name in DATABASE_URL."),
    ("no rights", "The user of DATABASE_URL must own the database and all that is in it."),
    ("unknown host", "Mend the host in DATABASE_URL, or the DNS of this machine."),
    ("no root certificate", f"Name a file that is there in sslrootcert of DATABASE_URL, such as {TRUSTED}."),
    (
        "certificate not trusted",
        "Name who signed it in sslrootcert of DATABASE_URL, and as its host a name that stands in the certificate.",
    ),
    ("no TLS", "Turn ssl on at the database: DATABASE_URL asks for it."),
    (
        "nobody answers",
        "Start the database, mend host and port in DATABASE_URL, and let the port through the firewall.",
    ),
)


def database(case: Case) -> Iterator[Seen]:
    """Whether what callers ask can be kept: a database with the tables of this version, tried out with the keys."""
    if not case.settings.keeps_something:
        yield ok("The line keeps nothing, and needs no database.")
        return
    if _is_missing(case):
        yield fault("The file of DATABASE_URL is not there, or this user may not see it.", _LOST_OR_NEW)
        return
    storage = open_storage(case.settings.database, case.settings.keys, deadline_s=_DEADLINE_S)
    with closing(storage.database) as kept:
        try:
            tables = _tables(kept.within(lambda: current_revision(kept)), is_file=kept.is_sqlite)
        except IvrError as error:
            mend = _mend(error) or "Start the database, and look at DATABASE_URL."
            yield fault(str(error), f"{mend} Reading and transfers go on meanwhile.")
            return
        yield tables
        if tables.verdict is not Verdict.FAULT:
            yield from _tried(storage)
    yield from _private(case)


def desk(case: Case) -> Iterator[Seen]:
    """Whether anybody is there to call back, and is told of it: without anybody, no caller is offered it."""
    if not case.settings.callbacks:
        yield ok("CALLBACKS is off: nobody need be at the desk.")
        return
    with closing(Database(case.settings.database, deadline_s=_DEADLINE_S)) as kept:
        people = People(kept, Vault(case.settings.keys))
        try:
            there = [each for each in kept.within(people.all) if each.is_enabled and each.role in CALL_BACK]
        except StoreUnavailable:
            yield warning("Who is at the desk cannot be known without the database.", "See what is said of it.")
            return
    if not there:
        mend = "Add who calls back: python -m ivr desk add LOGIN --name NAME --role scheduler"
        yield fault("CALLBACKS is on, and nobody is at the desk: no caller is offered a callback.", mend)
        return
    yield ok("Somebody is at the desk, so that callbacks are offered.")
    yield _told(case.settings, there)


def switch(case: Case) -> Iterator[Seen]:
    """What holds instead of the usual hours: somebody at the desk, or a command, may have switched it."""
    if not case.settings.keeps_something:
        return
    with closing(Database(case.settings.database, deadline_s=_DEADLINE_S)) as kept:
        try:
            held = Switch(kept).holding(case.now)
        except StoreUnavailable:
            said = "Whether a switch is in force cannot be known without the database."
            yield warning(said, "See what is said of it.")
            return
    if held is None:
        yield ok("No switch is in force.")
        return
    ends_at = held.override.ends_at.astimezone(case.flow.line.hours.zone)
    state = "open" if held.override.is_open else "closed"
    reason = f" ({held.override.reason})" if held.override.reason else ""
    yield ok(f"The line is {state} by hand until {ends_at:%A %d %B %H:%M}, by {held.made_by}{reason}.")


def _told(settings: Settings, there: Sequence[Person]) -> Seen:
    if settings.smtp_url is None:
        return warning("SMTP_URL is not set: nobody is told of a callback by mail.", "Set it, and MAIL_FROM.")
    if not any(each.role is Role.SUPERVISOR and each.has_email for each in there):
        mend = "Set one: python -m ivr desk email LOGIN ADDRESS"
        return warning("No supervisor has a mail address: nobody is told of a callback.", mend)
    return mail(settings.smtp_url, settings.mail_from)


def _mend(error: IvrError) -> str:
    """What mends it, where that is known."""
    return next((mend for why, mend in _MENDS if why in str(error)), "")


def _tables(revision: str | None, *, is_file: bool) -> Seen:
    if is_newer(revision):
        said = "The tables of the database are a newer version's. They do for this one too."
        return warning(said, "Nothing, if the line went back to this version on purpose.")
    if revision == newest_revision():
        return ok("The database answers, and its tables are up to date.")
    if revision is None:
        owns = "" if is_file else " If it has some, the user of DATABASE_URL must own all that is in it."
        return fault("The database has no tables.", f"{_LOST_OR_NEW}{owns}")
    return fault("The tables of the database are not this version's.", "Run: python -m ivr migrate")


def _tried(storage: Storage) -> Iterator[Seen]:
    """Whether a request could be kept now, and whether the keys fit what is kept."""
    try:
        try_writing(storage)
        unreadable = storage.database.within(lambda: count_unreadable(storage))
    except StoreUnavailable as error:
        mend = _mend(error) or "Make room on its disk, let it be written, or end what locks it."
        yield fault(f"The database answers, but keeps nothing. {error}", f"{mend} Nothing can be kept meanwhile.")
        return
    if unreadable:
        said = f"{unreadable} kept values were encrypted with a key that DATA_KEYS does not hold."
        yield fault(said, "Put that key back, at the end of DATA_KEYS: without it they cannot be read.")
    else:
        yield ok("What callers ask can be kept, and the keys fit what is kept.")


def _private(case: Case) -> Iterator[Seen]:
    if case.settings.database.startswith("sqlite") and Path(_file(case)).stat().st_mode & 0o077:
        yield warning("Others on this machine may read the file of the database.", f"Run: chmod 600 {_file(case)}")


def _is_missing(case: Case) -> bool:
    """Whether the file of SQLite is not there, or may not be seen."""
    return case.settings.database.startswith("sqlite") and not os.path.exists(_file(case))  # noqa: PTH110 because Path.exists may raise


def _file(case: Case) -> str:
    return case.settings.database.removeprefix("sqlite:///")


def disk(case: Case) -> Iterator[Seen]:
    """Whether there is room: for the database, or where the line runs."""
    is_file = case.settings.keeps_something and case.settings.database.startswith("sqlite")
    folder = str(Path(_file(case)).absolute().parent) if is_file else str(case.settings.prompts)
    try:
        free, whole = case.world.free_bytes(folder)
    except OSError:
        mend = "Mount its disk, or mend DATABASE_URL; it must belong to the line's user."
        yield fault("The folder of DATABASE_URL is not there.", mend)
        return
    said = f"{free // _MB:,} MB of {whole // _MB:,} are free under {folder}."
    if case.settings.keeps_something and not is_file:
        said = f"{said} The disk of PostgreSQL is not looked at: df -h there."
    mend = "Make room: with a full disk callbacks cannot be kept, and the log is lost."
    if free < _TOO_LITTLE_FREE_MB * _MB:
        yield fault(said, mend)
    elif free < _LITTLE_FREE_MB * _MB:
        yield warning(said, mend)
    else:
        yield ok(said)


def clock(case: Case) -> Iterator[Seen]:
    """Whether this machine knows the time, by the word of another: open, closed and every promise hang on it."""
    said = "No other machine said what time it is."
    if not case.settings.fallback_url:
        mend = "Set FALLBACK_URL, hosted elsewhere; or compare the time yourself: timedatectl"
        yield warning(said, mend)
        return
    try:
        there, here = _clock_elsewhere(case), case.world.clock()
    except CallFault:
        yield warning(said, "FALLBACK_URL did not answer; see what is said of it.")
        return
    if there is None:
        yield warning(said, "FALLBACK_URL told none that can be used; compare it yourself: timedatectl")
        return
    apart_s = abs((there - here).total_seconds())
    if apart_s <= _MOST_APART_S:
        yield ok("The clock agrees with that of the machine of FALLBACK_URL.")
        return
    said = f"The clock is {apart_s:.0f} s away from that of the machine of FALLBACK_URL."
    mend = "Turn on time synchronisation: timedatectl set-ntp true"
    yield fault(said, mend) if apart_s > _MUCH_APART_S else warning(said, mend)


def _clock_elsewhere(case: Case) -> datetime | None:
    told = {name.lower(): value for name, value in case.world.fetch(case.settings.fallback_url).headers}
    try:
        made_at = parsedate_to_datetime(told["date"]).astimezone(UTC)
        # What a cache answers has the time at which it was made, and how many seconds ago that was: RFC 9111, 5.1.
        return made_at + timedelta(seconds=int(told.get("age", "0")))
    except (KeyError, ValueError, OverflowError):
        return None
