"""Defects in how suppliers' reports are taken in."""

import hmac
from typing import Any

from storage import callbacks, hearing
from tests.chaos.defects.patching import patch


def unbound() -> None:
    patch(callbacks, "_verdict", lambda _: lambda report, attempt: callbacks.BOUND)


def unverified() -> None:
    patch(hmac, "compare_digest", lambda _: lambda one, other: True)


def early_forgotten() -> None:
    def wrap(_: Any) -> Any:
        async def mutated(*args: Any) -> Any:
            return []

        return mutated

    patch(hearing, "said_otherwise", wrap)
