"""What ops/ ships, as it runs: nginx in front of gunicorn, the unit that starts it, and a probe through both."""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ivr.phone import SIGNATURE_HEADER, Response, over_network, probe, sign
from ivr.storage.database import Database
from ivr.storage.vault import data_key
from tests.conftest import ENVIRON
from tests.gunicorn_server import MOST_WAIT_S, Served, free_port, read_response, request, serving
from tests.nginx_server import HOST, Proxy, proxying
from tests.platform_client import OPEN_AT, PUBLIC_URL, TOKEN

ROOT = Path(__file__).parents[2]
OPS = ROOT / "ops"
WATCHER = "a token of who watches"
CANARY = "+12025550199"
SIGNED_FIELDS = (("CallSid", "CA1"), ("From", CANARY))
BODY = b"CallSid=CA1&From=%2B12025550199"


@dataclass(frozen=True)
class Site:
    """The line behind its proxy."""

    served: Served
    proxy: Proxy

    def ask(self, raw: bytes, *, is_plain: bool = False) -> Response:
        """Send bytes to the proxy as they are."""
        port = self.proxy.plain_port if is_plain else self.proxy.port
        with socket.create_connection(("127.0.0.1", port), MOST_WAIT_S) as plain:
            there = plain if is_plain else self.proxy.certificate.trust().wrap_socket(plain, server_hostname=HOST)
            there.sendall(raw)
            told = read_response(there)
            there.close()
            return told

    def get(self, path: str, *, is_plain: bool = False) -> Response:
        """GET a path."""
        return self.ask(request(path, b"", method="GET", host=HOST), is_plain=is_plain)

    def post(self, target: str) -> Response:
        """A signed call."""
        signature = f"{SIGNATURE_HEADER}: {sign(TOKEN, PUBLIC_URL + target, SIGNED_FIELDS)}"
        return self.ask(request(target, BODY, signature, host=HOST))

    def probe(self, *options: str, token: str = TOKEN) -> tuple[int, dict[str, object]]:
        """The exit status and the line of JSON of a probe through the proxy."""
        environ = {**os.environ, "TWILIO_AUTH_TOKEN": token, "SSL_CERT_FILE": str(self.proxy.certificate.file)}
        command = [sys.executable, "-m", "ivr", "probe", PUBLIC_URL, "--via", self.proxy.url, *options]
        done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
        assert not done.stderr
        return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with (
        serving({**ENVIRON, "METRICS_TOKEN": WATCHER}) as served,
        proxying(tmp_path_factory.mktemp("nginx"), [served.port] * 2) as proxy,
    ):
        yield Site(served, proxy)


def test_a_probe_walks_the_line_through_its_proxy(site: Site) -> None:
    status, told = site.probe()
    assert (status, told["outcome"]) == (0, "well")
    assert told["person"] in ("rings", "away")  # by the time of day


def test_a_probe_looks_for_another_language_unless_the_settings_say_that_there_is_none(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    for setting in ("", "on"):
        monkeypatch.setenv("ONE_LANGUAGE", setting)
        milliseconds = site.probe()[1]["milliseconds"]
        assert isinstance(milliseconds, dict)
        steps.append(list(milliseconds))
    assert steps == [
        ["answer", "menu", "section", "language", "person", "end"],
        ["answer", "menu", "section", "person", "end"],
    ]


def test_what_a_probe_found_is_in_a_file_for_who_watches(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "ivr-probe.prom"
    for token, works in ((TOKEN, 1), ("another token", 0)):
        site.probe("--textfile", str(file), token=token)
        (found,) = re.findall(r"^ivr_probe_works (\d)$", file.read_text("utf-8"), re.MULTILINE)
        assert int(found) == works
    assert [path.name for path in tmp_path.iterdir()] == [file.name]  # nothing that is half written


def test_a_file_that_cannot_be_written_is_told(site: Site, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ivr", "probe", PUBLIC_URL, "--via", site.proxy.url]
    environ = {**os.environ, "TWILIO_AUTH_TOKEN": TOKEN, "SSL_CERT_FILE": str(site.proxy.certificate.file)}
    options = ["--textfile", str(tmp_path / "none" / "ivr-probe.prom")]
    done = subprocess.run([*command, *options], env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (1, "well")
    assert "No such file or directory" in done.stderr


def test_a_probe_with_another_token_is_refused(site: Site) -> None:
    status, told = site.probe(token="another token")
    assert (status, told["failed"], told["wrong"]) == (1, "answer", "/voice/answer: answered 403, not 200.")


def test_a_probe_says_what_is_wrong_with_the_way(site: Site) -> None:
    status, told = site.probe("--via", f"https://127.0.0.1:{free_port()}")
    assert (status, told["failed"]) == (1, "answer")
    assert "refuses connections" in str(told["wrong"])


@pytest.mark.parametrize(
    "target",
    [
        "/voice/answer",
        "/voice/answer?language=es",
        "/voice/%65s/menu?x=%2F%27%7C%C3%A9",
        "/voice/en/what/1?back=%2F%27%7C%C3%A9&pace=slow",
        "/voice/en//menu/%2E%2E/?x=a+b%20c",
        "/voice/en/menu?x=//..//&y='|",
        "/voice//",
    ],
)
def test_a_target_arrives_as_it_was_signed(site: Site, target: str) -> None:
    assert site.post(target).status == 200


def test_what_is_not_signed_is_refused(site: Site) -> None:
    assert site.ask(request("/voice/answer", BODY, host=HOST)).status == 403


@pytest.mark.parametrize("number", [1, 2])
def test_the_metrics_of_each_instance_are_shown_to_who_bears_the_token(site: Site, number: int) -> None:
    def ask(*headers: str) -> Response:
        return site.ask(request(f"/metrics/{number}", b"", *headers, method="GET", host=HOST))

    assert b"ivr_open" in ask(f"Authorization: Bearer {WATCHER}").body
    refused = [ask(), ask("Authorization: Bearer another"), ask("X-Forwarded-For: 127.0.0.1")]
    assert {response.status for response in refused} == {404}


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics/", "/metrics%2f", "/%6detrics//", "/metrics/3", "/phone", "/phone/call"]
)
def test_what_belongs_to_this_machine_is_not_there(site: Site, path: str) -> None:
    bearer = f"Authorization: Bearer {WATCHER}"
    assert site.ask(request(path, b"", bearer, method="GET", host=HOST)).status == 404


@pytest.mark.parametrize("path", ["/", "/es", "/health/ready", "/health/live"])
def test_pages_come_through(site: Site, path: str) -> None:
    assert site.get(path).status == 200


@pytest.mark.parametrize("place", ["/metrics/1", "/metrics/2", "/health/ready"])
def test_the_proxy_waits_longer_for_who_watches_than_a_store_can_take(place: str) -> None:
    """A slow store is asked three times: tried, for the callbacks, for the outbox. Prometheus waits 10 s."""
    (block,) = re.findall(rf"location = {place} \{{(.+?)\}}", (OPS / "nginx.conf").read_text("utf-8"), re.DOTALL)
    (waits_s,) = re.findall(r"proxy_read_timeout (\d+)s;", block)
    with closing(Database("sqlite:////nowhere/line.db")) as store:
        assert 3 * store.deadline_s < int(waits_s) < 10


def test_health_tells_strangers_nothing_more(site: Site) -> None:
    assert json.loads(site.get("/health/ready").body) == {"ready": True}


def test_without_tls_a_page_is_sent_on_and_a_call_is_not(site: Site) -> None:
    page = site.get("/es", is_plain=True)
    assert (page.status, dict(page.headers)["Location"]) == (301, f"https://{HOST}/es")
    elsewhere = site.ask(request("/desk/sign-in", b"", method="GET", host="evil.example.com"), is_plain=True)
    assert dict(elsewhere.headers)["Location"] == f"https://{HOST}/desk/sign-in"
    assert site.ask(request("/voice/answer", BODY, host=HOST), is_plain=True).status == 404


def test_a_body_that_is_too_long_does_not_reach_the_line(site: Site) -> None:
    for target, length, status in (("/voice/answer", 16_384, 403), ("/voice/answer", 16_385, 413), ("/", 65_537, 413)):
        body = b"x" * length if status == 403 else b""  # what is too long is refused before it is sent
        assert site.ask(request(target, body, f"Content-Length: {length}", host=HOST)).status == status


def test_nothing_is_recorded_of_who_asked_what(site: Site) -> None:
    site.post("/voice/en/treat")
    site.get(f"/{CANARY}")
    site.ask(request("/voice/answer", BODY, host=HOST), is_plain=True)
    assert site.proxy.records == ""


def test_nothing_is_recorded_of_who_asked_what_while_nobody_answers(site: Site, tmp_path: Path) -> None:
    with proxying(tmp_path, [free_port()] * 2) as proxy:
        alone = replace(site, proxy=proxy)
        assert alone.post("/voice/en/treat").status == 502
        assert alone.get(f"/voice/answer?From=%2B{CANARY[1:]}&CallSid=CA1").status == 502
        assert alone.get("/desk").status == 502
        assert alone.ask(request("/voice/en/treat", b"", "Content-Length: 70000", host=HOST)).status == 413
        assert alone.ask(request(f"/voice/{CANARY}", BODY, host=HOST), is_plain=True).status == 404
        assert proxy.records == ""


def test_the_unit_starts_the_line_and_tells_systemd_when_it_is_ready(tmp_path: Path) -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation says
    unit.read_string((OPS / "ivr@.service").read_text("utf-8"))
    service = unit["Service"]
    here = service["WorkingDirectory"]
    program, *options = shlex.split(service["ExecStart"].replace("127.0.0.1:800%i", f"127.0.0.1:{free_port()}"))
    assert program == f"{here}/.venv/bin/gunicorn"
    assert (service["Type"], service["EnvironmentFile"]) == ("notify", "/etc/ivr/settings.env")
    notified = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(notified))
        systemd.settimeout(MOST_WAIT_S)
        environ = {"PATH": os.environ["PATH"], **ENVIRON, "NOTIFY_SOCKET": str(notified)}
        command = [sys.executable, "-m", "gunicorn", *options]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
        try:
            assert b"READY=1" in systemd.recv(4096)
        finally:
            process.terminate()
            assert process.wait(MOST_WAIT_S) == 0


def test_the_procfile_proves_makes_the_tables_and_serves(tmp_path: Path) -> None:
    """As a platform runs it: a shell, the release first, then the web on a port of the platform's choice."""
    told = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines())
    port = free_port()
    environ = {
        **ENVIRON,
        "CALLBACKS": "on",
        "DATA_KEYS": data_key(),
        "SECRET_KEY": secrets.token_urlsafe(32),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'line.db'}",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(port),
    }
    release = ["sh", "-c", told["release"]]
    done = subprocess.run(release, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert "The tables are up to date." in done.stdout
    serve = ["sh", "-c", "exec " + told["web"].replace("0.0.0.0", "127.0.0.1")]  # noqa: S104 because it is taken out
    web = subprocess.Popen(serve, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
    assert web.stderr is not None
    try:
        assert any("is ready" in line for line in web.stderr)
        probed = probe(over_network(via=f"http://127.0.0.1:{port}"), now=OPEN_AT, public_url=PUBLIC_URL, token=TOKEN)
        assert probed.is_well, probed
    finally:
        web.terminate()
        web.communicate(timeout=MOST_WAIT_S)


def test_the_probe_that_the_timer_starts_is_the_command() -> None:
    service = (OPS / "ivr-probe.service").read_text("utf-8")
    (started,) = re.findall(r"^ExecStart=/srv/ivr/current/\.venv/bin/python -m ivr (.+)$", service, re.MULTILINE)
    assert started == "probe --textfile /var/lib/ivr-probe/ivr-probe.prom"
    assert "StateDirectory=ivr-probe\n" in service
    assert "EnvironmentFile=/etc/ivr/settings.env\n" in service


def test_a_probe_takes_its_address_from_the_settings(site: Site) -> None:
    environ = {**os.environ, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": f"http://127.0.0.1:{site.served.port}"}
    command = [sys.executable, "-m", "ivr", "probe"]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["wrong"] == "/voice/answer: answered 403, not 200."  # signed for another address
    environ["PUBLIC_URL"] = "http://line.example.org/voice"
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("PUBLIC_URL: has more than a host and a port")
