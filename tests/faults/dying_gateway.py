"""A gateway process that kills itself (SIGKILL) once a callback is stored and before it is passed on.

    python -m tests.faults.dying_gateway --port PORT

The defect is put in from outside: the product knows nothing of it.
"""

import os
import signal
import sys
from typing import Any

from starter import process
from starter.cli import app
from starter.gateway import app as gateway


async def die(*told: Any) -> None:
    """End as a machine that loses power would."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    setattr(gateway, "pass_on", die)  # noqa: B010
    process.run(lambda: app(["gateway", *sys.argv[1:]]))
