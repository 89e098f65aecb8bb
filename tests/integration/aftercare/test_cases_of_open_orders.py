"""Cases about orders that are still open: what a case does to a delivery is its business, and stays so."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from activities.runs.cases import open_reversal
from domain.contract.order import OrderDocument
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.verbs.verb import Act
from storage.aftercare import cases
from storage.views.orders import OrderView
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World

REVERSIBLE = {"reversibility": "reversible"}
KEY = benefit("open-key", "key", offer("kayixin", "1001"))
REFUSED = benefit("open-refused", "key", offer("kayixin", "2002"))
EITHER = benefit("open-either", "key", offer("kayixin", "1001"), offer("fulu", "10000587", priority=20))
NOW = {"id": "now", "benefit": "open-key", **REVERSIBLE}
TWO = {"id": "now", "benefit": "open-either", **REVERSIBLE}
AT_ITS_SIGN = {
    "id": "later",
    "benefit": "open-refused",
    "release": {"when": "confirmed", "by": "P60D", "otherwise": "refund"},
    **REVERSIBLE,
}


@pytest.fixture
def buying_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[asyncio.Event]:
    """A reissue takes back, and then waits until this is set before it buys again."""
    may, reopen = asyncio.Event(), cases.reopen

    async def once_it_may(*args: Any) -> Any:
        await may.wait()
        return await reopen(*args)

    monkeypatch.setattr(cases, "reopen", once_it_may)
    yield may
    may.set()


async def taken_back(world: World, act: Act, *lines: dict[str, Any], **more: Any) -> OrderDocument:
    """An open order whose first delivery a case has taken back."""
    bundle = await world.publish([NOW, *lines], [KEY, REFUSED], hold_for="PT0S", **more)
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    await ask(world, view, act)
    await world.until(document, lambda order: order.deliveries[0].state == "revoked")
    return document


async def adopted(world: World, document: OrderDocument) -> None:
    """The order goes on in another run, from the book."""
    await world.run_of(document).terminate("by mistake")
    await world.place(document)


def later(benefit_id: str, seconds: int) -> dict[str, Any]:
    return {"id": "later", "benefit": benefit_id, "release": {"after": f"PT{seconds}S"}, **REVERSIBLE}


async def reissued(world: World, document: OrderDocument) -> OrderView:
    """The order once its case has bought again and is closed."""
    await world.until(document, lambda order: english(order.cases[0].outcome) == "delivered")
    return await world.read(document)


def statuses(world: World, view: OrderView) -> list[str]:
    return sorted(sale.status for sale in world.sales(view))


async def test_what_is_being_reissued_is_not_paid_back_when_the_order_is_settled(
    world: World, buying_again: asyncio.Event
) -> None:
    document = await taken_back(world, Act.REISSUE, later("open-key", 3))
    settled = await world.finish(document)
    buying_again.set()
    done = await reissued(world, document)
    assert (settled.refund, done.refund, done.state) == (None, None, "completed")
    assert statuses(world, done) == ["delivered", "delivered", "refunded"]


@pytest.mark.parametrize("in_another_run", [False, True], ids=["in one run", "in another run"])
async def test_what_a_buyer_gave_back_does_not_undo_the_order(world: World, in_another_run: bool) -> None:
    document = await taken_back(world, Act.REFUND, later("open-key", 4), policy="all_or_nothing")
    if in_another_run:
        await adopted(world, document)
    done = await world.finish(document)
    assert ([d.state for d in done.deliveries], done.state) == (["revoked", "delivered"], "partial")
    assert done.refund == done.deliveries[0].share


@pytest.mark.parametrize("in_another_run", [False, True], ids=["in one run", "in another run"])
async def test_what_is_being_reissued_does_not_undo_the_order(
    world: World, buying_again: asyncio.Event, in_another_run: bool
) -> None:
    document = await taken_back(world, Act.REISSUE, later("open-key", 4), policy="all_or_nothing")
    if in_another_run:
        await adopted(world, document)
    await world.finish(document)
    buying_again.set()
    done = await reissued(world, document)
    assert (done.state, done.refund) == ("completed", None)
    assert statuses(world, done) == ["delivered", "delivered", "refunded"]


@pytest.mark.parametrize("in_another_run", [False, True], ids=["in one run", "in another run"])
async def test_what_was_reissued_is_taken_back_with_an_order_that_is_undone(
    world: World, buying_again: asyncio.Event, in_another_run: bool
) -> None:
    document = await taken_back(world, Act.REISSUE, later("open-refused", 3), policy="all_or_nothing")
    await world.until(document, lambda order: order.deliveries[1].state == "failed")
    if in_another_run:
        await adopted(world, document)
    await asyncio.sleep(1)
    buying_again.set()
    done = await world.finish(document)
    assert ([d.state for d in done.deliveries], done.state) == (["revoked", "failed"], "failed")
    assert (done.refund, english(done.cases[0].outcome)) == (done.price, "delivered")
    assert statuses(world, done) == ["refunded", "refunded"]


@pytest.mark.parametrize("in_another_run", [False, True], ids=["in one run", "in another run"])
async def test_what_a_case_bought_elsewhere_is_given_back_there_and_nowhere_else(
    world: World, in_another_run: bool
) -> None:
    bundle = await world.publish(
        [TWO, AT_ITS_SIGN], [EITHER, REFUSED], hold_for="P1D", policy="all_or_nothing"
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    [sale] = world.sales(view)
    world.simulators["kayixin"].ledger.pay_back(sale, sale.credentials, sale.money_minor)
    await open_reversal(world.client, world.database, view.order_id, view.deliveries[0].id)
    await world.until(document, lambda order: order.deliveries[0].state == "held")
    await ask(world, view, Act.SUBSTITUTE, connection="fulu")
    await world.until(document, lambda order: english(order.cases[0].outcome) == "delivered")
    if in_another_run:
        await adopted(world, document)
    confirmed = OrderEvent(event_id="c-1", event=OrderEventKind.CONFIRMED)
    await world.checkout.report(view.order_id, confirmed, actor="channel")
    await world.until(document, lambda order: order.deliveries[1].state == "held")
    await ask(world, view, Act.REFUND, index=1)
    done = await world.finish(document)
    assert [(a.connection, a.state) for a in done.deliveries[0].attempts] == [
        ("kayixin", "revoked"),
        ("fulu", "delivered"),
    ]
    assert [event.type for event in done.events].count("delivery.not_revocable") == 1
