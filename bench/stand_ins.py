"""What a rehearsal has in the place of what only a real machine has: see bench/rehearsal.py. Standard library only."""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

MOST_WAIT_S = 60
UNITS = Path("/etc/systemd/system")
RUNNING = Path("/run")
HOST = "line.example.org"
ELSEWHERE = ("api.twilio.com", "static.example.org")  # the platform, and who hosts the fallback document


def sudo(*words: str) -> int:
    """Run a command as root, or with -u as somebody."""
    user, command = (words[1], list(words[2:])) if words[0] == "-u" else ("root", list(words))
    command = command[1:] if command[0] == "--" else command
    return _call(command if user == "root" else ["runuser", "-u", user, "--", *command])


def sudoedit(path: str) -> int:
    """What an operator would type: the account of the rehearsal, telephones that ring nobody, words that are drafts."""
    file = Path(path)
    typed = {
        "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
        "TWILIO_AUTH_TOKEN": "a token of the tests",
        "TEAM_NUMBERS": "sip:one@example.org,sip:two@example.org&sip:three@example.org",
        "BACKUP_NUMBERS": "",
        "AFTER_HOURS_NUMBERS": "sip:night@example.org;accept=none",
        "ALLOW_DRAFTS": "all",
    }
    text = file.read_text("utf-8")
    for name, value in typed.items():
        text = re.sub(rf"^{name}=.*", f"{name}='{value}'", text, flags=re.MULTILINE)
    file.write_text(text, "utf-8")
    return 0


def timedatectl(*_: str) -> int:
    """The clock is right."""
    print("NTPSynchronized=yes")
    return 0


def apt_get(command: str, *words: str) -> int:
    """Every package has to be one of Debian's; what is not installed has a stand-in."""
    if command == "install":
        names = [word for word in words if not word.startswith("-")]
        _check(["apt-cache", "show", *names], stdout=subprocess.DEVNULL)
        if "postgresql" in names:  # the package starts it
            return _call(["pg_ctlcluster", "15", "main", "start"])
    return 0


def certbot(*_: str) -> int:
    """A certificate of its own making, which this machine trusts."""
    folder = Path("/etc/letsencrypt/live") / HOST
    folder.mkdir(parents=True)
    key, chain = folder / "privkey.pem", folder / "fullchain.pem"
    names = "subjectAltName=" + ",".join(f"DNS:{name}" for name in (HOST, *ELSEWHERE))
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", f"/CN={HOST}"]
    _check([*made, "-addext", names, "-keyout", str(key), "-out", str(chain)], stderr=subprocess.DEVNULL)
    Path("/usr/local/share/ca-certificates/line.crt").write_bytes(chain.read_bytes())
    _check(["update-ca-certificates"], stdout=subprocess.DEVNULL)
    return 0


def systemctl(command: str, *words: str) -> int:
    """Start, stop and reload what the units say; and tell the process of one."""
    names = [word for word in words if not word.startswith("-")]
    if command == "reload":
        pid = Path("/run/nginx.pid")
        return _call(["nginx", "-s", "reload"] if pid.exists() and pid.read_text("ascii").strip() else ["nginx"])
    if command == "show":
        print((RUNNING / f"{names[-1]}.pid").read_text("ascii"))
        return 0
    for name in names:
        if command in ("stop", "restart"):
            _stop(name)
        if command in ("start", "restart") or (command == "enable" and "--now" in words):
            _start(name)
    return 0


def _start(name: str) -> None:
    if "@" not in name:  # a timer, or what it starts: it runs once
        _check(_command(f"{name.removesuffix('.timer')}.service", ""))
        return
    kind, _, number = name.partition("@")
    notify = RUNNING / f"notify-{name}"
    notify.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd, (RUNNING / f"{name}.log").open("a") as log:
        systemd.bind(str(notify))
        notify.chmod(0o777)
        systemd.settimeout(MOST_WAIT_S)
        command = _command(f"{kind}@.service", number, f"NOTIFY_SOCKET={notify}")
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 because it is a unit of ours
        (RUNNING / f"{name}.pid").write_text(str(process.pid), "ascii")
        if b"READY=1" not in systemd.recv(4096):
            raise SystemExit(f"{name} did not start.")


def _stop(name: str) -> None:
    pid = int((RUNNING / f"{name}.pid").read_text("ascii"))
    process = os.pidfd_open(pid)
    signal.pidfd_send_signal(process, signal.SIGTERM)
    if not select.select([process], [], [], MOST_WAIT_S)[0]:
        raise SystemExit(f"{name} does not stop.")


def _command(unit: str, number: str, *more: str) -> list[str]:
    """What a unit starts: as its user, with its settings and nothing else of the environment."""
    read = RawConfigParser(strict=False)
    read.read_string((UNITS / unit).read_text("utf-8").replace("%i", number))
    service = read["Service"]
    told = [line for line in Path(service["EnvironmentFile"]).read_text("utf-8").splitlines() if line]
    environ = [*(shlex.split(line)[0] for line in told), "PATH=/usr/bin:/bin", *more]
    state = Path("/var/lib") / service.get("StateDirectory", service["User"])
    state.mkdir(exist_ok=True)
    shutil.chown(state, service["User"], service["Group"])
    os.chdir(service["WorkingDirectory"])
    if "StateDirectory" in service:
        _check(["install", "-d", "-m", "0700", "-o", service["User"], f"/var/lib/{service['StateDirectory']}"])
    become = ["setpriv", f"--reuid={service['User']}", f"--regid={service['Group']}", "--init-groups"]
    return [*become, "env", "-i", *environ, *shlex.split(service["ExecStart"])]


def _call(command: list[str]) -> int:
    return subprocess.run(command, check=False).returncode  # noqa: S603 because the document says it


def _check(command: list[str], **how: object) -> None:
    subprocess.run(command, check=True, **how)  # type: ignore[call-overload]  # noqa: S603 because it is ours


if __name__ == "__main__":
    program, *given = sys.argv[1:]
    sys.exit(globals()[program.replace("-", "_")](*given))
