"""nginx with the configuration of ops/, on ports of this machine, with a certificate of its own making."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Certificate
from tests.gunicorn_server import MOST_WAIT_S, free_port

ROOT = Path(__file__).parents[1]
SITE = ROOT / "ops" / "nginx.conf"
HOST = "line.example.org"
CONNECTIONS = 2000

# What Debian's own nginx.conf says around a site, with the number of connections that docs/deploy.md asks for.
AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 8192;
events {{ worker_connections {connections}; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """nginx as it runs."""

    port: int
    plain_port: int
    folder: Path
    certificate: Certificate

    @property
    def url(self) -> str:
        """Where it listens for TLS."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def records(self) -> str:
        """All that it has written."""
        return "".join(log.read_text("utf-8") for log in sorted(self.folder.glob("*.log")))


@contextmanager
def proxying(folder: Path, ports: Sequence[int], port: int | None = None) -> Iterator[Proxy]:
    """Serve the site of ops/nginx.conf in front of instances on these ports; it is stopped at the end."""
    proxy = Proxy(port or free_port(), free_port(), folder, Certificate.make(folder, HOST, days=90))
    (folder / "site.conf").write_text(_site(proxy, ports), "utf-8")
    main = folder / "nginx.conf"
    main.write_text(AROUND.format(folder=folder, connections=CONNECTIONS), "utf-8")
    command = [shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin") or "nginx", "-c", str(main), "-e", "stderr"]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _until_it_listens(process, proxy.port)
        yield proxy
    finally:
        process.terminate()
        process.wait(MOST_WAIT_S)


def _site(proxy: Proxy, ports: Sequence[int]) -> str:
    """The site as it is shipped but for its ports, files and certificate; and each change must find its place."""
    text = SITE.read_text("utf-8")
    servers = "\n".join(f"    server 127.0.0.1:{port} max_fails=0;" for port in ports)
    for pattern, instead in (
        (r"    server 127\.0\.0\.1:8001 [^\n]*\n    server 127\.0\.0\.1:8002 [^\n]*", servers),
        (r"/var/log/nginx", str(proxy.folder)),
        (r"127\.0\.0\.1:8001/metrics", f"127.0.0.1:{ports[0]}/metrics"),
        (r"127\.0\.0\.1:8002/metrics", f"127.0.0.1:{ports[-1]}/metrics"),
        (r"listen 80;", f"listen 127.0.0.1:{proxy.plain_port};"),
        (r" *listen \[::\]:80;\n", ""),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{proxy.port} ssl;"),
        (r" *listen \[::\]:443 ssl;\n", ""),
        (r"/etc/letsencrypt/live/line\.example\.org/fullchain\.pem", str(proxy.certificate.file)),
        (r"/etc/letsencrypt/live/line\.example\.org/privkey\.pem", str(proxy.certificate.file)),
    ):
        text, count = re.subn(pattern, instead, text)
        assert count, f"{pattern} is not in {SITE}"
    return text


def _until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    """nginx binds before it goes on, and says nothing when it is ready: ask until it takes a connection."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    raise AssertionError("nginx does not start")
