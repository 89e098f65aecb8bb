"""Holds before payment in tests: made, redeemed, let run out, and counted."""

import asyncio
from datetime import timedelta

from sqlalchemy import update
from temporalio.service import RPCError

from domain.contract.order import OrderDocument
from domain.planning.modes import Supply
from starter.desk.errors import OrderRejected, ReceiptPending
from starter.desk.selling.check import Checked, check
from storage.base.unavailable import DatabaseUnavailable
from storage.orders.holds import NewHold
from storage.supply.counting import count_keys
from storage.tables import HoldToken, PoolKey
from tests.support.world import World

PATIENCE = timedelta(minutes=5)
LATER = (RPCError, ReceiptPending, DatabaseUnavailable)
SUPPLY = Supply(own_stock=["pool"])
A_WHILE = timedelta(minutes=10)


async def hold(world: World, document: OrderDocument) -> Checked:
    """What a channel is answered that wants an order held, and asks again until it is answered."""
    while True:
        try:
            return await check(world.checkout.runs, document, SUPPLY, A_WHILE)
        except DatabaseUnavailable:
            await asyncio.sleep(0.5)


async def held(world: World, document: OrderDocument) -> NewHold:
    """A hold that must be there."""
    made = (await hold(world, document)).hold
    assert made is not None
    return made


async def place(world: World, document: OrderDocument, token: str | None = None) -> str:
    """`accepted`, or the code of the refusal, for a channel that asks again until it is answered."""
    while True:
        try:
            await world.checkout.place_once(document, PATIENCE, token)
        except OrderRejected as refused:
            return refused.code
        except LATER:
            await asyncio.sleep(0.5)
        else:
            return "accepted"


async def expire(world: World, made: NewHold) -> None:
    """Let a hold be over, as it is after its time."""
    ago = HoldToken.expires_at - timedelta(hours=1)
    async with world.database.transaction() as session:
        await session.execute(update(HoldToken).where(HoldToken.id == made.id).values(expires_at=ago))
        past = PoolKey.held_until - timedelta(hours=1)
        await session.execute(update(PoolKey).where(PoolKey.held_for == made.id).values(held_until=past))


async def kept(world: World, product: str) -> tuple[int, int, int, int]:
    """How many keys of a product are free, held, reserved and issued."""
    async with world.database.snapshot() as session:
        [found] = [each for each in await count_keys(session) if each.product == product]
    return found.free, found.held, found.reserved, found.issued
