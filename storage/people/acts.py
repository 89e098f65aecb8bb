"""Human acts in the book: checked under the order's lock, applied once, told with actor and reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.doubt import Doubt, doubt_of
from domain.fulfilment.states import UNRESOLVED_ATTEMPTS, AttemptState, DeliveryState, HoldReason
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.fulfilment.waits import SHORTEST_FOR_PEOPLE, held_until
from domain.messages import Acted
from domain.planning.gates import PlannedGate
from domain.planning.plan import PinnedOffer
from domain.supply.outcomes import Rejected
from domain.verbs.acts import Act, HumanAct, refusal, too_early, words
from storage.base import journal
from storage.base.requests import ActRefused, first_time
from storage.deliveries.by_hand import NotUsable, attach
from storage.deliveries.holds import trying_again
from storage.deliveries.settlement import give_up
from storage.money import refunds
from storage.purchasing.answers import refusal_in
from storage.purchasing.attempts import unresolved
from storage.standing.accounts import is_unbound
from storage.standing.deliveries import closed_gate_of, first_instant, pivot_waits
from storage.supply.health import paused_since
from storage.tables import Attempt, Delivery, Order, RecipientRow

FOR_ITS_ACCOUNT = (HoldReason.NEEDS_ATTENTION.value, HoldReason.ACCOUNT_NOT_BOUND.value)
"""Holds that another account may end."""


@dataclass
class _Scene:
    order: Order
    delivery: Delivery
    attempt: Attempt | None
    gate: PlannedGate | None
    now: datetime


async def act(session: AsyncSession, request: HumanAct, now: datetime) -> Acted:
    """Do what a person asks for. Raises ActRefused, LookupError."""
    order = await journal.lock_order(session, request.order_id)
    delivery = await session.get(Delivery, request.delivery_id)
    if delivery is None or delivery.order_id != order.id:
        raise ActRefused(f"order {order.channel}/{order.order_no} has no delivery {request.delivery_id}")
    if not await first_time(session, request, now):
        return _acted(delivery)
    claim = await refunds.open_refund(session, delivery.id)
    if claim is not None:
        return Acted(step=_about_refund(session, order, claim, request, now))
    attempt, gate = await unresolved(session, delivery.id), await closed_gate_of(session, delivery)
    scene = _Scene(order, delivery, attempt, gate, now)
    waits = await pivot_waits(session, order, delivery)
    early = too_early(delivery.due_at, now, gated=gate is not None, pivot_waits=waits)
    why = refusal(
        request.act,
        DeliveryState(delivery.state),
        HoldReason(delivery.hold_reason) if delivery.hold_reason else None,
        doubt=await _doubt(session, scene),
        units_delivered=delivery.units_delivered,
        supplier_says=request.supplier_says,
        too_early=early,
        wrong_account=await _wrong_account(session, scene),
    )
    if why is not None:
        raise ActRefused(why)
    _tell(session, request, scene)
    await _apply(session, request, scene)
    await journal.restate(session, order, now)
    return _acted(delivery)


async def _apply(session: AsyncSession, request: HumanAct, scene: _Scene) -> None:
    note = scene.delivery.note
    if request.supplier_says and scene.attempt is not None:
        _close_as_told(scene.attempt, scene.now)
        scene.attempt = None
    match request.act:
        case Act.RETRY | Act.RELEASE:
            step = trying_again(scene.delivery, scene.attempt, scene.gate, note, scene.now)
            _follow(session, scene, step, f"delivery.{_past(request.act)}")
        case Act.SUBSTITUTE:
            offer = _offer_of(scene.delivery, request.connection)
            planned = scene.delivery.state == DeliveryState.PLANNED
            state = DeliveryState.PLANNED if planned else DeliveryState.IN_PROGRESS
            step = trying_again(scene.delivery, None, scene.gate, note, scene.now)
            step = step.model_copy(update={"state": state, "offer": offer})
            _follow(session, scene, step, "delivery.substituted")
        case Act.DELIVER_BY_HAND:
            await _deliver(session, request, scene)
        case Act.CHANGE_RECIPIENT:
            await _change_recipient(session, request, scene)
        case Act.HOLD:
            window = max(timedelta(seconds=scene.order.hold_seconds), SHORTEST_FOR_PEOPLE)
            due_at = first_instant(scene.delivery, scene.gate)
            deadline = held_until(scene.now, window, due_at)
            step = hold_step(HoldReason.BY_OPERATOR, note, scene.now, deadline, scene.delivery.offer)
            _follow(session, scene, step, "delivery.held")
        case Act.REFUND | Act.WAIVE:
            waived = request.act is Act.WAIVE
            await give_up(session, scene.order.id, scene.delivery.id, note, scene.now, waived=waived)
        case _:
            raise ActRefused(f"{words(request.act)} is not done to a delivery that is open")


async def _deliver(session: AsyncSession, request: HumanAct, scene: _Scene) -> None:
    delivery, note = scene.delivery, scene.delivery.note
    try:
        await attach(session, scene.order, delivery, scene.attempt, request.credentials, scene.now)
    except NotUsable as error:
        raise ActRefused(str(error)) from None
    step = Step(state=DeliveryState.DELIVERED, next_action=NextAction.DONE, offer=delivery.offer, note=note)
    journal.follow(
        session,
        scene.order,
        delivery,
        "delivery.delivered",
        scene.now,
        step,
        units_delivered=delivery.units,
        delivered_at=scene.now,
    )


async def _change_recipient(session: AsyncSession, request: HumanAct, scene: _Scene) -> None:
    """The delivery goes to another account from now on; one that waited for that goes on."""
    delivery = scene.delivery
    if await session.get(RecipientRow, (scene.order.id, request.recipient)) is None:
        raise ActRefused("no recipient was handed in under that name")
    waited = delivery.hold_reason in FOR_ITS_ACCOUNT or bool(request.supplier_says)
    kind = "delivery.readdressed"
    if waited:
        step = trying_again(delivery, scene.attempt, scene.gate, delivery.note, scene.now)
        journal.follow(
            session, scene.order, delivery, kind, scene.now, step, afresh=True, recipient=request.recipient
        )
    else:
        journal.change(session, scene.order, delivery, kind, scene.now, recipient=request.recipient)
    if request.later_too:
        for each in await _later(session, delivery):
            journal.change(
                session, scene.order, each, kind, scene.now, by=request.by, recipient=request.recipient
            )


async def _later(session: AsyncSession, delivery: Delivery) -> list[Delivery]:
    """Later releases of the same component whose account can change without them going on by that."""
    later = await session.scalars(
        select(Delivery).where(
            Delivery.order_id == delivery.order_id,
            Delivery.component == delivery.component,
            Delivery.release > delivery.release,
            Delivery.state.in_([DeliveryState.PLANNED.value, DeliveryState.HELD.value]),
            Delivery.units_delivered == 0,
            or_(Delivery.hold_reason.is_(None), Delivery.hold_reason.not_in(FOR_ITS_ACCOUNT)),
            ~exists().where(
                Attempt.delivery_id == Delivery.id,
                Attempt.state.in_([state.value for state in UNRESOLVED_ATTEMPTS]),
            ),
        )
    )
    return list(later)


def _about_refund(
    session: AsyncSession, order: Order, claim: refunds.Owed, request: HumanAct, now: datetime
) -> Step:
    """What to do about money that the channel could not move: try it again, or say that it was settled."""
    if request.act not in (Act.RETRY, Act.WAIVE):
        raise ActRefused("its refund failed: retry decides it again, skip says that it was settled elsewhere")
    claim.row.outcome = refunds.AGAIN if request.act is Act.RETRY else refunds.ELSEWHERE
    journal.record(
        session,
        order,
        f"human.{request.act}",
        now,
        delivery=claim.delivery.id,
        note=f"{words(request.act)} by {request.actor}: {request.reason}",
        by=request.by,
    )
    return journal.step_of(claim.delivery)


async def _doubt(session: AsyncSession, scene: _Scene) -> Doubt | None:
    attempt = scene.attempt
    if attempt is None:
        return None
    paused = await paused_since(session, [attempt.connection])
    return doubt_of(
        attempt.askable,
        attempt.doubted_at,
        attempt.asked_at,
        scene.now,
        submitted_at=attempt.submitted_at,
        paused_at=paused.get(attempt.connection),
    )


async def _wrong_account(session: AsyncSession, scene: _Scene) -> bool:
    """Whether a supplier refused the account, and not one that is still to be given is waited for."""
    refused = refusal_in(scene.attempt.answered) if scene.attempt else None
    if refused is not None:
        return isinstance(refused, Rejected) and refused.wrong_account
    held_for_it = scene.delivery.hold_reason == HoldReason.ACCOUNT_NOT_BOUND
    return held_for_it and not await is_unbound(session, scene.delivery)


def _close_as_told(attempt: Attempt, now: datetime) -> None:
    attempt.state, attempt.closed_at = AttemptState.REJECTED.value, now
    attempt.code, attempt.in_flight = "said_not_sold", False


def _tell(session: AsyncSession, request: HumanAct, scene: _Scene) -> None:
    note = f"{words(request.act)} by {request.actor}: {request.reason}"
    kind = f"human.{request.act}"
    journal.change(session, scene.order, scene.delivery, kind, scene.now, by=request.by, note=note)


def _offer_of(delivery: Delivery, connection: str) -> int:
    offers = [PinnedOffer.model_validate(offer) for offer in delivery.offers]
    for index, offer in enumerate(offers):
        if offer.connection == connection:
            return index
    known = ", ".join(offer.connection for offer in offers)
    raise ActRefused(f"no offer of {connection or '(no connection named)'} was pinned; there are: {known}")


def _follow(session: AsyncSession, scene: _Scene, step: Step, kind: str) -> None:
    """A person decided: whatever age and deadline an earlier hold had are over."""
    journal.follow(session, scene.order, scene.delivery, kind, scene.now, step, afresh=True)


def _past(act: Act) -> str:
    return "released" if act is Act.RELEASE else "retried"


def _acted(delivery: Delivery) -> Acted:
    return Acted(step=journal.step_of(delivery))
