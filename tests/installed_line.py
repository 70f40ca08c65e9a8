"""A line as it is installed, with what an examination looks at: its settings, its account, what is hosted elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ivr.checks.evidence import Evidence
from ivr.checks.verify import VerifiedFlow, verify
from ivr.config import load
from ivr.content import read_folder
from ivr.doctor.case import Case, World
from ivr.doctor.examine import CHECKS, examine
from ivr.doctor.finding import Finding
from ivr.model.approval import AllowedDrafts
from tests.rest_server import FROM, Rules
from tests.web_page import Page

GB = 1024**3
TEXTING = {"TEXTING_FROM": FROM, "REGISTRATION_URL": "https://example.org"}
# The tests name no telephone that somebody could have, tell nobody by mail, and all of it is on this machine.
MADE_UP = [("address", "fault"), ("targets", "fault"), ("desk", "warning"), ("fallback document", "warning")]


@cache
def proved(prompts: Path, allowed: AllowedDrafts) -> tuple[Evidence, VerifiedFlow]:
    """What a start proves, once for all tests of the same words."""
    evidence = Evidence.of(read_folder(prompts))
    return evidence, verify(evidence, allowed)


@dataclass
class Line:
    """A line that is installed, with an account and a fallback document elsewhere; what a test changes of it."""

    environ: dict[str, str]
    page: Page
    rules: Rules
    world: World

    @property
    def number(self) -> dict[str, object]:
        """The number of the account, as it is set."""
        return next(iter(self.rules.incoming.values()))

    def examine(self, **environ: str) -> list[Finding]:
        """Everything that is found."""
        return list(examine({**self.environ, **environ}, self.world))

    def found(self, check: str, **environ: str) -> list[tuple[str, str]]:
        """The verdicts of one check, and what it says."""
        settings = load({**self.environ, **environ})
        evidence, verified = proved(settings.prompts, settings.allow_drafts)
        case = Case(settings, evidence, verified, self.world.clock(), self.world)
        (look,) = [each.look for each in CHECKS if each.name == check]
        return [(each.verdict.name.lower(), f"{each.said} {each.mend}".rstrip()) for each in look(case)]

    def wrong(self, **environ: str) -> list[tuple[str, str]]:
        """All that is not well, by check and verdict."""
        found = [(each.check, each.verdict.name.lower()) for each in self.examine(**environ)]
        return [each for each in found if each[1] != "ok"]
