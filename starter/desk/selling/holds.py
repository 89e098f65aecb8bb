"""Holds before payment, as their channel sees and ends them."""

from datetime import UTC, datetime
from enum import StrEnum

from starter.desk.errors import ActRefused, NotFound
from starter.desk.runs import Runs
from storage.orders.holds import end_hold, hold_of
from storage.tables import HoldToken


class HoldState(StrEnum):
    """What became of a hold."""

    HELD = "held"
    REDEEMED = "redeemed"
    """By the order that was placed with its token."""
    FREED = "freed"
    """By its channel, or by another hold of the same order number."""
    EXPIRED = "expired"


async def read_hold(runs: Runs, channel: str, hold_id: str) -> tuple[HoldToken, HoldState]:
    """A hold of a channel as it stands. Raises NotFound."""
    async with runs.database.snapshot() as session:
        found = await hold_of(session, channel, hold_id)
    if found is None:
        raise NotFound(f"{channel} has no hold {hold_id}")
    held, lasts = found
    if held.order_id is not None:
        return held, HoldState.REDEEMED
    if held.freed_at is not None:
        return held, HoldState.FREED
    return held, HoldState.HELD if lasts else HoldState.EXPIRED


async def free_hold(runs: Runs, channel: str, hold_id: str) -> None:
    """Let a hold keep nothing any more. Raises NotFound, and ActRefused once an order redeemed it."""
    async with runs.database.transaction() as session:
        held = await end_hold(session, channel, hold_id, datetime.now(UTC))
    if held is None:
        raise NotFound(f"{channel} has no hold {hold_id}")
    if held.order_id is not None:
        raise ActRefused("an order has redeemed it: cancel that")
