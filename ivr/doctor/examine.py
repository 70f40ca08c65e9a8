"""The examination: every check in the order in which a newcomer would mend what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ivr.checks.evidence import Evidence
from ivr.checks.verify import verify
from ivr.config import load
from ivr.content import read_folder
from ivr.doctor import account, machine, own, reach
from ivr.doctor.case import Case, World
from ivr.doctor.finding import Finding, Seen, Verdict
from ivr.errors import Fault, Faults
from ivr.web.fit import refuse_misfits


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at, by the name under which it is told."""

    name: str
    look: Callable[[Case], Iterator[Seen]]


CHECKS: Final = (
    Check("address", own.address),
    Check("secrets", own.secrets),
    Check("networks", own.networks),
    Check("drafts", own.drafts),
    Check("languages", own.languages),
    Check("hours", own.hours),
    Check("holidays", own.holidays),
    Check("clock", machine.clock),
    Check("targets", own.targets),
    Check("ways out", own.ways_out),
    Check("database", machine.database),
    Check("desk", machine.desk),
    Check("switch", machine.switch),
    Check("disk", machine.disk),
    Check("public address", reach.public_address),
    Check("certificate", reach.certificate),
    Check("private pages", reach.nothing_private),
    Check("fallback document", reach.fallback_page),
    Check("number", account.number),
    Check("texting", account.texting),
)


def examine(environ: Mapping[str, str], world: World) -> Iterator[Finding]:
    """Look at everything; each finding as soon as it is there. All the rest needs sound settings and words."""
    try:
        case = case_of(environ, world)
    except Faults as faults:
        yield from map(_finding, faults.faults)
        return
    yield Finding("settings", Verdict.OK, "All settings are sound.")
    yield Finding("prompts", Verdict.OK, "The words and the keys are proved, as at every start.")
    for check in CHECKS:
        for seen in check.look(case):
            yield Finding(check.name, seen.verdict, seen.said, seen.mend)


def case_of(environ: Mapping[str, str], world: World) -> Case:
    """The line as a start would have it; Faults holds what would stop the start."""
    settings, now = load(environ), world.clock()
    evidence = Evidence.of(read_folder(settings.prompts), now.date())
    verified = verify(replace(evidence, today=None), settings.allow_drafts)
    refuse_misfits(verified.flow, settings)
    return Case(settings, evidence, verified, now, world)


def _finding(fault: Fault) -> Finding:
    where = f"{fault.where}:{fault.line}" if fault.line else fault.where
    return Finding(where, Verdict.FAULT, fault.wrong, fault.mend)
