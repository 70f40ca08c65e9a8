"""The examination says why a database cannot be used, and what mends that; nothing that a server says is quoted."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.desk.ports import StoreUnavailable
from ivr.doctor import machine
from tests.certificates import Certificate
from tests.databases import Server, migrated_sqlite
from tests.installed_line import Line

Serve = Callable[[socket.socket], object]


@contextmanager
def server(serve: Serve) -> Iterator[int]:
    """A server that does one thing with whoever asks to connect; its port."""

    def run() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    connection.recv(4096)
                    serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def refusal(code: str, said: str) -> Serve:
    """What PostgreSQL sends to whom it does not let in."""
    told = f"SFATAL\0VFATAL\0C{code}\0M{said}\0\0".encode()
    return lambda connection: connection.sendall(b"E" + (len(told) + 4).to_bytes(4, "big") + told)


def why(line: Line, url: str) -> str:
    """What is said of a database that fails."""
    ((verdict, told),) = line.found("database", DATABASE_URL=url)
    assert verdict == "fault"
    assert "canary" not in told
    assert told.endswith(" Reading and transfers go on meanwhile.")
    return told


@pytest.mark.parametrize(
    ("code", "said", "word", "mend"),
    [
        ("28P01", 'password authentication failed for user "canary"', "wrong password", "Set the right one in"),
        (
            "28000",
            'no pg_hba.conf entry for host "canary", user "a", database "b"',
            "not let in",
            "let this machine in",
        ),
        ("28000", 'Peer authentication failed for user "canary"', "not let in", "Make the user of DATABASE_URL"),
        ("28000", 'role "canary" does not exist', "not let in", "Make the user of DATABASE_URL"),
        ("3D000", 'database "canary" does not exist', "no such database", "Make it (docs/deploy.md, PostgreSQL)"),
    ],
)
def test_what_a_server_refuses_is_told_with_its_mend(line: Line, code: str, said: str, word: str, mend: str) -> None:
    with server(refusal(code, said)) as port:
        told = why(line, f"postgresql://canary:canary@127.0.0.1:{port}/canary?sslmode=disable")
    assert f"OperationalError, {word}. " in told
    assert mend in told


def test_a_database_that_a_real_server_does_not_have_is_told(line: Line, postgresql: Server) -> None:
    assert ", no such database. Make it" in why(line, postgresql.url("canary"))
    unknown = postgresql.url("postgres").replace("user=postgres", "user=canary")
    assert ", not let in. Make the user" in why(line, unknown)


def test_a_user_without_rights_is_told_by_the_examination_and_by_migrate(line: Line, postgresql: Server) -> None:
    with postgresql.lent() as url:
        postgresql.run("CREATE ROLE canary LOGIN")
        theirs = url.replace("user=postgres", "user=canary")
        told = why(line, theirs)
        migrated = CliRunner().invoke(main, ["migrate"], env={**line.environ, "DATABASE_URL": theirs})
        postgresql.run("DROP ROLE canary")
    assert ", no rights. The user of DATABASE_URL must own the database" in told
    assert (migrated.exit_code, " 42501, no rights. " in migrated.output) == (1, True)


def test_a_user_who_may_make_no_tables_is_told_before_migrate_sends_back_here(line: Line, postgresql: Server) -> None:
    ((verdict, told),) = line.found("database", DATABASE_URL=postgresql.url("postgres"))
    assert verdict == "fault"
    assert "If it has some, the user of DATABASE_URL must own all that is in it." in told


@pytest.mark.parametrize(
    ("address", "word", "mend"),
    [
        ("postgresql://canary:canary@canary.invalid/canary", "unknown host", "the DNS of this machine"),
        ("postgresql://canary:canary@127.0.0.1:1/canary", "nobody answers", "Start the database"),
        ("postgresql:///canary?host=/canary", "nobody answers", "Start the database"),
    ],
)
def test_a_server_that_cannot_be_reached_is_told(line: Line, address: str, word: str, mend: str) -> None:
    told = why(line, address)
    assert f"OperationalError, {word}. " in told
    assert mend in told


def test_a_server_that_cannot_prove_who_it_is_is_told(line: Line, tmp_path: Path) -> None:
    shown = Certificate.make(tmp_path)
    (tmp_path / "other").mkdir()
    other = Certificate.make(tmp_path / "other")

    def secure(connection: socket.socket) -> None:
        connection.sendall(b"S")
        with suppress(ssl.SSLError):
            shown.server().wrap_socket(connection, server_side=True)

    with server(secure) as port:
        url = f"postgresql://canary@127.0.0.1:{port}/canary?sslmode=verify-full&sslrootcert="
        assert ", certificate not trusted. Name who signed it" in why(line, f"{url}{other.file}")
        assert ", no root certificate. Name a file that is there" in why(line, f"{url}/canary.crt")
    with server(lambda connection: connection.sendall(b"N")) as port:
        url = f"postgresql://canary@127.0.0.1:{port}/canary?sslmode=verify-full&sslrootcert={other.file}"
        assert ", no TLS. Turn ssl on" in why(line, url)


def test_a_file_that_is_damaged_is_told(line: Line, tmp_path: Path) -> None:
    url, file = migrated_sqlite(tmp_path / "line.db"), tmp_path / "line.db"
    page = int.from_bytes(file.read_bytes()[16:18], "big")
    with file.open("r+b") as opened:  # all but the first page, so that it still looks like a database
        opened.seek(page)
        opened.write(b"\xff" * (file.stat().st_size - page))
    assert "SQLITE_CORRUPT. The file is damaged: go back to the newest backup" in why(line, url)
    file.write_bytes(b"canary" * 1000)
    assert "SQLITE_NOTADB. The file is damaged: go back to the newest backup" in why(line, url)


def test_damage_that_only_writing_meets_is_told(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object) -> None:
        raise StoreUnavailable("The store failed: DatabaseError SQLITE_CORRUPT.")

    monkeypatch.setattr(machine, "try_writing", damaged)
    _, (verdict, told) = line.found("database", DATABASE_URL=migrated_sqlite(tmp_path / "line.db"))
    assert verdict == "fault"
    assert told.endswith("go back to the newest backup (docs/deploy.md). Nothing can be kept meanwhile.")


def test_a_file_that_cannot_be_opened_is_told(line: Line, tmp_path: Path) -> None:
    assert "The file and its folder must belong to the line's user" in why(line, f"sqlite:///{tmp_path}")
