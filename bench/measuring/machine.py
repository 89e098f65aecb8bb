"""On what and when something was measured: figures of two machines are not compared."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent
LOAD_BEFORE = round(os.getloadavg()[0], 1)
"""How much the machine had to do when this process began: that of a run itself comes on top."""


def this_machine() -> dict[str, Any]:
    """Its processor, memory and system, what else it had to do, and the commit that was measured."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": COMMIT,
        "cpu": _processor(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": platform.system() + " " + platform.release().partition("-")[0],
        "python": platform.python_version(),
        "load_before": LOAD_BEFORE,
    }


def _commit() -> str:
    """That of the code which ran; what a run itself writes makes it no other."""
    commit = _git("describe", "--always")
    changed = _git("status", "--porcelain", "--", ":/", ":!/bench/results.json", ":!/docs")
    return f"{commit or 'unknown'}{'-dirty' if changed else ''}"


def _git(*words: str) -> str:
    told = subprocess.run(["git", *words], cwd=HERE, capture_output=True, text=True, check=False)
    return told.stdout.strip()


COMMIT = _commit()
"""When this process began: what is edited meanwhile does not run."""


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
