"""Human acts in the book: checked under the order's lock, applied once, told with actor and reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act, HumanAct, refusal
from domain.messages import Acted
from domain.plan import PinnedOffer
from domain.states import DeliveryState, HoldReason
from domain.steps import Step, Then, hold_step
from storage import journal
from storage.attempts import unresolved
from storage.holds import trying_again
from storage.settlement import give_up
from storage.tables import ActRow, Attempt, Delivery, Order


class ActRefused(Exception):
    """The act is not possible as things stand; the text is for whoever asked."""


@dataclass(frozen=True)
class _Case:
    order: Order
    delivery: Delivery
    attempt: Attempt | None
    now: datetime


async def act(session: AsyncSession, request: HumanAct, now: datetime) -> Acted:
    """Do what a person asks for. Raises ActRefused, LookupError."""
    order = await journal.lock_order(session, request.order_id)
    delivery = await session.get(Delivery, request.delivery_id)
    if delivery is None or delivery.order_id != order.id:
        raise ActRefused(f"order {order.channel}/{order.order_no} has no delivery {request.delivery_id}")
    if not await _first_time(session, request, now):
        return _acted(delivery)
    case = _Case(order, delivery, await unresolved(session, delivery.id), now)
    why = refusal(
        request.act,
        DeliveryState(delivery.state),
        HoldReason(delivery.hold_reason) if delivery.hold_reason else None,
        unresolved=case.attempt is not None,
        units_delivered=delivery.units_delivered,
    )
    if why is not None:
        raise ActRefused(why)
    journal.change(
        session,
        order,
        delivery,
        f"human.{request.act}",
        now,
        note=f"{request.act} by {request.actor}: {request.reason}",
    )
    await _apply(session, request, case)
    await journal.restate(session, order, now)
    return _acted(delivery)


async def _apply(session: AsyncSession, request: HumanAct, case: _Case) -> None:
    note = case.delivery.note
    match request.act:
        case Act.RETRY | Act.RELEASE:
            step = trying_again(case.delivery, case.attempt, note, case.now)
            _follow(session, case, step, f"delivery.{_past(request.act)}")
        case Act.SUBSTITUTE:
            offer = _offer_of(case.delivery, request.connection)
            planned = case.delivery.state == DeliveryState.PLANNED
            state = DeliveryState.PLANNED if planned else DeliveryState.IN_PROGRESS
            step = Step(state=state, then=Then.SUBMIT, at=_due(case), offer=offer, note=note)
            _follow(session, case, step, "delivery.substituted")
        case Act.HOLD:
            deadline = case.now + max(timedelta(seconds=case.order.hold_seconds), timedelta(days=1))
            step = hold_step(HoldReason.BY_OPERATOR, note, case.now, deadline, case.delivery.offer)
            _follow(session, case, step, "delivery.held")
        case Act.REFUND:
            await give_up(session, case.order.id, case.delivery.id, note, case.now)


def _due(case: _Case) -> datetime:
    return max(case.now, case.delivery.due_at)


def _offer_of(delivery: Delivery, connection: str) -> int:
    offers = [PinnedOffer.model_validate(offer) for offer in delivery.offers]
    for index, offer in enumerate(offers):
        if offer.connection == connection:
            return index
    known = ", ".join(offer.connection for offer in offers)
    raise ActRefused(f"no offer of {connection or '(no connection named)'} was pinned; there are: {known}")


def _follow(session: AsyncSession, case: _Case, step: Step, kind: str) -> None:
    """A person decided: whatever age and deadline an earlier hold had are over."""
    journal.follow(session, case.order, case.delivery, kind, case.now, step, afresh=True)


def _past(act: Act) -> str:
    return "released" if act is Act.RELEASE else "retried"


def _acted(delivery: Delivery) -> Acted:
    return Acted(step=journal.step_of(delivery))


async def _first_time(session: AsyncSession, request: HumanAct, now: datetime) -> bool:
    row = await session.scalar(
        insert(ActRow)
        .values(
            order_id=request.order_id,
            request_id=request.request_id,
            delivery_id=request.delivery_id,
            act=request.act.value,
            actor=request.actor,
            reason=request.reason,
            at=now,
        )
        .on_conflict_do_nothing()
        .returning(ActRow.request_id)
    )
    return row is not None
