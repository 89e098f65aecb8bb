"""Defects in what is told, to the journal and to others."""

from typing import Any

from activities.suppliers import ConnectionActivities
from domain.supply.outcomes import Delivered
from storage.purchasing import outcomes
from storage.tables import Attempt, Delivery
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
        async def mutated(session: Any, vault: Any, order: str, attempt: str, *told: Any, **more: Any) -> Any:
            step = await record(session, vault, order, attempt, *told, **more)
            row = await session.get(Attempt, attempt)
            (await session.get(Delivery, row.delivery_id)).note = "changed behind the journal's back"
            return step

        return mutated

    patch(outcomes, "record_answer", wrap)
