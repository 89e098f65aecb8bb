"""What a run starts from stands as at one moment, and a run that knows too little notices it by itself."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.order import OrderDocument
from domain.fulfilment.steps import NextAction
from domain.messages import Acceptance, PageRef, PlaceOrder
from domain.planning.gates import PlannedGate
from domain.planning.order_events import OrderEvent, OrderEventKind
from starter.desk.read import order_of
from storage.deliveries import gates
from storage.deliveries.gates import look_at_gate
from storage.orders import acceptance, recall
from storage.tables import Order
from storage.views import orders as reading
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("torn-key", "key", offer("kayixin", "1001"))
WAITS = {"when": "activated(video)", "by": "P60D", "otherwise": "release"}
AFTER_ALL = datetime.now(UTC) + timedelta(days=61)


async def gated(world: World) -> OrderDocument:
    """An order whose gift waits two months for something that does not happen."""
    parts: list[dict[str, Any]] = [
        {"id": "video", "benefit": "torn-key"},
        {"id": "gift", "benefit": "torn-key", "release": WAITS},
    ]
    return world.order(await world.publish(parts, [KEY]))


async def placed(world: World) -> tuple[OrderDocument, str]:
    document = await gated(world)
    receipt = await world.place(document)
    await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    return document, receipt.order_id


async def decide_if_free(world: World, order_id: str) -> None:
    """Another connection decides the gate, unless whoever reads keeps it waiting."""
    try:
        async with world.database.transaction() as other:
            lock = text("SELECT 1 FROM orders WHERE id = :id FOR UPDATE NOWAIT")
            await other.execute(lock, {"id": order_id})
            await look_at_gate(other, order_id, "gift", AFTER_ALL)
    except OperationalError:
        return


def meanwhile(world: World, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, order_id: str) -> None:
    """Let the gate be decided right before this function of the reading reads on."""
    real: Callable[..., Awaitable[Any]] = getattr(module, name)

    async def between(*args: Any) -> Any:
        await decide_if_free(world, order_id)
        return await real(*args)

    monkeypatch.setattr(module, name, between)


def begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run start as where its acceptance was begun again: from what is read of the book."""
    real, is_new = acceptance.accept, recall.acceptance_of_new
    written: list[str] = []

    def of_new(order: Order, *args: Any) -> Acceptance:
        written.append(order.id)
        return is_new(order, *args)

    async def accept(session: AsyncSession, *args: Any, **more: Any) -> Acceptance:
        accepted = await real(session, *args, **more)
        return await recall.recall(session, written.pop()) if written else accepted

    monkeypatch.setattr(acceptance, "acceptance_of_new", of_new)
    monkeypatch.setattr(acceptance, "accept", accept)


def waits_for(read: Acceptance) -> tuple[list[str], list[str]]:
    """The components that wait for a gate, and the gates."""
    waiting = {each.component for each in read.deliveries if each.step.next_action is NextAction.AWAIT}
    return sorted(waiting), [gate.component for gate in read.gates]


async def test_what_a_run_recalls_stands_as_at_one_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, order_id = await placed(world)
    with monkeypatch.context() as patched:
        meanwhile(world, patched, recall, "closed_gates", order_id)
        async with world.database.transaction() as session:
            read = await recall.recall(session, order_id)
    assert waits_for(read) == (["gift"], ["gift"])


async def test_what_a_repeated_acceptance_finds_stands_as_at_one_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, order_id = await placed(world)
    async with world.database.transaction() as session:
        digest = (await session.get_one(Order, order_id)).digest
    request = PlaceOrder(document=document, digest=digest, received_at=datetime.now(UTC))
    with monkeypatch.context() as patched:
        meanwhile(world, patched, recall, "closed_gates", order_id)
        async with world.database.transaction() as session:
            read = await acceptance.accept(session, world.vault, request, datetime.now(UTC))
    assert waits_for(read) == (["gift"], ["gift"])


async def test_a_page_says_by_which_event_it_was_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, order_id = await placed(world)
    with monkeypatch.context() as patched:
        meanwhile(world, patched, recall, "taken_up", order_id)
        async with world.database.transaction() as session:
            page = await recall.page(session, PageRef(order_id=order_id, after=-1))
    assert [each.step.next_action for each in page.deliveries] == [NextAction.DONE, NextAction.AWAIT]
    async with world.database.transaction() as session:
        assert page.last_event == (await recall.recall(session, order_id)).last_event


async def test_what_people_are_shown_of_an_order_stands_as_at_one_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, order_id = await placed(world)
    with monkeypatch.context() as patched:
        meanwhile(world, patched, reading, "read_plan", order_id)
        view = await order_of(world.database, f"shop/{document.order_no}")
    [gate] = view.gates
    assert (view.deliveries[1].next_action, gate.verdict) == ("await", None)
    later = await world.read(document)
    assert (later.deliveries[1].next_action, later.gates[0].verdict) == ("submit", "met")


async def test_a_run_that_knows_a_gate_as_decided_that_it_waits_for_asks_the_book(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = gates.closed_gates

    async def decided(session: AsyncSession, order_id: str) -> list[PlannedGate]:
        await look_at_gate(session, order_id, "gift", AFTER_ALL)
        return await real(session, order_id)

    with monkeypatch.context() as patched:
        begun_again(patched)
        patched.setattr(recall, "closed_gates", decided)
        document = await gated(world)
        await world.place(document)
    view = await world.finish(document, seconds=30)
    assert (view.state, len(world.sales(view))) == ("completed", 2)


async def test_a_run_that_does_not_know_a_gate_that_it_waits_for_reads_the_book_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = gates.closed_gates

    async def forgotten_once(session: AsyncSession, order_id: str) -> list[PlannedGate]:
        read.append(order_id)
        return [] if len(read) == 1 else await real(session, order_id)

    begun_again(monkeypatch)
    monkeypatch.setattr(recall, "closed_gates", forgotten_once)
    document = await gated(world)
    receipt = await world.place(document)
    fact = OrderEvent(event_id="e-1", event=OrderEventKind.ACTIVATED, component="video", release=0)
    await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    await world.checkout.report(receipt.order_id, fact, actor="shop")
    view = await world.finish(document, seconds=30)
    assert (view.state, len(world.sales(view)), read) == ("completed", 2, [receipt.order_id] * 2)


async def test_a_large_order_that_changed_between_two_pages_is_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_again(monkeypatch)
    monkeypatch.setattr(recall, "A_PAGE", 1)
    real, pages = recall.page, 0

    async def page(session: AsyncSession, ref: PageRef) -> Any:
        nonlocal pages
        pages += 1
        if pages == 2:
            await look_at_gate(session, ref.order_id, "gift", AFTER_ALL)
        return await real(session, ref)

    monkeypatch.setattr(recall, "page", page)
    document = await gated(world)
    await world.place(document)
    view = await world.finish(document, seconds=30)
    assert (view.state, len(world.sales(view)), pages) == ("completed", 2, 3)
