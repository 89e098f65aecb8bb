"""Whoever writes an answer down looks at the reports that were stored since its request left."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.contract.order import OrderDocument
from domain.fulfilment.steps import NextAction
from domain.money import Money
from domain.notes.general import Said
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    Delivered,
    IssuedUnit,
    NotRevocable,
    QueryOutcome,
    Receipt,
    Rejected,
    Revoked,
    RevokeOutcome,
    RevokePending,
    Uncertain,
    UnknownOrder,
)
from storage.aftercare import verification as verifications
from storage.base import journal
from storage.deliveries import settlement
from storage.purchasing import outcomes
from storage.purchasing.at_hand import of_attempt, of_delivery
from storage.purchasing.attempts import Ask, begin_check
from storage.purchasing.callbacks import Bound, ReceivedCallback, known, store
from storage.tables import Attempt, Delivery
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.watching import one_watch
from tests.support.world import World

CAPABILITIES = Capabilities("refuse", True, True, timedelta(0), verify_after=())
RECEIPT = Receipt("S1", Money(amount=100, currency="CNY"))
SOLD = Delivered((IssuedUnit(number="n", password="p"),), RECEIPT)
REFUSED = Rejected("1012", Said(text="sold out"), "offer", out_of_stock=True)


async def tell(
    world: World, view: OrderView, stated: str, number: str | None = "S1", body: str = ""
) -> Bound:
    """Its supplier reports this about an order's first attempt."""
    key = view.deliveries[0].attempts[0].key
    arrived = ReceivedCallback("kayixin", key, number, stated, f"{stated} {body} {key}".encode())
    async with world.database.transaction() as session:
        bound = await store(session, world.vault, arrived, await known(session, arrived), datetime.now(UTC))
    assert bound is not None
    return bound


async def waiting(world: World, answering: Answering) -> OrderView:
    """An order whose purchase is asked about, and whose supplier does not tell."""
    answering.with_("submit", "heard", Uncertain(Said(text="no answer"), silent=True))
    answering.with_("query", "heard", Uncertain(Said(text="busy"), after=timedelta(hours=1)))
    of = benefit("heard-key", "key", offer("kayixin", "heard"), offer("fulu", "10000587", priority=20))
    bundle = await world.publish([{"id": "one", "benefit": of["id"]}], [of], hold_for="P1D")
    document: OrderDocument = world.order(bundle)
    await world.place(document)
    return await world.until(document, lambda order: "query" in answering.asked and order.state != "held")


async def answered(
    world: World,
    view: OrderView,
    outcome: QueryOutcome,
    stated: str | None,
    *,
    before: str | None = None,
    giving_up: bool = False,
) -> tuple[str, NextAction, timedelta | None]:
    """The attempt's state, what is next and when, once a report came between a question and its answer."""
    delivery = view.deliveries[0].id
    if before is not None:
        await tell(world, view, before)
    async with world.database.transaction() as session:
        at_hand = await of_delivery(session, view.order_id, delivery, 0)
        begun = await begin_check(session, world.vault, at_hand, 0)
    assert isinstance(begun, Ask)
    if stated is not None:
        await tell(world, view, stated)
    now = datetime.now(UTC)
    async with world.database.transaction() as session:
        step = await outcomes.record_answer(
            session,
            world.vault,
            await of_attempt(session, view.order_id, begun.attempt_id),
            outcome,
            ("", "answer"),
            CAPABILITIES,
            now,
            asked=True,
            heard=begun.heard,
            giving_up=giving_up,
        )
        state = (await session.get_one(Attempt, begun.attempt_id)).state
        await session.rollback()
    return state, step.next_action, step.at - now if step.at else None


AT_ONCE = ("uncertain", NextAction.CHECK, timedelta())


@pytest.mark.parametrize(
    ("outcome", "stated"),
    [
        (SOLD, "failed"),
        (SOLD, "reversed"),
        (SOLD, "other"),
        (REFUSED, "delivered"),
        (REFUSED, "pending"),
        (UnknownOrder(), "delivered"),
    ],
)
async def test_what_a_report_contradicts_meanwhile_is_asked_once_more_at_once(
    world: World, answering: Answering, outcome: QueryOutcome, stated: str
) -> None:
    assert await answered(world, await waiting(world, answering), outcome, stated) == AT_ONCE


@pytest.mark.parametrize(
    ("outcome", "stated", "before", "state", "next_action"),
    [
        (SOLD, None, None, "delivered", NextAction.DONE),
        (SOLD, "delivered", None, "delivered", NextAction.DONE),
        (SOLD, "pending", None, "delivered", NextAction.DONE),
        (SOLD, None, "failed", "delivered", NextAction.DONE),
        (REFUSED, "failed", None, "rejected", NextAction.SUBMIT),
        (REFUSED, None, "delivered", "rejected", NextAction.SUBMIT),
    ],
)
async def test_what_no_report_contradicts_since_the_question_left_is_believed(
    world: World,
    answering: Answering,
    outcome: QueryOutcome,
    stated: str | None,
    before: str | None,
    state: str,
    next_action: NextAction,
) -> None:
    view = await waiting(world, answering)
    assert (await answered(world, view, outcome, stated, before=before))[:2] == (state, next_action)


async def test_an_absence_that_would_end_an_order_is_not_believed_against_a_report(
    world: World, answering: Answering
) -> None:
    view = await waiting(world, answering)
    assert await answered(world, view, UnknownOrder(), "delivered", giving_up=True) == AT_ONCE


async def test_a_report_about_another_number_of_the_suppliers_contradicts_nothing(
    world: World, answering: Answering
) -> None:
    view = await waiting(world, answering)
    await tell(world, view, "failed", "S2")
    assert (await answered(world, view, SOLD, None))[:2] == ("delivered", NextAction.DONE)


async def test_a_supplier_that_goes_on_contradicting_itself_is_not_asked_without_a_break(
    world: World, answering: Answering
) -> None:
    view = await waiting(world, answering)
    for n in range(3):
        await tell(world, view, "failed", body=str(n))
    state, next_action, wait = await answered(world, view, SOLD, "failed")
    assert (state, next_action, wait is not None and wait > timedelta()) == (
        "uncertain",
        NextAction.CHECK,
        True,
    )


async def test_a_success_that_was_contradicted_before_is_asked_about_again_soon(
    world: World, answering: Answering
) -> None:
    """Its supplier has no later verification, and said both."""
    view = await waiting(world, answering)
    await tell(world, view, "failed")
    answering.with_("query", "heard", SOLD)
    key = view.deliveries[0].attempts[0].key
    await tell_run(world, view)
    done = await finished(world, view)
    async with world.database.transaction() as session:
        attempt = await session.scalar(select(Attempt).where(Attempt.key == key))
    assert attempt is not None and attempt.verify_at is not None and attempt.closed_at is not None
    assert (done.state, attempt.verify_at - attempt.closed_at) == ("completed", timedelta(minutes=10))


async def tell_run(world: World, view: OrderView) -> None:
    from activities.runs.callbacks import pass_on

    bound = await tell(world, view, "pending")
    await pass_on(world.client, world.database, bound)


async def finished(world: World, view: OrderView) -> OrderView:
    await world.client.get_workflow_handle(f"order/shop/{view.order_no}").result()
    return await world.read_number(f"shop/{view.order_no}")


async def sold(world: World) -> tuple[OrderView, str]:
    """A closed order of one key of Kayixin's, and its attempt."""
    of = benefit("heard-sold", "key", offer("kayixin", "1001"))
    view = await world.fulfil(world.order(await world.publish([{"id": "one", "benefit": of["id"]}], [of])))
    async with world.database.transaction() as session:
        key = view.deliveries[0].attempts[0].key
        attempt = await session.scalar(select(Attempt).where(Attempt.key == key))
    assert attempt is not None
    return view, attempt.id


async def test_a_case_does_not_believe_a_success_that_is_reported_reversed_meanwhile(world: World) -> None:
    view, attempt = await sold(world)
    number = view.deliveries[0].attempts[0].supplier_order
    await tell(world, view, "reversed", number)
    now = datetime.now(UTC)
    async with world.database.transaction() as session:
        step = await verifications.record_verification(
            session, world.vault, view.order_id, attempt, Delivered((IssuedUnit(),)), ("", ""), 0, now
        )
        await session.rollback()
    assert (step.next_action, step.at) == (NextAction.CHECK, now)


async def test_a_verification_does_not_believe_a_success_that_is_reported_reversed_meanwhile(
    world: World,
) -> None:
    view, attempt = await sold(world)
    await tell(world, view, "reversed", view.deliveries[0].attempts[0].supplier_order)
    now = datetime.now(UTC)
    answer = Delivered((IssuedUnit(),))
    async with world.database.transaction() as session:
        assert await verifications.record_in_batch(session, view.order_id, attempt, answer, CAPABILITIES, now)
        row = await session.get_one(Attempt, attempt)
        assert row.verify_at == now
        await session.rollback()


async def test_a_reversal_is_watched_for_even_if_nobody_could_open_a_case(world: World) -> None:
    """The gateway dies once the report is stored, and its supplier does not repeat it."""
    view, _ = await sold(world)
    [sale] = world.sales(view)
    world.simulators["kayixin"].ledger.pay_back(sale, sale.credentials, sale.money_minor)
    assert (await tell(world, view, "reversed", sale.order_number)).contradicts
    await one_watch(world, f"watch-{view.order_no}")
    now = await world.read_number(f"shop/{view.order_no}")
    assert [case.kind for case in now.cases] == ["reversal"]


@pytest.mark.parametrize(
    ("stated", "state"), [("delivered", "delivered"), ("other", "delivered"), ("reversed", "revoked")]
)
async def test_a_revocation_that_is_reported_otherwise_meanwhile_is_asked_about_once_more(
    world: World, stated: str, state: str
) -> None:
    view, attempt = await sold(world)
    await tell(world, view, stated, view.deliveries[0].attempts[0].supplier_order)
    async with world.database.transaction() as session:
        revocation = await settlement.record_revocation(
            session, world.vault, view.order_id, attempt, Revoked(), ("", ""), datetime.now(UTC)
        )
        await session.rollback()
    assert (revocation.state, revocation.check_at is None) == (state, state == "revoked")


@pytest.mark.parametrize(
    "outcome",
    [
        Uncertain(Said(text="no answer"), silent=True),
        RevokePending(timedelta(seconds=1)),
        NotRevocable(Said(text="no")),
    ],
)
async def test_an_answer_about_what_a_case_found_gone_meanwhile_leaves_it_to_the_case(
    world: World, outcome: RevokeOutcome
) -> None:
    view, attempt = await sold(world)
    gone = Rejected("reversed", Said(text="taken back"), "request", receipt=RECEIPT)
    now = datetime.now(UTC)
    async with world.database.transaction() as session:
        ids = world.vault, view.order_id, attempt
        held = await verifications.record_verification(session, *ids, gone, ("", ""), 0, now)
        revocation = await settlement.record_revocation(session, *ids, outcome, ("", ""), now)
        left = journal.snapshot_of(await session.get_one(Delivery, view.deliveries[0].id))
        await session.rollback()
    assert (revocation.state, revocation.check_at is None) == ("held", False)
    assert (left.next_action, left.at, left.deadline) == (held.next_action, held.at, held.deadline)


async def test_what_was_taken_back_and_is_reported_as_standing_surfaces(
    world: World, answering: Answering
) -> None:
    view, attempt = await sold(world)
    number = view.deliveries[0].attempts[0].supplier_order
    async with world.database.transaction() as session:
        await settlement.record_revocation(
            session, world.vault, view.order_id, attempt, Revoked(), ("", ""), datetime.now(UTC)
        )
    await tell(world, view, "delivered", number)
    await one_watch(world, f"watch-{view.order_no}")
    now = await world.read_number(f"shop/{view.order_no}")
    [row] = now.deliveries[0].attempts
    told = [english(event.data["note"]) for event in now.events if event.type == "attempt.surfaced"]
    assert (row.state, row.credited) == ("surfaced", None)
    assert told == ["kayixin took back attempt 1, and sold it after all"]
