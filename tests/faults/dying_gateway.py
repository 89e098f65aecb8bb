"""A gateway process that kills itself (SIGKILL) at a point of its work.

    DIE_AT=passed_on python -m tests.faults.dying_gateway --port PORT

`passed_on`: once a callback is stored and before it is passed on. The others lie between the bytes of an
order that come in and those of its receipt that go out. The defect is put in from outside: the product knows
nothing of it.
"""

import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from starter import process
from starter.cli import app
from starter.desk.place import Placing
from starter.gateway import callbacks
from starter.gateway.routes import orders
from starter.gateway.wire.orders import OrderBody

POINTS: Mapping[str, tuple[Any, str]] = {
    "read": (OrderBody, "__call__"),
    "looked_up": (Placing, "known"),
    "decided": (Placing, "_start"),
    "receipt_read": (Placing, "_read_receipt"),
    "written": (orders, "answer"),
}
"""Behind which call of an order's way it dies."""


def die(*told: Any, **named: Any) -> Any:
    """End as a machine that loses power would."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_behind(owner: Any, name: str) -> None:
    """Let the call be made, and then die."""
    made = getattr(owner, name)

    async def behind(*told: Any, **named: Any) -> Any:
        await made(*told, **named)
        die()

    setattr(owner, name, behind if name != "answer" else die)


if __name__ == "__main__":
    point = os.environ["DIE_AT"]
    if point == "passed_on":
        setattr(callbacks, "pass_on", die)  # noqa: B010
    else:
        die_behind(*POINTS[point])
    process.run(lambda: app(["gateway", *sys.argv[1:]]))
