"""Human acts in the book: checked under the order's lock, applied once, recorded with actor and reason."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.doubt import Doubt, doubt_of
from domain.fulfilment.holds import FOR_AN_ACCOUNT, HoldReason
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import AttemptState, DeliveryState
from domain.messages import Acted, OrderActed
from domain.notes.aftercare import RefundDecidedAgain, RefundSettledElsewhere
from domain.notes.people import ActBy
from domain.supply.outcomes import Rejected
from domain.verbs.human_act import HumanAct
from domain.verbs.refusals import too_early
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS
from domain.verbs.verb import Act, Standing
from storage.base import journal
from storage.base.requests import ActRefused, first_time
from storage.money import refunds
from storage.people.scene import Scene
from storage.purchasing.answers import refusal_in
from storage.purchasing.attempts import unresolved
from storage.standing.accounts import is_unbound
from storage.standing.deliveries import closed_gate_of, pivot_waits
from storage.standing.pauses import pause_of
from storage.supply.health import paused_since
from storage.tables import Attempt, Delivery, Order


def _appliers(folder: str, acts: Iterable[Act]) -> Mapping[Act, Callable[..., Awaitable[Any]]]:
    """What each verb does in the book: `apply` of the module that is called like it."""
    return {act: import_module(f"storage.people.{folder}.{act}").apply for act in acts}


TO_A_DELIVERY = _appliers("delivery", DELIVERY_VERBS)
TO_AN_ORDER = _appliers("order", ORDER_VERBS)


async def act_on_order(session: AsyncSession, request: HumanAct, now: datetime) -> OrderActed:
    """Do what a person asks for to a whole order. Raises ActRefused, LookupError."""
    erases = request.act is Act.ERASE
    order = await journal.lock_order(session, request.order_id, even_erased=erases)
    acted: OrderActed = await TO_AN_ORDER[request.act](session, order, request, now)
    return acted.model_copy(update={"pause": pause_of(order)})


async def act(session: AsyncSession, request: HumanAct, now: datetime) -> Acted:
    """Do what a person asks for to a delivery. Raises ActRefused, LookupError."""
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
    scene = Scene(order, delivery, attempt, gate, now)
    why = DELIVERY_VERBS[request.act].refusal(await _standing(session, request, scene))
    if why is not None:
        raise ActRefused(why)
    _tell(session, request, scene)
    if request.supplier_says and scene.attempt is not None:
        _close_as_told(scene.attempt, now)
        scene.attempt = None
    await TO_A_DELIVERY[request.act](session, request, scene)
    await journal.restate(session, order, now)
    return _acted(delivery)


async def _standing(session: AsyncSession, request: HumanAct, scene: Scene) -> Standing:
    delivery, gated = scene.delivery, scene.gate is not None
    waits = await pivot_waits(session, scene.order, delivery)
    return Standing(
        DeliveryState(delivery.state),
        HoldReason(delivery.hold_reason) if delivery.hold_reason else None,
        doubt=await _doubt(session, scene),
        units_delivered=delivery.units_delivered,
        supplier_says=request.supplier_says,
        too_early=too_early(delivery.due_at, scene.now, gated=gated, pivot_waits=waits),
        wrong_account=await _wrong_account(session, scene),
    )


def _acted(delivery: Delivery) -> Acted:
    return Acted(step=journal.snapshot_of(delivery))


def _about_refund(
    session: AsyncSession, order: Order, claim: refunds.Owed, request: HumanAct, now: datetime
) -> Snapshot:
    """What to do about money that the channel could not move: try it again, or say that it was settled."""
    if request.act not in (Act.RETRY, Act.WAIVE):
        raise ActRefused("its refund failed: retry decides it again, skip says that it was settled elsewhere")
    claim.row.outcome = RefundDecidedAgain() if request.act is Act.RETRY else RefundSettledElsewhere()
    journal.record(
        session,
        order,
        f"human.{request.act}",
        now,
        delivery=claim.delivery.id,
        note=_act_by(request),
        by=request.by,
    )
    return journal.snapshot_of(claim.delivery)


async def _doubt(session: AsyncSession, scene: Scene) -> Doubt | None:
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


async def _wrong_account(session: AsyncSession, scene: Scene) -> bool:
    """Whether a supplier refused the account, and not one that is still to be given is waited for."""
    refused = refusal_in(scene.attempt.answered) if scene.attempt else None
    if refused is not None:
        return isinstance(refused, Rejected) and refused.wrong_account
    held_for_it = scene.delivery.hold_reason in FOR_AN_ACCOUNT
    return held_for_it and not await is_unbound(session, scene.delivery)


def _close_as_told(attempt: Attempt, now: datetime) -> None:
    attempt.state, attempt.closed_at = AttemptState.REJECTED.value, now
    attempt.code, attempt.in_flight = "said_not_sold", False


def _tell(session: AsyncSession, request: HumanAct, scene: Scene) -> None:
    kind = f"human.{request.act}"
    note = _act_by(request)
    journal.change(session, scene.order, scene.delivery, kind, scene.now, by=request.by, note=note)


def _act_by(request: HumanAct) -> ActBy:
    return ActBy(act=request.act.value, actor=request.actor, reason=request.reason)
