"""Defects in when something happens, and whether it does."""

from datetime import timedelta
from typing import Any

from domain import unreadable
from domain.fulfilment import steps
from starter.codec import EncryptionCodec
from storage.base import journal
from storage.base.sealing import SealingError
from storage.orders import acceptance
from tests.chaos.defects.patching import patch


def acknowledged_and_forgotten() -> None:
    def wrap(accept: Any) -> Any:
        async def mutated(*args: Any, **more: Any) -> Any:
            accepted = await accept(*args, **more)
            receipt = accepted.result.receipt
            return accepted.model_copy(update={"deliveries": [], "settled": True}) if receipt else accepted

        return mutated

    patch(acceptance, "accept", wrap)


def released_early() -> None:
    def wrap(change: Any) -> Any:
        def mutated(session: Any, order: Any, row: Any, kind: str, at: Any, **changes: Any) -> None:
            if kind == "delivery.planned":
                changes["next_action_at"] -= timedelta(hours=1)
            change(session, order, row, kind, at, **changes)

        return mutated

    patch(journal, "change", wrap)


def deadline_renewed() -> None:
    def wrap(follow: Any) -> Any:
        def mutated(session: Any, order: Any, delivery: Any, kind: str, *told: Any, **more: Any) -> Any:
            if kind == "delivery.resumed":
                more["afresh"] = True
            return follow(session, order, delivery, kind, *told, **more)

        return mutated

    patch(journal, "follow", wrap)


def deadline_put_off() -> None:
    def wrap(hold_step: Any) -> Any:
        def mutated(reason: Any, note: str, now: Any, deadline: Any, *rest: Any) -> Any:
            return hold_step(reason, note, now, deadline + timedelta(days=30), *rest)

        return mutated

    patch(steps, "hold_step", wrap)


def fails_over_what_it_cannot_open() -> None:
    def wrap(decode: Any) -> Any:
        async def mutated(self: Any, payloads: Any) -> Any:
            opened = await decode(self, payloads)
            if any(payload.metadata.get("encoding") == unreadable.ENCODING for payload in opened):
                raise SealingError("a value does not open")
            return opened

        return mutated

    patch(EncryptionCodec, "decode", wrap)
