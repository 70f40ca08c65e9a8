"""Follows docs/deploy.md to the letter, on a copy of this machine that is gone afterwards: `make rehearsal`.

Every command of the document runs as it is written, as root, in namespaces of its own: what it writes stays in memory,
what it serves is reachable from inside only. Stand-ins take the place of what a machine without an init and without a
name has not: systemctl reads the units and starts what they say, certbot makes a certificate by itself, sudo drops to
the user, and an editor fills in the settings of a trial.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "deploy.md"
FIRST_ALONE = "3. The settings"  # what comes before it fetches the code and what it needs
PROGRAMS = ("sudo", "sudoedit", "systemctl", "timedatectl", "certbot", "apt-get")
HOST = "line.example.org"
VERSION = "rehearsed"

_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


_PICKS_A_DUMP = "*.dump"  # which the timer would have made in some night
_PROGRAMS = Path("/root/stand-ins")
_NEW_NETWORK, _SET_FLAGS, _UP = 0x40000000, 0x8914, 1  # as the kernel calls them


@dataclass(frozen=True, slots=True)
class Block:
    """Commands of the document, and the section that they are in."""

    section: str
    commands: str


def main() -> None:
    """Follow the document; exit 1 at the first command that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inside", metavar="FOLDER", help=argparse.SUPPRESS)
    inside = parser.parse_args().inside
    if inside:
        _follow(Path(inside))
        return
    if os.geteuid() != 0:
        sys.exit("Run it as root: it makes a copy of this machine in memory.")
    with tempfile.TemporaryDirectory() as folder:
        _publish(Path(folder) / "line.git")
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        done = subprocess.run([*unshare, "sh", "-ec", _INSIDE, "sh", folder, str(ROOT)], check=False)  # noqa: S603 because ours
    sys.exit(done.returncode)


# A copy of the whole machine over memory, in which nothing that is written outlives the namespace.
_INSIDE = """
mkdir "$1/memory"
mount -t tmpfs tmpfs "$1/memory"
mkdir "$1/memory/up" "$1/memory/work" "$1/memory/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/memory/up,workdir=$1/memory/work" "$1/memory/root"
for each in proc dev sys tmp; do mount --rbind "/$each" "$1/memory/root/$each"; done
mount -t proc proc "$1/memory/root/proc"
mount -t tmpfs tmpfs "$1/memory/root/dev/shm"
exec chroot "$1/memory/root" /usr/bin/python3 "$2/bench/rehearsal.py" --inside "$1"
"""


def _publish(repository: Path) -> None:
    """What is committed here, as somebody would fetch it."""
    for command in (
        ["git", "clone", "-q", "--bare", str(ROOT), str(repository)],
        ["git", "-C", str(repository), "tag", VERSION, _head()],
    ):
        subprocess.run(command, check=True)  # noqa: S603 because ours


def _head() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607 because git is where it is
    return done.stdout.strip()


def _follow(folder: Path) -> None:
    environ = _environ(folder)
    _prepare()
    for number, block in enumerate(blocks(DOCUMENT.read_text("utf-8")), 1):
        if block.section == FIRST_ALONE and not Path(ELSEWHERE).exists():
            _leave_the_network()
            _make_an_elsewhere()
        if _PICKS_A_DUMP in block.commands:
            _make_a_backup(environ)
        print(f"\n=== {number}. {block.section}\n{block.commands}", flush=True)
        script = Path(f"/root/block-{number}.sh")
        script.write_text(f"set -eu\n{_as_rehearsed(block.commands)}", "utf-8")
        done = subprocess.run(["bash", str(script)], env=environ, check=False, cwd="/root")  # noqa: S603, S607 because it is the document
        if done.returncode:
            sys.exit(f"The commands of “{block.section}” failed with {done.returncode}.")
        _host_the_fallback()
    print("\nEvery command of docs/deploy.md has run.")


def _make_a_backup(environ: dict[str, str]) -> None:
    """What the timer does every night."""
    subprocess.run(["systemctl", "start", "ivr-backup"], env=environ, check=True)  # noqa: S607 because it is a stand-in


def _as_rehearsed(commands: str) -> str:
    """The commands, with the one release that there is, and without what a made-up number is told."""
    told = "{ ivr doctor > doctor.txt || :; cat doctor.txt; ! grep '^fault ' doctor.txt | grep -v 'a 555-01 number'; }"
    return re.sub(r"^ivr doctor$", told, commands.replace("THE_ONE_BEFORE", VERSION), flags=re.MULTILINE)


def _prepare() -> None:
    """The stand-ins, and a name that leads to this machine."""
    _PROGRAMS.mkdir()
    for name in PROGRAMS:
        program = _PROGRAMS / name
        program.write_text(f'#!/bin/sh\nexec /usr/bin/python3 {ROOT / "bench" / "stand_ins.py"} {name} "$@"\n', "utf-8")
        program.chmod(0o755)
    with Path("/etc/hosts").open("a", encoding="utf-8") as hosts:
        hosts.write(f"127.0.0.1 {HOST} api.twilio.com static.example.org\n")


def _leave_the_network() -> None:
    """From here on nothing is reachable from outside, nor can reach it."""
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "There is no network of one's own to be had.")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh", b"lo", _UP))


def _make_an_elsewhere() -> None:
    """The platform's API by its public rules, and a place for the fallback document, by their own names."""
    _STATIC.mkdir()
    code = Path("/srv/ivr/current")
    server = subprocess.Popen(  # noqa: S603 because ours
        [str(code / ".venv/bin/python"), "-c", _API], cwd=code, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None  # noqa: S101 because it is asked for, for types only
    Path(ELSEWHERE).write_text(_SITES.format(api=server.stdout.readline().strip(), static=_STATIC), "utf-8")


def _host_the_fallback() -> None:
    """What the document leaves to whoever follows it: put the fallback document where FALLBACK_URL says."""
    written = Path("/root/fallback.xml")
    if written.exists():
        (_STATIC / "line").mkdir(exist_ok=True)
        (_STATIC / "line" / "fallback.xml").write_bytes(written.read_bytes())


_STATIC = Path("/srv/static")
ELSEWHERE = "/etc/nginx/conf.d/elsewhere.conf"
_API = """
import threading
from tests.rest_numbers import incoming
from tests.rest_server import FROM, Rules, rest_server
number = incoming(FROM)
with rest_server(Rules(incoming={str(number["sid"]): number})) as url:
    print(url, flush=True)
    threading.Event().wait()
"""
_SITES = """
ssl_certificate /etc/letsencrypt/live/line.example.org/fullchain.pem;
ssl_certificate_key /etc/letsencrypt/live/line.example.org/privkey.pem;
server {{ listen 443 ssl; server_name api.twilio.com; location / {{ proxy_pass {api}; }} }}
server {{ listen 443 ssl; server_name static.example.org; root {static}; }}
"""


def blocks(text: str) -> Iterator[Block]:
    """The commands of the document, in order."""
    for section, body in _SECTION.findall(text):
        for commands in _BLOCK.findall(body):
            yield Block(section, commands)


def _environ(folder: Path) -> dict[str, str]:
    """What the document sets first, and how this machine reaches the packages of Python."""
    known = dict(os.environ)
    packages = {name: value for name, value in known.items() if name.lower().startswith(("pip_", "http", "no_proxy"))}
    return {
        **packages,
        "PATH": f"{_PROGRAMS}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "HOST": HOST,
        "SOURCE": f"file://{folder}/line.git",
        "VERSION": VERSION,
        "EMAIL": "operations@example.org",
    }


if __name__ == "__main__":
    main()
