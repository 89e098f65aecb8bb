"""What a receiver knows by what it was sent, and what the book says."""

from typing import Any

from sqlalchemy import select

from storage.tables import Delivery, Order, Refund
from tests.support.world import World

DELIVERY = ("state", "units_delivered", "hold_reason", "waived")
State = dict[tuple[str, str], Any]


def known(events: list[dict[str, Any]]) -> State:
    """The state after these, in whatever order they came: of each thing, what is older is dropped."""
    state: dict[tuple[str, str], tuple[tuple[int, int], Any]] = {}

    def keep(kind: str, identity: str, version: tuple[int, int], value: Any) -> None:
        at = (kind, identity)
        if at not in state or state[at][0] < version:
            state[at] = version, value

    for event in events:
        version, data = (event["epoch"], event["sequence"]), event["data"]
        keep("order", data["order"]["id"], version, (data["order"]["state"], data["order"]["closed"]))
        for each in [*(data["deliveries"] or []), *([data["delivery"]] if data["delivery"] else [])]:
            keep("delivery", each["id"], version, tuple(each[name] for name in DELIVERY))
        if refund := data["refund"]:
            keep("refund", refund["id"], version, (refund["state"], refund["amount"]["amount"]))
    return {at: value for at, (_, value) in state.items()}


async def in_the_book(world: World) -> State:
    """The same of the book."""
    state: State = {}
    async with world.database.snapshot() as session:
        for order in await session.scalars(select(Order)):
            state["order", order.id] = (order.state, order.closed_at is not None)
        for row in await session.scalars(select(Delivery)):
            state["delivery", row.id] = tuple(getattr(row, name) for name in DELIVERY)
        for refund in await session.scalars(select(Refund)):
            state["refund", refund.id] = (refund.state, refund.amount)
    return state


def sequences(events: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The numbers that came, by order, each once."""
    found: dict[str, set[int]] = {}
    for event in events:
        found.setdefault(event["data"]["order"]["order_no"], set()).add(event["sequence"])
    return {order: sorted(numbers) for order, numbers in found.items()}
