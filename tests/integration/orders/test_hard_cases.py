"""Cases that a review found by thinking: rare answers, worse moments, and what they once did to an order."""

import asyncio

import pytest

from adapters.supplier import NotSent
from domain.notes.general import Said
from domain.supply.outcomes import (
    Delivered,
    IssuedUnit,
    NotRevocable,
    PartlyDelivered,
    Receipt,
    Revoked,
    Uncertain,
    UnknownOrder,
)
from domain.verbs.verb import Act
from starter.desk.errors import OrderRejected
from storage.supply.pool_stock import ImportedKey
from tests.support.answering import Answering
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.skipping import SkippingWorld
from tests.support.watching import one_watch
from tests.support.world import World

REVERSIBLE = {"reversibility": "reversible"}


def one_of_two(number: str) -> PartlyDelivered:
    """One unit where two were bought."""
    return PartlyDelivered((IssuedUnit(number=number, password="p", supplier_card="7"),), Receipt("S1"))


async def test_a_buyer_who_got_somebody_elses_credential_is_paid_back_in_full(world: World) -> None:
    first = await world.fulfil(
        world.order(
            await world.publish(
                [{"id": "video", "benefit": "video-key"}],
                [benefit("video-key", "key", offer("kayixin", "1001"))],
            )
        )
    )
    sold = world.sales(first)[0].credentials[0]
    await world.stock_pool("resold", ImportedKey(cost=1, number=sold.number, password=sold.password))
    bundle = await world.publish(
        [{"id": "gift", "benefit": "resold-key"}],
        [benefit("resold-key", "key", offer("pool", "resold"))],
        hold_for="PT1S",
    )
    view = await world.fulfil(world.order(bundle))
    assert (view.state, view.deliveries[0].units_delivered, view.refund) == ("failed", 0, view.price)


async def test_an_order_of_which_a_request_left_never_fails_over_because_nobody_answers(
    skipping_world: SkippingWorld, answering: Answering
) -> None:
    answering.with_(
        "submit", "lost", Uncertain(Said(text="no answer")), NotSent(Said(text="connection refused"))
    )
    answering.with_("query", "lost", UnknownOrder())
    bundle = await skipping_world.publish(
        [{"id": "video", "benefit": "lost-then-dead"}],
        [benefit("lost-then-dead", "key", offer("kayixin", "lost"), offer("fulu", "10000587", priority=20))],
        hold_for="P1D",
    )
    document = skipping_world.order(bundle)
    await skipping_world.place(document)
    view = await skipping_world.skip_until(document, lambda order: order.state == "held")
    assert view.deliveries[0].hold_reason == "supplier_unavailable"
    assert [(a.connection, a.state) for a in view.deliveries[0].attempts] == [("kayixin", "uncertain")]
    assert skipping_world.sales(view) == []


async def test_what_was_partly_issued_is_taken_back_with_the_rest(world: World, answering: Answering) -> None:
    answering.with_("submit", "partial", one_of_two("partly-1"))
    answering.with_("revoke", "partial", Revoked())
    bundle = await world.publish(
        [
            {"id": "pair", "benefit": "partial-key", "quantity": 2, **REVERSIBLE},
            {"id": "video", "benefit": "video-key", **REVERSIBLE},
        ],
        [
            benefit("partial-key", "key", offer("kayixin", "partial")),
            benefit("video-key", "key", offer("kayixin", "1001")),
        ],
        policy="all_or_nothing",
    )
    view = await world.fulfil(world.order(bundle))
    assert [(d.component, d.state) for d in view.deliveries] == [("pair", "revoked"), ("video", "revoked")]
    assert (view.state, view.refund) == ("failed", view.price)


async def test_what_a_supplier_takes_back_in_part_is_left_to_a_person(
    world: World, answering: Answering
) -> None:
    """Asked to take a recharge back, it paid for one of three units; the buyer still has the other two."""
    answering.with_("submit", "three", Delivered((IssuedUnit(),) * 3, Receipt("S1")))
    answering.with_("revoke", "three", NotRevocable(Said(text="only 10.00 CNY of 30.00 CNY"), in_part=True))
    answering.with_("query", "three", PartlyDelivered((IssuedUnit(),) * 2, Receipt("S1")))
    bundle = await world.publish(
        [{"id": "three", "benefit": "three-keys", "quantity": 3}],
        [benefit("three-keys", "key", offer("kayixin", "three"))],
    )
    document = world.order(bundle)
    view = await world.fulfil(document)
    await ask(world, view, Act.REFUND)
    kept = await world.until(document, lambda order: bool(order.cases and order.cases[0].outcome))
    assert english(kept.cases[0].outcome) == "delivered: kept: only 10.00 CNY of 30.00 CNY"
    await one_watch(world, f"watch-{view.order_no}")
    held = await world.until(document, lambda order: order.state == "held")
    assert (held.refund, held.deliveries[0].units_delivered) == (None, 2)
    assert english(held.deliveries[0].note) == "the supplier took 1 of 3 back after it was delivered"


async def test_a_partly_issued_order_that_is_adopted_waits_for_its_deadline(
    world: World, answering: Answering
) -> None:
    answering.with_("submit", "half", one_of_two("half-1"))
    bundle = await world.publish(
        [{"id": "pair", "benefit": "half-key", "quantity": 2}],
        [benefit("half-key", "key", offer("kayixin", "half"))],
        hold_for="PT6S",
    )
    document = world.order(bundle)
    await world.place(document)
    await world.until(document, lambda order: order.state == "held")
    await world.run_of(document).terminate("by mistake")
    await world.place(document)
    await asyncio.sleep(2)
    assert (await world.run_of(document).describe()).history_length < 20
    view = await world.finish(document)
    assert view.refund is not None
    assert (view.state, view.refund.amount) == ("failed", view.price.amount // 2)
    assert answering.asked == ["submit"]


async def test_irreversible_parts_never_wait_for_each_other(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "refused", "benefit": "refused-key", **REVERSIBLE},
            {"id": "first", "benefit": "video-key"},
            {"id": "second", "benefit": "video-key"},
        ],
        [
            benefit("refused-key", "key", offer("kayixin", "2002")),
            benefit("video-key", "key", offer("kayixin", "1001")),
        ],
        policy={"at_least": 2},
        hold_for="PT0S",
    )
    view = await world.fulfil(world.order(bundle))
    assert (view.state, view.refund) == ("failed", view.price)
    assert world.sales(view) == []


async def test_a_rejected_number_takes_the_same_body_again(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "failing-key"}],
        [benefit("failing-key", "key", offer("kayixin", "2002"))],
        hold_for="PT3S",
        limits={"per_buyer": 1},
    )
    buyer = {"buyer": {"ref": f"patient-{world.token}"}}
    blocking, refused = world.order(bundle, **buyer), world.order(bundle, **buyer)
    await world.place(blocking)
    for _ in range(2):
        with pytest.raises(OrderRejected, match="the limit is 1"):
            await world.place(refused)
    await world.finish(blocking)
    receipt = await world.place(refused)
    assert receipt.order_no == refused.order_no


async def test_a_run_that_ends_rejected_does_not_turn_another_body_away(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}],
        [benefit("video-key", "key", offer("kayixin", "1001"))],
        limits={"per_buyer": 1},
    )
    for _ in range(3):
        greedy = world.order(bundle, quantity=2)
        modest = greedy.model_copy(update={"quantity": 1, "paid": bundle.price})
        answers = await asyncio.gather(world.place(greedy), world.place(modest), return_exceptions=True)
        assert isinstance(answers[0], OrderRejected)
        if isinstance(answers[1], OrderRejected):
            raise AssertionError(f"turned away: {answers[1].code}")
        assert (await world.finish(modest)).state == "completed"


async def test_a_revocation_that_stays_undecided_is_asked_for_ever_more_rarely(
    world: World, answering: Answering
) -> None:
    answering.with_("revoke", "1001", Uncertain(Said(text="some cards were voided and others cannot be")))
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key", **REVERSIBLE}, {"id": "refused", "benefit": "refused-key"}],
        [
            benefit("video-key", "key", offer("kayixin", "1001")),
            benefit("refused-key", "key", offer("kayixin", "2002")),
        ],
        policy={"at_least": 2},
        hold_for="PT0S",
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].next_action == "revoke")
    assert view.state == "in_progress"
    assert view.deliveries[0].next_action_at is not None
    assert english(view.deliveries[0].note).startswith("being taken back: some cards were voided")
    await world.run_of(document).terminate("the test is over")
