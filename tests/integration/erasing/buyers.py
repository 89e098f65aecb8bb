"""A buyer who left a trace wherever a buyer can, and the act that erases him."""

import asyncio
from datetime import timedelta
from typing import Any

from activities.runs.tell import tell
from domain.messages import OrderActed
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from storage.purchasing.callbacks import ReceivedCallback, known, store
from storage.supply.pool_stock import ImportedKey
from storage.views.orders import OrderView
from tests.support.asking import ask, asked
from tests.support.documents import benefit, offer
from tests.support.times import clock
from tests.support.world import World
from workflows.run.verbs import DeliveryVerbs

BENEFITS = [
    benefit("erased-key", "key", offer("kayixin", "1001")),
    benefit("erased-credit", "recharge", offer("kayixin", "1006"), account="phone"),
    benefit("erased-own", "key", offer("pool", "erased")),
    benefit("erased-refused", "recharge", offer("fulu", "10000610"), account="phone"),
]
WORDS = "PLANTED-WORDS"


class Buyer:
    """Somebody who bought once."""

    def __init__(self, token: str) -> None:
        number = int(token, 16) % 10**8
        self.phone = f"139{number:08}"
        self.ref = f"buyer-PLANTED-{token}"
        self.device = f"device-PLANTED-{token}"
        self.own_key = f"OWN-PLANTED-{token}"

    def order(self, bundle: Any) -> dict[str, Any]:
        """What his order says of him."""
        return {
            "buyer": {"ref": self.ref},
            "recipients": {"shared": {"type": "phone", "value": self.phone}},
            "context": {"device": self.device},
        }


async def traced(world: World, buyer: Buyer, **more: Any) -> tuple[Any, OrderView]:
    """His closed order: two runs of it, a case, words of people, a callback; nothing is owed any more."""
    lines = [{"id": each["id"], "benefit": each["id"]} for each in BENEFITS]
    lines[0]["release"] = {"after": "PT3S"}
    await world.stock_pool("erased", ImportedKey(cost=1, number=buyer.own_key, password=f"P{buyer.own_key}"))
    bundle = await world.publish(lines, BENEFITS, hold_for="PT0S", **more)
    document = world.order(bundle, **buyer.order(bundle))
    await world.place(document)
    await tell(world.client, world.run_of(document).id, DeliveryVerbs.read_the_book)
    view = await world.finish(document)
    fact = OrderEvent(event_id="once", event=OrderEventKind.CONFIRMED)
    assert await world.checkout.report(view.order_id, fact, actor="shop", note=f"{WORDS} told")
    owed = [each for each in view.deliveries if each.refund_id]
    for delivery in owed:
        refund = delivery.refund_id or ""
        await world.checkout.report_refund(refund, confirmed=True, note=f"{WORDS} paid", actor="shop")
    await ask(world, view, Act.REISSUE, index=0, reason=f"{WORDS} again")
    attempt = view.deliveries[1].attempts[0]
    body = f'{{"account": "{buyer.phone}"}}'.encode()
    said = ReceivedCallback(attempt.connection, attempt.key, attempt.supplier_order, "delivered", body)
    async with world.database.transaction() as session:
        await store(session, world.vault, said, await known(session, said), clock())
    return document, await world.until(document, lambda order: all(each.closed_at for each in order.cases))


async def erase(world: World, view: OrderView, name: str = "", **more: Any) -> OrderActed:
    """Have its buyer erased. Raises what the desk does."""
    return await world.checkout.act_on_order(f"{view.channel}/{view.order_no}", erasing(view, name, **more))


def erasing(view: OrderView, name: str = "", **more: Any) -> HumanAct:
    """The request for it."""
    return asked(view, Act.ERASE, name, **{"reason": "he asked for it by letter", **more})


async def listed_twice(world: World, view: OrderView) -> None:
    """Wait until Temporal lists both runs of an order: it does a moment after they began."""
    for _ in range(100):
        query = f"WorkflowId = 'order/{view.channel}/{view.order_no}'"
        if len([run async for run in world.client.list_workflows(query)]) >= 2:
            return
        await asyncio.sleep(timedelta(seconds=0.1).total_seconds())
    raise AssertionError("Temporal lists no second run")
