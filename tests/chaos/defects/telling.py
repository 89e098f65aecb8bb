"""Defects in what is told, to the journal and to others."""

from typing import Any

from activities.suppliers import ConnectionActivities
from activities.webhooks import posting
from domain.notes.general import Said
from domain.supply.outcomes import Delivered
from storage.purchasing import outcomes
from storage.webhooks import projecting
from tests.chaos.defects.patching import patch


def unsealed_log_line() -> None:
    def wrap(record: Any) -> Any:
        async def mutated(self: Any, ref: Any, attempt: str, outcome: Any, *args: Any, **more: Any) -> Any:
            if isinstance(outcome, Delivered):
                print("delivered", [unit.number for unit in outcome.units], flush=True)
            return await record(self, ref, attempt, outcome, *args, **more)

        return mutated

    patch(ConnectionActivities, "_record", wrap)


def changed_without_telling() -> None:
    def wrap(record: Any) -> Any:
        async def mutated(session: Any, vault: Any, at_hand: Any, *told: Any, **more: Any) -> Any:
            step = await record(session, vault, at_hand, *told, **more)
            await session.flush()
            at_hand.delivery.note = Said(text="changed behind the journal")
            return step

        return mutated

    patch(outcomes, "record_answer", wrap)


def not_sent() -> None:
    def wrap(wanting: Any) -> Any:
        async def mutated(*asked: Any) -> Any:
            return [(endpoint, number) for endpoint, number in await wanting(*asked) if number % 5]

        return mutated

    patch(projecting, "wanting", wrap)


def signed_otherwise() -> None:
    def wrap(signed: Any) -> Any:
        def mutated(letter: Any, body: str, now: Any) -> Any:
            return signed(letter, f"{body} ", now)

        return mutated

    patch(posting, "signed", wrap)
