"""An order that stops beside a purchase whose fate nobody can find out asks once, and waits for a person."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from domain.contract.order import OrderDocument
from domain.notes.general import Said
from domain.supply.outcomes import Uncertain
from domain.verbs.verb import Act
from storage.tables import Attempt
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.asking import asked
from tests.support.documents import benefit, offer
from tests.support.world import World

UNCLEAR = benefit("unclear-key", "key", offer("kayixin", "unclear"))
REFUSED = benefit("unclear-refused", "key", offer("kayixin", "2002"))
REVERSIBLE = {"reversibility": "reversible"}


async def in_doubt(
    world: World, answering: Answering, *lines: dict[str, Any], **more: Any
) -> tuple[OrderDocument, OrderView]:
    """An order whose first delivery is held, since its supplier answers for ever what nobody understands."""
    answering.with_("submit", "unclear", Uncertain(Said(text="status 77")))
    answering.with_("query", "unclear", Uncertain(Said(text="status 77")))
    first = {"id": "unclear", "benefit": "unclear-key", **REVERSIBLE}
    bundle = await world.publish([first, *lines], [UNCLEAR, REFUSED], hold_for="PT0S", **more)
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "uncertain")
    async with world.database.transaction() as session:
        asked = update(Attempt).where(Attempt.key == view.deliveries[0].attempts[0].key)
        await session.execute(asked.values(checks=12))
    return document, await world.until(
        document, lambda order: order.deliveries[0].hold_reason == "needs_attention"
    )


async def asked_once_and_waits(world: World, document: OrderDocument, answering: Answering) -> None:
    """Nobody asks any more for the next two seconds, and somebody is waited for."""
    before = answering.asked.count("query")
    await asyncio.sleep(2)
    assert answering.asked.count("query") == before
    [delivery, *_] = (await world.read(document)).deliveries
    assert (delivery.state, delivery.hold_reason) == ("held", "needs_attention")
    assert delivery.hold_deadline is not None
    assert timedelta(hours=23) < delivery.hold_deadline - datetime.now(UTC) <= timedelta(days=1)


async def test_cancelling_asks_once_more_and_then_waits_for_a_person(
    world: World, answering: Answering
) -> None:
    document, view = await in_doubt(world, answering)
    before = answering.asked.count("query")
    await world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL))
    await asyncio.sleep(1)
    assert answering.asked.count("query") == before + 1
    await asked_once_and_waits(world, document, answering)
    await world.checkout.act(f"shop/{view.order_no}", asked(view, Act.REFUND, supplier_says="not_sold"))
    done = await world.finish(document)
    assert (done.state, done.refund) == ("failed", done.price)


async def test_an_order_that_is_undone_waits_for_a_person_as_well(world: World, answering: Answering) -> None:
    lost = {"id": "refused", "benefit": "unclear-refused", "release": {"after": "PT4S"}, **REVERSIBLE}
    document, view = await in_doubt(world, answering, lost, policy="all_or_nothing")
    await world.until(document, lambda order: order.deliveries[1].state == "failed")
    await asyncio.sleep(1)
    await asked_once_and_waits(world, document, answering)
    said = asked(view, Act.REFUND, supplier_says="not_sold")
    await world.checkout.act(f"shop/{view.order_no}", said)
    done = await world.finish(document)
    assert ([d.state for d in done.deliveries], done.refund) == (["failed", "failed"], done.price)
