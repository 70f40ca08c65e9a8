"""What a line says of itself: words, hours, telephones, secrets."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from ivr.checks.rules_approval import approvals_are_recent
from ivr.config import is_loopback
from ivr.doctor.case import Case
from ivr.doctor.finding import Seen, fault, ok, warning
from ivr.model.approval import ALL_DRAFTS
from ivr.model.numbers import TargetKind, Turn

TRUSTED = "/etc/ssl/certs/ca-certificates.crt"  # whom Debian trusts; its pg_dump knows no sslrootcert=system

_SOON_DAYS = 60
_MADE_UP = "55501"  # the exchange and the first digits of numbers that belong to nobody
_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")


def drafts(case: Case) -> Iterator[Seen]:
    """Which words nobody has approved, and what is served of them."""
    allowed = case.settings.allow_drafts
    if allowed == ALL_DRAFTS:
        yield warning(
            "ALLOW_DRAFTS is all: callers may hear words that nobody has approved.",
            "Have the words approved, and leave ALLOW_DRAFTS empty for real callers.",
        )
    for note in case.verified.notes:
        yield warning(note, "See prompts/README.md: how words are approved.")
    for found in approvals_are_recent(case.evidence):
        yield warning(found.wrong, found.mend)
    if not case.verified.notes and allowed != ALL_DRAFTS:
        yield ok("All words that are served are approved.")


def languages(case: Case) -> Iterator[Seen]:
    """Whether the line speaks as many languages as its probes look for."""
    count, is_one_meant = len(case.flow.scripts), case.settings.one_language
    if count > 1 and is_one_meant:
        mend = "Leave it out: a probe does not look for the other language, and nobody would know that it is gone."
        yield warning("ONE_LANGUAGE is on, and the line speaks two.", mend)
    elif count == 1 and not is_one_meant:
        mend = "If it should speak two, see what is said of drafts. If not, set ONE_LANGUAGE to on: else probes fail."
        yield warning("The line speaks one language.", mend)
    else:
        yield ok("The line speaks as many languages as a probe looks for.")


def hours(case: Case) -> Iterator[Seen]:
    """What time it is for the line, and whether the team should be there: a person sees whether that is right."""
    table, here = case.flow.line.hours, case.here
    now = f"It is {here:%A} {here.day} {here:%B %Y}, {here:%H:%M} in {table.zone.key}"
    if table.is_open(case.now):
        closes = table.next_closing(case.now)
        until = f" until {closes.astimezone(table.zone):%A %H:%M}" if closes else ", round the clock"
        yield ok(f"{now}; by the usual hours the team is there{until}.")
        return
    opens = table.next_opening(case.now)
    if opens is None:
        yield fault(
            f"{now}; by the usual hours the team is away and never comes back.",
            "Mend open in prompts/line.toml, [hours].",
        )
        return
    yield ok(f"{now}; by the usual hours the team is away until {opens.astimezone(table.zone):%A %d %B %H:%M}.")


def holidays(case: Case) -> Iterator[Seen]:
    """Until when somebody has looked at the public holidays."""
    table = case.flow.line.hours
    if table.checked_until is None or table.next_opening(case.now) is None:
        yield ok("The team is away on no holiday, or nobody need look at them.")
        return
    left = (table.checked_until - case.here.date()).days
    said = f"The public holidays have been looked at until {table.checked_until}."
    mend = "Look further ahead, add the days that are missing to closures in prompts/line.toml, and write the new date."
    if left < 0:
        yield fault(said, mend)
    elif left < _SOON_DAYS:
        yield warning(said, mend)
    else:
        yield ok(said)


def ways_out(case: Case) -> Iterator[Seen]:
    """Who is there when the team is away, and when the line itself fails."""
    settings = case.settings
    if settings.fallback_number is None:
        mend = "Set it to a telephone that is answered at any hour."
        yield fault("FALLBACK_NUMBER is not set: when the line itself fails, nobody is sure to be reached.", mend)
    if not settings.after_hours_numbers:
        mend = "Set it to a hospital line that is staffed day and night, or decide that there is none."
        yield warning("AFTER_HOURS_NUMBERS is not set: when the team is away, 0 rings nobody.", mend)
    if settings.fallback_number and settings.after_hours_numbers:
        yield ok("FALLBACK_NUMBER and AFTER_HOURS_NUMBERS are set.")


def targets(case: Case) -> Iterator[Seen]:
    """Whether those who are rung can be who they should be."""
    settings, is_well = case.settings, True
    named = {
        "TEAM_NUMBERS": settings.team_numbers,
        "BACKUP_NUMBERS": settings.backup_numbers,
        "SPANISH_NUMBERS": settings.spanish_numbers,
        "AFTER_HOURS_NUMBERS": settings.after_hours_numbers,
        "FALLBACK_NUMBER": settings.telephones.fallback,
    }
    for name, turns in named.items():
        for seen in _implausible(name, turns):
            is_well = False
            yield seen
    if len(settings.team_numbers) == 1 and not settings.backup_numbers and len(settings.team_numbers[0]) == 1:
        is_well = False
        mend = "Name a second one in TEAM_NUMBERS, or BACKUP_NUMBERS."
        yield warning("One telephone is the whole team: while it is busy, nobody takes a call.", mend)
    if is_well:
        count = sum(len(turn) for turns in named.values() for turn in turns)
        yield ok(f"{count} targets, none of them made up, twice in one turn or a toll-free number.")


def _implausible(name: str, turns: tuple[Turn, ...]) -> Iterator[Seen]:
    numbers = [target for turn in turns for target in turn if target.kind is TargetKind.NUMBER]
    if any(target.address[5:10] == _MADE_UP for target in numbers):
        yield fault(f"{name} holds a 555-01 number, which belongs to nobody.", "Name real telephones.")
    if any(target.address[2:5] in _TOLL_FREE for target in numbers):
        mend = "Name the telephones behind it; a toll-free line may be a menu, or lead back here."
        yield warning(f"{name} holds a toll-free number.", mend)
    if any(len({target.address for target in turn}) < len(turn) for turn in turns):
        yield warning(f"{name} rings the same telephone twice in one turn.", "Name each once.")


def secrets(case: Case) -> Iterator[Seen]:
    """Tokens and keys in rotation, and what stands in for one that is not set."""
    settings, seen = case.settings, []
    if len(settings.tokens) > 1:
        mend = "Once ivr_signed_total rises for token 1 only, take the others out: docs/deploy.md, The auth token."
        seen.append(warning(f"{len(settings.tokens)} auth tokens are accepted, as while one is rotated.", mend))
    if len(settings.keys) > 1:
        mend = "Run python -m ivr rotate-keys, and take the older ones out when it says so."
        seen.append(warning(f"{len(settings.keys)} data keys are in use, as while one is rotated.", mend))
    if settings.secret_key is None:
        mend = "Set it to a long random text: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        seen.append(warning("SECRET_KEY is not set: calls change their names in the log with the auth token.", mend))
    yield from seen or [ok("One auth token, SECRET_KEY set, and no key in rotation.")]


def networks(case: Case) -> Iterator[Seen]:
    """Whether what goes to another machine is encrypted on its way, to a machine that proves who it is."""
    settings, seen = case.settings, []
    if settings.keeps_something and _is_open(settings.database):
        mend = f"Add ?sslmode=verify-full&sslrootcert={TRUSTED} to it, or the file of who signed its certificate."
        seen.append(warning("DATABASE_URL is on another machine, which need not prove who it is, nor encrypt.", mend))
    collector = settings.otel_exporter_otlp_endpoint
    if collector.startswith("http:") and not is_loopback(collector):
        mend = "Give the collector's https address, or a collector on this machine that sends them on."
        seen.append(warning("Traces go to another machine in clear: which topic was heard, and when.", mend))
    yield from seen or [ok("Neither database nor traces cross a network in clear.")]


def _is_open(database: str) -> bool:
    url = urlsplit(database)
    asked = dict(parse_qsl(url.query))
    host = asked.get("host", "")
    is_here = host.startswith("/") or is_loopback(f"//{host}" if host else database) or not (host or url.hostname)
    return not is_here and asked.get("sslmode") != "verify-full"


def address(case: Case) -> Iterator[Seen]:
    """Whether the platform could call the public address at all."""
    if is_loopback(case.settings.public_url):
        mend = "Set it to the https address that the platform calls."
        yield fault("PUBLIC_URL is this machine itself, which the platform cannot call.", mend)
    else:
        yield ok(f"PUBLIC_URL is {case.settings.public_url}.")
