"""When a buyer cannot be erased yet, and what becomes of an erasure that was interrupted."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

import starter.desk.erase as desk
from activities.runs.adopt import Sweeper
from activities.runs.erase import erase_histories
from domain.messages import Swept
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.errors import ActPending, ActRefused
from storage.base.database import Database
from storage.tables import ActRow, Attempt, Order
from storage.views.orders import OrderView
from tests.integration.erasing.buyers import Buyer, erase
from tests.integration.erasing.traces import found_in_the_book, runs_about
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.watching import one_watch
from tests.support.world import World

KEY = benefit("kept-key", "key", offer("kayixin", "1001"))
REFUSED = benefit("kept-refused", "key", offer("fulu", "10000610"))
CREDIT = benefit("kept-credit", "recharge", offer("kayixin", "1006"), account="phone")
PLAIN = [{"id": "video", "benefit": "kept-key"}]


async def fulfilled(world: World, buyer: str = "somebody-else") -> OrderView:
    bundle = await world.publish(PLAIN, [KEY])
    return await world.fulfil(world.order(bundle, buyer={"ref": buyer}))


async def owing(world: World) -> OrderView:
    bundle = await world.publish([{"id": "no", "benefit": "kept-refused"}], [REFUSED], hold_for="PT0S")
    view = await world.fulfil(world.order(bundle))
    assert view.deliveries[0].refund_state == "decided"
    return view


async def test_not_while_it_is_open(world: World) -> None:
    bundle = await world.publish([{"id": "video", "benefit": "kept-key", "release": {"after": "P1D"}}], [KEY])
    document = world.order(bundle)
    await world.place(document)
    with pytest.raises(ActRefused, match="the order is acknowledged: cancel what is left of it"):
        await erase(world, await world.read(document))
    assert (await world.read(document)).erased_at is None


async def test_not_before_the_channel_has_said_what_became_of_a_refund(world: World) -> None:
    view = await owing(world)
    refund = view.deliveries[0].refund_id or ""
    with pytest.raises(ActRefused, match=f"has not said what became of refund {refund}"):
        await erase(world, view)
    await world.checkout.report_refund(refund, confirmed=False, note="account closed", actor="shop")
    with pytest.raises(ActRefused, match="case 1 about it is open"):
        await erase(world, view)
    await ask(world, view, Act.WAIVE, "settled")
    number = f"{view.channel}/{view.order_no}"
    for _ in range(100):
        if all(case.closed_at for case in (await world.read_number(number)).cases):
            break
        await asyncio.sleep(0.1)
    await erase(world, view)
    assert (await world.read_number(number)).erased_at is not None
    again = await world.checkout.report_refund(refund, confirmed=False, note="account closed", actor="shop")
    assert (again.news, again.state) == (False, "failed")


async def test_not_while_its_payment_may_come_back(world: World) -> None:
    view = await fulfilled(world)
    fact = OrderEvent(event_id="bank", event=OrderEventKind.CHARGEBACK)
    await world.checkout.report(view.order_id, fact, actor="bank")
    until = datetime.now(UTC) + timedelta(days=180)
    with pytest.raises(ActRefused, match=f"its payment is gone, and may come back until {until:%Y-%m-%d}"):
        await erase(world, view)
    async with world.database.transaction() as session:
        order = await session.get_one(Order, view.order_id)
        order.paused_at = datetime.now(UTC) - timedelta(days=181)
    await erase(world, view)
    assert not await world.checkout.report(view.order_id, fact, actor="bank")
    another = OrderEvent(event_id="bank-2", event=OrderEventKind.CHARGEBACK)
    with pytest.raises(ActRefused, match="was erased at"):
        await world.checkout.report(view.order_id, another, actor="bank")


async def test_not_while_a_supplier_is_asked_what_it_cost(world: World) -> None:
    view = await fulfilled(world)
    at = datetime(2099, 1, 1, 12, tzinfo=UTC)
    async with world.database.transaction() as session:
        mine = update(Attempt).where(Attempt.delivery_id == view.deliveries[0].id)
        await session.execute(mine.values(charged_amount=None, verify_at=at))
    with pytest.raises(
        ActRefused, match="still asked what a purchase of it came to, next at 2099-01-01 12:00"
    ):
        await erase(world, view)


@pytest.mark.parametrize("named", ["+86 {phone}", "REF {ref}"])
async def test_not_for_a_reason_that_names_him(world: World, named: str) -> None:
    buyer = Buyer(uuid.uuid4().hex[:8])
    bundle = await world.publish([{"id": "credit", "benefit": "kept-credit"}], [CREDIT])
    view = await world.fulfil(world.order(bundle, **buyer.order(bundle)))
    reason = named.format(phone=f"{buyer.phone[:3]} {buyer.phone[3:]}", ref=buyer.ref.upper())
    with pytest.raises(ActRefused, match="the reason names the buyer"):
        await erase(world, view, reason=reason)


async def test_an_id_that_was_used_for_something_else_erases_nobody(world: World) -> None:
    view = await fulfilled(world)
    used = HumanAct(
        request_id="erase-used",
        order_id=view.order_id,
        delivery_id=view.deliveries[0].id,
        act=Act.REISSUE,
        actor="lin",
        reason="r",
    )
    await world.checkout.act(f"{view.channel}/{view.order_no}", used)
    with pytest.raises(ActRefused, match="request id erase-used was used before for something else: reissue"):
        await erase(world, view, "used")


class Away:
    """Temporal, as far as erasing at the desk goes: away until it is back."""

    def __init__(self) -> None:
        self.is_back = False

    async def __call__(self, client: Client, database: Database, order_id: str) -> bool:
        if self.is_back:
            return await erase_histories(client, database, order_id)
        raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    """Temporal is away as soon as the book has forgotten the buyer."""
    found = Away()
    monkeypatch.setattr(desk, "erase_histories", found)
    return found


async def left_over(world: World) -> OrderView:
    """An order whose erasure was interrupted between the book and Temporal."""
    view = await fulfilled(world, "buyer-INTERRUPTED")
    with pytest.raises(
        ActPending, match=r"Temporal does not answer \(UNAVAILABLE\): ask again with the same"
    ):
        await erase(world, view)
    assert await found_in_the_book(world, "buyer-INTERRUPTED") == []
    assert len(await runs_about(world, view)) == 1
    return view


async def histories_erased(world: World, view: OrderView) -> tuple[bool, int, list[str]]:
    """Whether the book knows that Temporal has forgotten it, how often it was erased, by which requests."""
    async with world.database.snapshot() as session:
        order = await session.get_one(Order, view.order_id)
        acts = list(await session.scalars(select(ActRow.request_id).where(ActRow.order_id == view.order_id)))
    events = (await world.read_number(f"{view.channel}/{view.order_no}")).events
    erased = sum(event.type == "order.erased" for event in events)
    return order.histories_erased_at is not None, erased, acts


@pytest.mark.parametrize("name", ["", "another"])
async def test_erasing_again_finishes_what_was_interrupted(world: World, away: Away, name: str) -> None:
    view = await left_over(world)
    away.is_back = True
    await erase(world, view, name)
    await erase(world, view, name)
    assert await runs_about(world, view) == []
    assert await histories_erased(world, view) == (True, 1, ["erase-0"])


async def test_two_who_erase_at_once_erase_once(world: World) -> None:
    view = await fulfilled(world)
    await asyncio.gather(*(erase(world, view, name) for name in ("", "", "another")))
    assert await runs_about(world, view) == []
    finished, erased, acts = await histories_erased(world, view)
    assert (finished, erased, len(acts)) == (True, 1, 1)


async def test_the_next_sweep_finishes_it_too(world: World, away: Away) -> None:
    view = await left_over(world)
    sweeper = Sweeper(world.client, world.database, lambda: datetime.now(UTC), [])
    for _ in range(50):
        await sweeper.one_round(Swept(orders=[]))
        if (await histories_erased(world, view))[0]:
            break
        await asyncio.sleep(0.2)
    assert await runs_about(world, view) == []
    assert await histories_erased(world, view) == (True, 1, ["erase-0"])


async def test_everybody_elses_verification_goes_on(world: World) -> None:
    erased, other = await fulfilled(world), await fulfilled(world)
    await erase(world, erased)
    long_ago = datetime.now(UTC) - timedelta(days=400)
    async with world.database.transaction() as session:
        ids = [view.deliveries[0].id for view in (erased, other)]
        await session.execute(update(Attempt).where(Attempt.delivery_id.in_(ids)).values(verify_at=long_ago))
    began = datetime.now(UTC)
    await one_watch(world, f"watch-{erased.order_no}")
    async with world.database.transaction() as session:
        at = await session.scalar(
            select(Attempt.verify_at).where(Attempt.delivery_id == other.deliveries[0].id)
        )
    assert at is not None and at > began + timedelta(days=1)
