"""What the world meets: the public address, its certificate, what must not be there, and the fallback document."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from ivr.doctor.case import Case
from ivr.doctor.finding import Seen, fault, ok, warning
from ivr.errors import CallFault, TwimlFault
from ivr.model.flow import Flow
from ivr.model.keys import Command
from ivr.phone import Keys, Response, parse
from ivr.web.answers import fallback_document

_SOON_DAYS = 14
_PRIVATE = ("/metrics", "/metrics/1", "/phone")

# What usually stands behind the words of a probe that failed, most telling first.
_CAUSES = (
    ("403", "The token is not the account's, PUBLIC_URL is not the address as it is called, or the proxy alters it."),
    ("502", "The proxy reaches no instance: systemctl status 'ivr@*'"),
    ("504", "The instances give the proxy no answer: journalctl -u 'ivr@*'"),
    ("404", "Something else answers there: the proxy must hand on /voice/ as it is."),
    ("301", "The address is redirected, which loses keys: set PUBLIC_URL to where it leads."),
    ("302", "The address is redirected, which loses keys: set PUBLIC_URL to where it leads."),
    ("308", "The address is redirected, which loses keys: set PUBLIC_URL to where it leads."),
    ("certificate", "Renew it, and give the proxy the full chain."),
    ("apology", "The line is at fault: journalctl -u 'ivr@*' | grep '\"fault\"'"),
    ("without an address", "Make a DNS record for it."),
    ("refuses connections", "Start the proxy, and let port 443 through the firewall."),
    ("no answer within", "Let port 443 through the firewall; look at the proxy and the instances."),
)


def public_address(case: Case) -> Iterator[Seen]:
    """A signed call through the public address, with each token: menu, section, other language, way to a person."""
    keys = _keys(case.flow)
    for number, token in enumerate(case.settings.tokens, 1):
        probed = case.world.call(case.settings.public_url, token, keys)
        which = f" with token {number}" if len(case.settings.tokens) > 1 else ""
        if probed.is_well:
            slowest_ms = max((ms for _, ms in probed.steps), default=0.0)
            person = {"rings": "a person would be rung", "away": "the team is away"}[probed.person]
            yield ok(f"A signed call{which} walks the line; {person}. The slowest answer took {slowest_ms:.0f} ms.")
        else:
            yield fault(
                f"A signed call{which} fails at its step “{probed.failed}”: {probed.wrong}", _cause(probed.wrong)
            )


def _keys(flow: Flow) -> Keys:
    """What to press on the way through this line: nothing for what it has not."""
    section = flow.key_reading(flow.sections[0]) if flow.sections else None
    language = flow.key_of(Command.LANGUAGE) if len(flow.scripts) > 1 else None
    return Keys(section=section.value if section else "", language=language.value if language else "")


def _cause(wrong: str) -> str:
    return next((mend for sign, mend in _CAUSES if sign in wrong), "See docs/runbook.md.")


def certificate(case: Case) -> Iterator[Seen]:
    """How long the certificate of the public address still holds."""
    if urlsplit(case.settings.public_url).scheme != "https":
        yield ok("The public address has no TLS, and needs none: it is this machine.")
        return
    try:
        left = case.days_until(case.world.certificate_ends(case.settings.public_url))
    except CallFault as error:
        yield fault(str(error), _cause(str(error)))
        return
    said = f"The certificate holds for {left} days more."
    yield warning(said, "See that it is renewed: systemctl status certbot.timer") if left < _SOON_DAYS else ok(said)


def nothing_private(case: Case) -> Iterator[Seen]:
    """What is for this machine only must not be shown to the world."""
    try:
        shown = [path for path in _PRIVATE if case.world.fetch(case.settings.public_url + path).status == HTTPStatus.OK]
    except CallFault as error:
        yield warning(f"Nobody could look: {error}", _cause(str(error)))
        return
    if shown:
        yield fault(f"{' and '.join(shown)} can be read from outside.", "Use ops/nginx.conf, which hides them.")
    else:
        yield ok("Neither the metrics nor the telephone page can be read from outside.")


def fallback_page(case: Case) -> Iterator[Seen]:
    """Whether the document for when the line is down is there, is elsewhere, and is the current one."""
    url = case.settings.fallback_url
    if not url:
        mend = "Host the document of python -m ivr fallback away from this machine, and set FALLBACK_URL to it."
        yield fault("FALLBACK_URL is not set: while the line is down, callers hear an error and are cut off.", mend)
        return
    try:
        served = _document(case.world.fetch(url))
    except (CallFault, TwimlFault) as error:
        yield fault(str(error), "Serve the document of python -m ivr fallback there, as text/xml.")
        return
    if not case.settings.telephones.fallback:
        yield warning("What FALLBACK_URL serves cannot be compared without FALLBACK_NUMBER.", "Set it.")
    elif served.strip() != fallback_document(case.flow, case.settings.telephones).strip():
        mend = "Write it anew: python -m ivr fallback, and put it there."
        yield fault("FALLBACK_URL serves another document than the current one.", mend)
    else:
        yield ok("FALLBACK_URL serves the current document.")
    if urlsplit(url).hostname == urlsplit(case.settings.public_url).hostname:
        yield warning("FALLBACK_URL is on the host of the line itself, and falls with it.", "Host it elsewhere.")


def _document(response: Response) -> bytes:
    """What is served, if the platform could use it."""
    if response.status != HTTPStatus.OK:
        raise CallFault(f"FALLBACK_URL answered {response.status}, not 200.")
    parse(response.body, response.content_type)
    return response.body
