"""Defects in how suppliers' reports are taken in."""

import hmac

from storage.purchasing import callbacks
from storage.supply import contradictions
from tests.chaos.defects.patching import patch


def unbound() -> None:
    patch(callbacks, "_verdict", lambda _: lambda report, attempt: callbacks.BOUND)


def unverified() -> None:
    patch(hmac, "compare_digest", lambda _: lambda one, other: True)


def early_forgotten() -> None:
    patch(contradictions, "said_otherwise", lambda _: lambda *said: [])
