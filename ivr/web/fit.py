"""Whether settings and prompts fit each other: each may be sound by itself, and together leave a caller alone."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.config import Settings
from ivr.desk.targets import number_by_sip
from ivr.errors import Fault, SettingsFaults
from ivr.model.flow import Flow
from ivr.model.numbers import PhoneNumber


def refuse_misfits(flow: Flow, settings: Settings) -> None:
    """SettingsFaults with everything that is wrong with these settings for these prompts."""
    faults = [
        *_loops(flow.line.number, settings),
        *_unused_after_hours(flow, settings),
        *_not_asked_for(flow, settings),
    ]
    if faults:
        raise SettingsFaults(faults)


def _loops(number: PhoneNumber, settings: Settings) -> Iterator[Fault]:
    """A line that rings its own number answers itself, for ever and at a price."""
    rung = {
        "TEAM_NUMBERS": settings.team_numbers,
        "BACKUP_NUMBERS": settings.backup_numbers,
        "SPANISH_NUMBERS": settings.spanish_numbers,
        "AFTER_HOURS_NUMBERS": settings.after_hours_numbers,
        "FALLBACK_NUMBER": settings.telephones.fallback,
    }
    wrong, mend = "names the line's own number, so that the line would call itself.", "Name whom the line should ring."
    for name, turns in rung.items():
        rung_numbers = {number_by_sip(target.address) or target.address for turn in turns for target in turn}
        if number.e164 in rung_numbers:
            yield Fault(name, 0, wrong, mend)


def _not_asked_for(flow: Flow, settings: Settings) -> Iterator[Fault]:
    """What is switched on, and no key of the prompts asks for."""
    for name, is_on, request in (
        ("CALLBACKS", settings.callbacks, flow.callback),
        ("TEXTING_FROM", settings.texting_from is not None, flow.text),
    ):
        if is_on and request is None:
            yield Fault(name, 0, "is set, but no key of the prompts asks for it.", "Unset it, or add it to menu.toml.")


def _unused_after_hours(flow: Flow, settings: Settings) -> Iterator[Fault]:
    """An after-hours line that the prompts never ring would be offered to callers all the same."""
    turns = len(settings.after_hours_numbers)
    if turns and flow.person.after_hours == flow.person.closed:
        mend = 'Give menu.toml a transfer with role = "after_hours" and name it under [person], or unset this.'
        yield Fault("AFTER_HOURS_NUMBERS", 0, "is set, but the prompts never ring an after-hours line.", mend)
    if turns > flow.line.ringing.turns:
        wrong = f"has {turns} turns, and only the first {flow.line.ringing.turns} would ever ring."
        yield Fault("AFTER_HOURS_NUMBERS", 0, wrong, "Join targets with & so that they ring together.")
