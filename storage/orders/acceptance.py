"""Accepting an order: everything that is decided once, in one transaction.

Repeating it is harmless: the unique order number finds what the first time wrote, which is also how a run
that lost its memory (terminated, reset, removed by retention) is adopted again.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import rfc8785
from sqlalchemy import ColumnElement, and_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.fulfilment.states import DeliveryState, OrderState
from domain.fulfilment.steps import NextAction
from domain.keys import delivery_id
from domain.messages import CONFLICT, Acceptance, PlaceOrder, PlaceResult, Rejection
from domain.planning.gates import PlannedGate, decided_by
from domain.planning.modes import ALL_LIVE, Supply
from domain.planning.plan import PlannedDelivery, pivots
from storage.base import journal
from storage.base.sealing import KeyRing, Vault, new_data_key
from storage.orders.admission import admit, one_at_a_time, plan_of
from storage.orders.holds import held_by_number, hold_to_redeem, redeemed
from storage.orders.own_stock import OUT_OF_STOCK, AtOnce, in_words, reserve_at_once
from storage.orders.recall import acceptance_of, acceptance_of_new
from storage.tables import DataKey, Delivery, GateRow, Order, RecipientRow


async def accept(
    session: AsyncSession,
    vault: Vault,
    request: PlaceOrder,
    now: datetime,
    supply: Supply = ALL_LIVE,
    *,
    alone: bool = False,
) -> Acceptance:
    """Accept or reject an order, or find what was decided about it before.

    Raises `storage.supply.reserving.Contended` unless `alone`: then this is to be done again in a new
    transaction, alone with the stock.
    """
    document = request.document
    number = f"{document.channel}/{document.order_no}"
    await one_at_a_time(session, f"order {number}")
    order, own_hold = await _under(session, document.channel, document.order_no)
    if order is not None:
        if order.digest != request.digest:
            why = Rejection(code=CONFLICT, message=f"order {number} was already placed with another body")
            return Acceptance(result=PlaceResult(rejection=why))
        return await acceptance_of(session, order)

    hold = await hold_to_redeem(session, vault, request, own_hold)
    admitted = await admit(session, vault, request, now, hold)
    if isinstance(admitted, Rejection):
        return Acceptance(result=PlaceResult(rejection=admitted))
    bundle, catalogue, refusal = admitted.bundle, admitted.catalogue, admitted.refusal
    order = _new_order(request, admitted.purchase.buyer, bundle, now, livemode=admitted.purchase.livemode)
    found = refusal or plan_of(request, bundle, catalogue, supply)
    if not isinstance(found, Rejection):
        wanted = AtOnce(order.id, *found, supply.own_stock, max(now, request.received_at))
        short = await reserve_at_once(session, wanted, alone=alone, redeeming=admitted.purchase.hold)
        if short is not None and not request.accepted_before:
            found = Rejection(code=OUT_OF_STOCK, message=in_words(short), component=short.component)
    if isinstance(found, Rejection):
        order.state = OrderState.REJECTED.value
        order.rejection_code = found.code
        order.rejection_message = found.message
        order.closed_at = now
        session.add(order)
        await session.flush()
        journal.record(session, order, "order.rejected", now, code=order.rejection_code)
        return Acceptance(result=PlaceResult(rejection=found))
    accepted = await _lay_down(session, vault, request, order, bundle, catalogue, *found, now)
    if admitted.purchase.hold is not None:
        await redeemed(session, admitted.purchase.hold, order.id)
    return accepted


async def live_order(session: AsyncSession, channel: str, order_no: str) -> Order | None:
    """The order under this number that was not rejected."""
    return await session.scalar(select(Order).where(*_is_live(channel, order_no)))


async def _under(session: AsyncSession, channel: str, order_no: str) -> tuple[Order | None, str | None]:
    """The order under this number that was not rejected, and the id of what is held under it."""
    always = select(literal(1)).subquery()
    found = select(Order, held_by_number(channel, order_no)).select_from(always)
    found = found.outerjoin(Order, and_(*_is_live(channel, order_no)))
    order, hold = (await session.execute(found)).one()
    return order, hold


def _is_live(channel: str, order_no: str) -> tuple[ColumnElement[bool], ...]:
    rejected = OrderState.REJECTED.value
    return Order.channel == channel, Order.order_no == order_no, Order.state != rejected


def _new_order(request: PlaceOrder, buyer: str, bundle: Bundle, now: datetime, *, livemode: bool) -> Order:
    document = request.document
    return Order(
        id=f"ord_{uuid.uuid4().hex}",
        channel=document.channel,
        livemode=livemode,
        order_no=document.order_no,
        digest=request.digest,
        bundle_id=bundle.id,
        bundle_version=bundle.version,
        quantity=document.quantity,
        lang=request.lang.value,
        price_amount=document.paid.amount,
        discount_amount=document.discount.amount if document.discount else 0,
        currency=document.paid.currency,
        buyer_ref=document.buyer.ref,
        buyer_index=buyer,
        state=OrderState.ACKNOWLEDGED.value,
        policy={"policy": bundle.model_dump(mode="json")["policy"]},
        hold_seconds=int(bundle.hold_window / timedelta(seconds=1)),
        placed_at=document.anchor(request.received_at),
        accepted_at=now,
        last_event=0,
    )


async def _lay_down(
    session: AsyncSession,
    vault: Vault,
    request: PlaceOrder,
    order: Order,
    bundle: Bundle,
    catalogue: Catalogue,
    plan: Sequence[PlannedDelivery],
    gates: Mapping[str, PlannedGate],
    now: datetime,
) -> Acceptance:
    ring, wrapped = new_data_key(vault.ring, order.id)
    document = request.document
    if document.context:
        order.sealed_context = ring.seal(rfc8785.dumps(dict(document.context)), f"context/{order.id}")
    session.add(order)
    await session.flush()
    journal.is_new(session, order)
    session.add(DataKey(order_id=order.id, wrapped=wrapped))
    _seal_recipients(session, vault, ring, request, order)
    journal.record(
        session,
        order,
        "order.accepted",
        now,
        bundle=bundle.id,
        version=bundle.version,
        quantity=order.quantity,
        price=order.price_amount,
        discount=order.discount_amount,
        currency=order.currency,
    )
    pivot = pivots(bundle)
    for gate in gates.values():
        told = gate.model_dump(mode="json")
        session.add(GateRow(order_id=order.id, component=gate.component, gate=told, verdict=None))
    claims = {component.id: component.claim for component in bundle.components}
    rows = []
    for position, planned in enumerate(plan):
        row = _row(order, planned, position, planned.component in pivot)
        if claim := claims[planned.component]:
            benefit = catalogue.benefit(planned.benefit)
            account = benefit.account.value if benefit else ""
            row.claim = {**claim.model_dump(mode="json"), "account": account}
        session.add(row)
        rows.append(row)
        gate_of_it = gates.get(planned.component)
        journal.change(
            session,
            order,
            row,
            "delivery.planned",
            now,
            state=DeliveryState.PLANNED.value,
            offer=0,
            units_delivered=0,
            due_at=planned.due_at,
            next_action=(NextAction.AWAIT if gate_of_it else NextAction.SUBMIT).value,
            next_action_at=_looks_again(gate_of_it, planned),
            note=None,
            recipient=planned.recipient,
            waived=False,
        )
    await session.flush()
    return acceptance_of_new(order, bundle, rows, list(gates.values()))


def _seal_recipients(
    session: AsyncSession, vault: Vault, ring: KeyRing, request: PlaceOrder, order: Order
) -> None:
    for name, recipient in request.document.recipients.items():
        session.add(
            RecipientRow(
                order_id=order.id,
                name=name,
                type=recipient.type.value,
                sealed=ring.seal(recipient.model_dump_json().encode(), f"recipient/{order.id}/{name}"),
                blind_index=vault.fingerprints.account(recipient.value),
            )
        )


def _looks_again(gate: PlannedGate | None, planned: PlannedDelivery) -> datetime | None:
    """When a planned delivery is due, or what it waits for is decided at the latest."""
    return planned.due_at if gate is None else decided_by(gate, planned.due_at)


def _row(order: Order, planned: PlannedDelivery, position: int, pivot: bool) -> Delivery:
    return Delivery(
        id=delivery_id(order.id, *planned.place),
        order_id=order.id,
        position=position,
        component=planned.component,
        release=planned.release,
        item=planned.item,
        items=planned.items,
        benefit=planned.benefit,
        title=planned.title,
        kind=planned.kind.value,
        units=planned.units,
        role=planned.role.value,
        reversibility=planned.reversibility.value,
        pivot=pivot,
        shared_credential=planned.shared_credential,
        case_sensitive=planned.case_sensitive,
        share_amount=planned.share.amount,
        max_unit_cost=planned.max_unit_cost.amount,
        cost_currency=planned.max_unit_cost.currency,
        offers=[offer.model_dump(mode="json") for offer in planned.offers],
    )
