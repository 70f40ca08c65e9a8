"""What a run was measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

_MOST_LOAD = 0.8


def machine() -> str:
    """One sentence about the machine, its software, and what else it was doing."""
    told = Path("/proc/cpuinfo").read_text("utf-8")
    model = next((line.partition(": ")[2] for line in told.splitlines() if line.startswith("model name")), "unknown")
    memory = Path("/proc/meminfo").read_text("ascii").split()[1]
    load = os.getloadavg()[0]
    doubt = " (**not quiet: to be measured again**)" if load > _MOST_LOAD else ""
    software = ", ".join(f"{name} {version(name)}" for name in ("flask", "gunicorn", "twilio"))
    return (
        f"{os.cpu_count()} cores of {model}, {int(memory) / 1024**2:.0f} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, {software}; load of the minute before: {load:.1f}{doubt}"
    )
