"""The installed line: gunicorn behind nginx, an account at the API, a fallback document elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.cli.doctor import world as real_world
from ivr.config import load
from ivr.storage.database import Database
from ivr.storage.people import Newcomer, People, Role
from ivr.storage.vault import Vault, data_key
from ivr.twiml.numbers import change_number, find_number, wanted
from ivr.twiml.rest import RestApi
from ivr.web.answers import fallback_document
from tests.approvals import approve_all
from tests.conftest import ENVIRON, ROOT
from tests.databases import migrated_sqlite
from tests.gunicorn_server import free_port, serving
from tests.installed_line import GB, Line, proved
from tests.nginx_server import Proxy, proxying
from tests.rest_numbers import incoming
from tests.rest_server import ACCOUNT, FROM, Rules, rest_server
from tests.rest_server import TOKEN as API_TOKEN
from tests.web_page import web_page


@dataclass(frozen=True)
class Installed:
    """What takes seconds to start, and is started once."""

    environ: dict[str, str]
    proxy: Proxy
    fallback: bytes


@pytest.fixture(scope="package")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder = tmp_path_factory.mktemp("installed")
    prompts = Path(shutil.copytree(ROOT / "prompts", folder / "prompts"))
    line = prompts / "line.toml"
    line.write_text(line.read_text("utf-8").replace("until = 2027-01-01", "until = 2028-01-01"), "utf-8")
    approve_all(prompts)
    port = free_port()
    environ = {
        **ENVIRON,
        "PUBLIC_URL": f"https://127.0.0.1:{port}",
        "PROMPTS": str(prompts),
        "ALLOW_DRAFTS": "",
        "SECRET_KEY": "a secret of the tests",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": API_TOKEN,
        "FALLBACK_NUMBER": "+18135550108",
        "TEAM_NUMBERS": "sip:one@example.org,sip:two@example.org",
        "BACKUP_NUMBERS": "",
        "AFTER_HOURS_NUMBERS": "sip:night@example.org;accept=none",
        "CALLBACKS": "on",
        "DATA_KEYS": data_key(),
        "DATABASE_URL": migrated_sqlite(folder / "line.db"),
    }
    with closing(Database(environ["DATABASE_URL"], deadline_s=30)) as database:
        somebody = Newcomer("kim", "Kim Example", Role.SCHEDULER)
        People(database, Vault([environ["DATA_KEYS"]])).add(somebody, datetime.now(UTC), "the tests")
    settings = load(environ)
    _, verified = proved(prompts, settings.allow_drafts)
    with serving(environ) as served, proxying(folder, [served.port] * 2, port) as proxy:
        yield Installed(environ, proxy, fallback_document(verified.flow, settings.telephones))


@pytest.fixture
def line(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setenv("SSL_CERT_FILE", str(installed.proxy.certificate.file))
    number = incoming(FROM)
    rules = Rules(incoming={str(number["sid"]): number})
    with web_page(installed.proxy.certificate.server()) as page, rest_server(rules) as api:
        environ = {**installed.environ, "FALLBACK_URL": page.url}
        there_now = RestApi(ACCOUNT, API_TOKEN, api)
        change_number(there_now, find_number(there_now, FROM), wanted(environ["PUBLIC_URL"], page.url))
        page.body = installed.fallback
        there = replace(
            real_world(),
            api=lambda account, token: RestApi(account, token, api),
            texting_api=lambda account, token: RestApi(account, token, api),
            free_bytes=lambda _: (50 * GB, 100 * GB),
        )
        yield Line(environ, page, rules, there)
