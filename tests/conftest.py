"""What all tests share: the flow of prompts/, settings, an application, and the platform that asks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from ivr.checks.verify import VerifiedFlow, load_verified
from ivr.config import Settings, load
from ivr.model.flow import Flow
from ivr.web.application import create_app
from tests.platform_client import PUBLIC_URL, TOKEN, PlatformClient

ROOT = Path(__file__).parents[1]
ENVIRON = {
    "TWILIO_AUTH_TOKEN": TOKEN,
    "PUBLIC_URL": PUBLIC_URL,
    "TEAM_NUMBERS": "+18135550101,+18135550102&+18135550103",
    "BACKUP_NUMBERS": "+18135550104",
    "PROMPTS": str(ROOT / "prompts"),
}

MakeSettings = Callable[..., Settings]
MakeApplication = Callable[..., Flask]
MakePlatform = Callable[..., PlatformClient]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def verified() -> VerifiedFlow:
    """The verified flow of prompts/, proved once."""
    return load_verified(ROOT / "prompts")


@pytest.fixture(scope="session")
def flow(verified: VerifiedFlow) -> Flow:
    """The flow of prompts/."""
    return verified.flow


@pytest.fixture(scope="session")
def make_settings() -> MakeSettings:
    """Makes sound settings; names in capitals overrule what they are made of."""
    return lambda **environ: load({**ENVIRON, **environ})


@pytest.fixture(scope="session")
def make_application(verified: VerifiedFlow, make_settings: MakeSettings) -> MakeApplication:
    """Makes an application of the flow of prompts/ with these settings."""
    return lambda **environ: create_app(verified, make_settings(**environ))


@pytest.fixture
def make_platform(make_application: MakeApplication) -> MakePlatform:
    """Makes an application with these settings, and the platform that asks it."""
    return lambda **environ: PlatformClient(make_application(**environ))


@pytest.fixture(scope="session")
def application(make_application: MakeApplication) -> Flask:
    """One application for every test that does not change it."""
    return make_application()


@pytest.fixture
def platform(application: Flask) -> PlatformClient:
    """The platform that asks the one application, while the team is there."""
    return PlatformClient(application)
