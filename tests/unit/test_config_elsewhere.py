"""The settings that name something elsewhere, or are shown to it: what could never work there is refused."""

from __future__ import annotations

import pytest

from ivr.config import load
from tests.unit.test_config import ELSE_MEND, LEAST, faults

FALLBACK_MEND = "Set it to where the document that `python -m ivr fallback` writes is hosted."
COLLECTOR_MEND = "Set it to the collector's address, without /v1/traces; or leave it out."
RANDOM_MEND = "Set it to a long random text, such as `python -m ivr data-key` prints."


NO_PAGES = [
    "https://",
    "https:x",
    "https:///form",
    "https://a b/c",
    "https://example.org/a b",
    "https://example.org/a\n",
    "https://x:99999",
    "https://user:word@example.org",
    "https://example.org/número",
    "http://example.org",
    "example.org",
]


@pytest.mark.parametrize("url", NO_PAGES)
def test_a_page_is_a_whole_address(url: str) -> None:
    wrong = "is not an address in the form https://www.example.org/page"
    assert faults(REGISTRATION_URL=url) == [f"REGISTRATION_URL: {wrong}. {ELSE_MEND}"]
    assert faults(FALLBACK_URL=url) == [f"FALLBACK_URL: {wrong}. {FALLBACK_MEND}"]


@pytest.mark.parametrize(
    "url", ["https://example.org", "https://127.0.0.1:8443/x.xml", "https://example.org/new?a=1&b=%20#c"]
)
def test_a_page_may_be_anywhere(url: str) -> None:
    settings = load({**LEAST, "REGISTRATION_URL": url, "FALLBACK_URL": url})
    assert (settings.registration_url, settings.fallback_url) == (url, url)


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("127.0.0.1:4318", "is not an address in the form http://127.0.0.1:4318"),
        ("http://127.0.0.1:4318/v1/traces", "ends in /v1/traces, which is added to it"),
        ("http://127.0.0.1:4318/in/v1/traces/", "ends in /v1/traces, which is added to it"),
        ("http://127.0.0.1:4318?key=x", "has a query or a fragment, to which /v1/traces cannot be added"),
        ("http://127.0.0.1:4318/#x", "has a query or a fragment, to which /v1/traces cannot be added"),
    ],
)
def test_a_collector_is_told_without_what_is_added(url: str, wrong: str) -> None:
    assert faults(OTEL_EXPORTER_OTLP_ENDPOINT=url) == [f"OTEL_EXPORTER_OTLP_ENDPOINT: {wrong}. {COLLECTOR_MEND}"]
    assert load({**LEAST, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318/in/"})


@pytest.mark.parametrize("account", ["AC1", "AC" + "5" * 33, "SK" + "5" * 32, "AC" + "x" * 32, "AC" + "5" * 32 + "\n"])
def test_an_account_is_told_by_its_identifier(account: str) -> None:
    mend = "Copy it from the account's console, or leave it out."
    assert faults(TWILIO_ACCOUNT_SID=account) == [f"TWILIO_ACCOUNT_SID: is not AC and 32 hexadecimal digits. {mend}"]
    assert load({**LEAST, "TWILIO_ACCOUNT_SID": "AC" + "0a" * 16}).twilio_account_sid


@pytest.mark.parametrize(
    "token", [" canary-canary-canary", "canary-canary-canary\n", "canary-canary\n-canary", "canary-canary-canäry"]
)
def test_a_token_that_no_request_could_bear_is_refused(token: str) -> None:
    wrong = "begins or ends with white space, or has a letter beyond ASCII: nobody could send it"
    assert faults(METRICS_TOKEN=token) == [f"METRICS_TOKEN: {wrong}. {RANDOM_MEND}"]
    assert load({**LEAST, "METRICS_TOKEN": "a token for who watches"}).watch_token
    assert load({**LEAST, "SECRET_KEY": token}).secret_key
