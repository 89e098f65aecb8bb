"""Run inside a copy of the product that has a hold reason more: what the book makes of it."""

import asyncio
import json
import os
import sys
from datetime import timedelta

from sqlalchemy import select

import domain
from domain.fulfilment.holds import BY_A_PAUSE, RETRIED, HoldReason, Sign, woken_by
from domain.notes.general import Said
from storage.base.database import Database
from storage.deliveries.holds import hold
from storage.tables import Delivery, Order

RECALLED = HoldReason("recalled")


async def held(order_id: str) -> dict[str, object]:
    """Hold the order's delivery for it."""
    database = Database(os.environ["PERKFLOW_DATABASE_URL"])
    told: dict[str, object] = {"room": domain.__path__[0]}
    async with database.transaction() as session:
        order = await session.get_one(Order, order_id)
        delivery = await session.scalar(select(Delivery).where(Delivery.order_id == order_id))
        assert delivery is not None
        now = order.accepted_at
        step = await hold(session, order_id, delivery.id, RECALLED, Said(text="batch 7"), now)
        assert step.at is not None and step.deadline is not None
        told["tried again after"] = str(step.at - now)
        told["as long as its bundle says"] = step.deadline - now == timedelta(seconds=order.hold_seconds)
        told["sets"] = [RECALLED in RETRIED, RECALLED in woken_by(Sign.STOCK), RECALLED in BY_A_PAUSE]
    await database.close()
    return told


print(json.dumps(asyncio.run(held(sys.argv[1]))))
