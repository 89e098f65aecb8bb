"""Erasing a buyer: nobody finds him any more, the books are whole, and nothing is delivered again."""

import uuid

import pytest
from sqlalchemy import func, select

from domain.verbs.verb import Act
from starter.desk.errors import ActRefused, OrderRejected
from storage.base.journal import digest_of
from storage.base.requests import OrderErased
from storage.purchasing.callbacks import ReceivedCallback, known, store
from storage.tables import Callback, Credential, Event, Order, PoolKey
from storage.views.order_lines import OrderLine, connected, newest_orders
from storage.views.orders import OrderView, orders_to
from tests.integration.erasing.buyers import WORDS, Buyer, erase, erasing, listed_twice, traced
from tests.integration.erasing.traces import found_in_the_book, runs_about
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.servers.api import problem, shop
from tests.support.times import clock
from tests.support.world import World


@pytest.fixture
def buyer() -> Buyer:
    return Buyer(uuid.uuid4().hex[:8])


def money_of(view: OrderView) -> list[object]:
    """All that the books need of an order."""
    parts = [
        (each.id, each.state, each.units_delivered, each.share, each.delivered_at, each.refunds)
        for each in view.deliveries
    ]
    bought = [
        (
            each.key,
            each.state,
            each.connection,
            each.product,
            each.supplier_order,
            each.charged,
            each.credited,
        )
        for delivery in view.deliveries
        for each in delivery.attempts
    ]
    without_words = [[r.model_copy(update={"outcome_note": None}) for r in refunds] for *_, refunds in parts]
    return [view.price, view.state, view.refund_sums, [part[:-1] for part in parts], without_words, bought]


async def test_nobody_finds_him_in_the_book_or_in_temporal_and_the_books_are_whole(
    world: World, buyer: Buyer
) -> None:
    _, before = await traced(world, buyer)
    await listed_twice(world, before)
    secrets = world.vault.fingerprints
    needles = [buyer.phone, buyer.ref, buyer.device, WORDS, buyer.own_key]
    indexes = [secrets.account(buyer.phone), secrets.buyer(buyer.ref)]
    assert await found_in_the_book(world, *needles, *indexes) == [buyer.ref, WORDS, *indexes]
    assert len(await runs_about(world, before)) >= 3
    await erase(world, before)
    after = await world.read_number(f"{before.channel}/{before.order_no}")
    assert await found_in_the_book(world, *needles, *indexes) == []
    assert await runs_about(world, before) == []
    assert money_of(after) == money_of(before)
    assert (after.erased_at is not None, before.erased_at) == (True, None)
    async with world.database.snapshot() as session:
        assert await orders_to(session, secrets.account(buyer.phone)) == []
        sealed = select(func.sum(func.length(Credential.sealed))).where(
            Credential.delivery_id.in_([each.id for each in after.deliveries])
        )
        assert await session.scalar(sealed) == 0
        keys = [a.key for d in after.deliveries for a in d.attempts]
        own = (await session.scalars(select(PoolKey).where(PoolKey.purchase_key.in_(keys)))).one()
        assert (own.sealed, own.state, own.fingerprint != "") == (b"", "issued", True)


async def test_its_events_agree_with_their_digests_and_tell_who_erased_him_and_which_were_rewritten(
    world: World, buyer: Buyer
) -> None:
    _, before = await traced(world, buyer)
    await erase(world, before)
    async with world.database.snapshot() as session:
        rows = select(Event).where(Event.order_id == before.order_id).order_by(Event.seq)
        events = list(await session.scalars(rows))
    assert [event.seq for event in events] == list(range(1, len(before.events) + 2))
    assert [event.seq for event in events if event.digest != digest_of(event)] == []
    changed = [old.seq for old, new in zip(before.events, events, strict=False) if old.data != new.data]
    last = events[-1]
    assert (last.type, last.data["actor"], last.data["reason"]) == (
        "order.erased",
        "lin",
        "he asked for it by letter",
    )
    assert last.data["rewritten"] == changed
    spoken = [event.type for event in before.events if WORDS in str(event.data)]
    assert [event.type for event in events if event.seq in changed] == spoken
    assert spoken == ["order.event_received", "refund.confirmed", "case.opened"]
    notes = {d.id: d.note and d.note.as_json() for d in (await world.read_number(_number(before))).deliveries}
    told = {e.delivery_id: e.data["note"] for e in events if e.delivery_id and "note" in e.data}
    assert notes == told


async def test_the_same_document_gets_its_receipt_and_nothing_is_bought_again(
    world: World, buyer: Buyer
) -> None:
    document, before = await traced(world, buyer)
    bought = world.sales(before)
    first = await world.place(document)
    await erase(world, before)
    assert await world.place(document) == first
    assert await runs_about(world, before) == []
    assert world.sales(await world.read(document)) == bought
    other = document.model_copy(update={"buyer": document.buyer.model_copy(update={"ref": "another"})})
    with pytest.raises(OrderRejected, match="already placed with another body"):
        await world.place(other)


async def test_his_orders_count_for_no_limit_any_more(world: World, buyer: Buyer) -> None:
    key = benefit("erased-limited", "key", offer("kayixin", "1001"))
    limits = {"per_buyer": 1}
    bundle = await world.publish([{"id": "video", "benefit": "erased-limited"}], [key], limits=limits)
    view = await world.fulfil(world.order(bundle, buyer={"ref": buyer.ref}))
    with pytest.raises(OrderRejected):
        await world.place(world.order(bundle, buyer={"ref": buyer.ref}))
    await erase(world, view)
    assert (await world.fulfil(world.order(bundle, buyer={"ref": buyer.ref}))).state == "completed"


async def test_what_was_rejected_under_its_number_is_erased_with_it(world: World, buyer: Buyer) -> None:
    key = benefit("erased-limited", "key", offer("kayixin", "1001"))
    components = [{"id": "video", "benefit": "erased-limited"}]
    bundle = await world.publish(components, [key], limits={"per_buyer": 1})
    await world.fulfil(world.order(bundle, buyer={"ref": buyer.ref}))
    second = world.order(bundle, buyer={"ref": buyer.ref})
    with pytest.raises(OrderRejected):
        await world.place(second)
    plain = await world.publish(components, [key])
    named = {"buyer": {"ref": f"{buyer.ref}-b"}, "order_no": second.order_no}
    view = await world.fulfil(world.order(plain, **named))
    await erase(world, view)
    async with world.database.snapshot() as session:
        rows = list(await session.scalars(select(Order).where(Order.order_no == second.order_no)))
    assert sorted((row.state, row.buyer_ref, row.buyer_index) for row in rows) == [
        ("completed", "", ""),
        ("rejected", "", ""),
    ]
    assert await runs_about(world, view) == []


async def test_nothing_more_is_done_about_it_and_no_callback_of_it_is_kept(
    world: World, buyer: Buyer
) -> None:
    _, before = await traced(world, buyer)
    await erase(world, before)
    for act in (Act.REISSUE, Act.REFUND, Act.RETRY):
        with pytest.raises(ActRefused, match=r"the buyer of order .* was erased at .* UTC"):
            await ask(world, before, act, "after")
    with pytest.raises(ActRefused, match="was erased at"):
        pause = erasing(before).model_copy(update={"act": Act.PAUSE})
        await world.checkout.act_on_order(_number(before), pause)
    attempt = before.deliveries[1].attempts[0]
    body = f'{{"account": "{buyer.phone}", "again": 1}}'.encode()
    said = ReceivedCallback(attempt.connection, attempt.key, attempt.supplier_order, "reversed", body)
    with pytest.raises(OrderErased):
        async with world.database.transaction() as session:
            await store(session, world.vault, said, await known(session, said), clock())
    async with world.database.snapshot() as session:
        assert await session.scalar(select(func.count()).where(Callback.key == attempt.key)) == 0


async def test_nothing_of_it_is_handed_over_any_more(world: World, buyer: Buyer) -> None:
    _, before = await traced(world, buyer)
    delivery = next(each.id for each in before.deliveries if each.state == "delivered")
    async with shop(world) as http:
        link = (await http.post(f"/v1/orders/{before.order_no}/page-links", json={})).json()
        await erase(world, before)
        refused = [
            await http.get(f"/v1/deliveries/{delivery}/credential"),
            await http.post(f"/v1/orders/{before.order_no}/page-links", json={}),
            await http.post(f"/v1/deliveries/{delivery}/reveal-links", json={}),
        ]
        revealed = await http.post(f"{link['url']}/deliveries/{delivery}")
        ended = await http.delete(f"/v1/reveal-links/{link['id']}")
    assert [problem(each) for each in refused] == [(409, "act_refused")] * 3
    assert (revealed.status_code, ended.status_code) == (404, 404)


async def test_lists_say_that_he_is_erased(world: World, buyer: Buyer) -> None:
    _, before = await traced(world, buyer)
    await erase(world, before)
    async with connected(world.variables["PERKFLOW_DATABASE_URL"]) as book:
        lines: dict[str, OrderLine] = {each.order_id: each for each in await newest_orders(book, limit=1000)}
    assert lines[before.order_id].erased_at is not None


def _number(view: OrderView) -> str:
    return f"{view.channel}/{view.order_no}"
