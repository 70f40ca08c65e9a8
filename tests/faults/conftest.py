"""What the fault suite shares: the whole line, the words of a usual call, and the certificate that is trusted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.checks.verify import load_verified
from ivr.config import load
from ivr.model.approval import ALL_DRAFTS
from ivr.web.answers import fallback_document
from tests.conftest import ENVIRON
from tests.faults.callers import FALLBACK_NUMBER, Heard
from tests.faults.line import Line, always_open, whole_line
from tests.platform_client import TOKEN

OLD_TOKEN = "the last token of the tests"


@pytest.fixture(scope="package")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    prompts = always_open(tmp_path_factory.mktemp("open"))
    return {
        **ENVIRON,
        "TWILIO_AUTH_TOKEN": f"{TOKEN},{OLD_TOKEN}",
        "PROMPTS": str(prompts),
        "FALLBACK_NUMBER": FALLBACK_NUMBER,
        "SECRET_KEY": "a secret of the tests",
    }


@pytest.fixture(scope="package")
def fallback(environ: dict[str, str]) -> bytes:
    settings = load(environ)
    return fallback_document(load_verified(settings.prompts, ALL_DRAFTS).flow, settings.telephones)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str], fallback: bytes) -> Iterator[Line]:
    with whole_line(tmp_path_factory.mktemp("nginx"), environ, fallback) as line:
        yield line


@pytest.fixture
def line(running: Line, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The line in good order; what a test breaks of it is mended afterwards."""
    monkeypatch.setenv("SSL_CERT_FILE", str(running.nginx.certificate.file))
    yield running
    running.mend()


@pytest.fixture(scope="module")
def usual(running: Line) -> Heard:
    """Every word of a call when nothing is broken."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(running.nginx.certificate.file))
        caller = running.caller()
        heard = caller.call()
    assert len(heard) == 9
    assert caller.rang
    assert (caller.platform.retried, caller.platform.fell_back) == (0, 0)
    return heard
