"""Run inside a copy of the product that has a verb more: what a person does by it, in the book."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime

from sqlalchemy import select

import domain
from domain.verbs.human_act import HumanAct
from domain.verbs.table import DELIVERY_VERBS
from domain.verbs.verb import Act
from storage.base.database import Database
from storage.base.requests import ActRefused
from storage.people import acts
from storage.tables import Delivery, Event


async def act(order_id: str) -> dict[str, object]:
    """What the book has after two remarks, of which one came too late."""
    database = Database(os.environ["PERKFLOW_DATABASE_URL"])
    told: dict[str, object] = {"room": domain.__path__[0], "known": Act("remark") in DELIVERY_VERBS}
    async with database.transaction() as session:
        delivery = await session.scalar(select(Delivery).where(Delivery.order_id == order_id))
        assert delivery is not None
        request = HumanAct(
            request_id="r-1",
            order_id=order_id,
            delivery_id=delivery.id,
            act=Act("remark"),
            actor="lin",
            reason="he calls on Monday",
        )
        now = datetime.now(UTC)
        told["state"] = (await acts.act(session, request, now)).step.state
        await session.flush()
        events = await session.scalars(select(Event).where(Event.order_id == order_id).order_by(Event.seq))
        last = list(events)[-1]
        told["event"] = [last.type, last.data["actor"], last.data["reason"]]
        delivery.state = "cancelled"
        try:
            await acts.act(session, request.model_copy(update={"request_id": "r-2"}), now)
        except ActRefused as refused:
            told["refused"] = str(refused)
        await session.rollback()
    await database.close()
    return told


print(json.dumps(asyncio.run(act(sys.argv[1]))))
