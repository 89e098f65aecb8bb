"""Defects in what is owed."""

from typing import Any

from domain.fulfilment.states import RefundState
from domain.planning import plan
from storage.money import refunds
from storage.people import order_events
from storage.tables import Refund
from tests.chaos.defects.patching import patch


def refund_rounded() -> None:
    patch(refunds, "refund_due", lambda due: lambda *args, **more: due(*args, **more) // 10 * 10)


def refund_by_unit() -> None:
    def wrap(due: Any) -> Any:
        def mutated(state: Any, share: int, units: int, delivered: int, **more: Any) -> Any:
            whole = due(state, share, units, delivered, **more)
            one = (2 * share + units) // (2 * units)  # rounded half up
            return one * (units - delivered) if 0 < delivered < units and whole else whole

        return mutated

    patch(refunds, "refund_due", wrap)


def waived_is_paid_back() -> None:
    patch(refunds, "refund_due", lambda due: lambda *args, waived=False: due(*args, waived=False))


def shares_of_one_doubled() -> None:
    def wrap(shares: Any) -> Any:
        def mutated(bundle: Any, catalogue: Any, quantity: int, discount: int) -> Any:
            return [share * quantity for share in shares(bundle, catalogue, 1)]

        return mutated

    patch(plan, "component_shares", wrap)


def confirmed_twice() -> None:
    def wrap(record: Any) -> Any:
        async def mutated(session: Any, refund_id: str, **more: Any) -> Any:
            refund = await session.get(Refund, refund_id)
            if refund.state == RefundState.CONFIRMED:
                refund.state = RefundState.DECIDED.value
                await session.flush()
            return await record(session, refund_id, **more)

        return mutated

    patch(refunds, "record_outcome", wrap)


def owed_anyway() -> None:
    def wrap(_: Any) -> Any:
        async def mutated(*args: Any) -> None:
            return None

        return mutated

    patch(order_events, "withhold", wrap)
    patch(refunds, "payment_is_gone", lambda _: lambda order: False)
