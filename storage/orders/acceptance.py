"""Accepting an order: everything that is decided once, in one transaction.

Repeating it is harmless: the unique order number finds what the first time wrote, which is also how a run
that lost its memory (terminated, reset, removed by retention) is adopted again.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.fulfilment.states import DeliveryState, OrderState
from domain.fulfilment.steps import NextAction
from domain.keys import delivery_id
from domain.messages import CONFLICT, Acceptance, PlaceOrder, PlaceResult, Rejection
from domain.planning.gates import PlannedGate, decided_by, plan_gates, release_instants
from domain.planning.modes import ALL_LIVE, Supply, Unserved, on_its_side
from domain.planning.plan import PlannedDelivery, pivots, plan_deliveries
from domain.validation.order import check_order
from storage.base import journal
from storage.base.sealing import KeyRing, Vault, new_data_key
from storage.channels.modes import settled_mode
from storage.contracts.bundles import contracts_of
from storage.contracts.limits import beyond_limits
from storage.orders.own_stock import OUT_OF_STOCK, in_words, reserve_at_once
from storage.orders.recall import acceptance_of, acceptance_of_new
from storage.tables import DataKey, Delivery, GateRow, Order, RecipientRow

LIMIT = "limit_exceeded"
INVALID = "invalid_order"


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
    await _one_at_a_time(session, f"order {number}")
    order = await live_order(session, document.channel, document.order_no)
    if order is not None:
        if order.digest != request.digest:
            return _refused(CONFLICT, f"order {number} was already placed with another body")
        return await acceptance_of(session, order)

    bundle, catalogue = await contracts_of(session, document.bundle, document.version)
    if bundle is None or catalogue is None:
        return _refused(INVALID, f"bundle {document.bundle} version {document.version} is not published")
    livemode = await settled_mode(session, document.channel, now, livemode=request.livemode)
    if livemode is not request.livemode:
        was, is_ = ("a live", "a test") if request.livemode else ("a test", "a live")
        return _refused(
            INVALID, f"{document.channel} is {is_} channel, and was {was} one when this was placed"
        )
    problems = check_order(document, bundle, catalogue, request.received_at)
    buyer = vault.fingerprints.buyer(document.buyer.ref)
    accounts = {name: vault.fingerprints.account(each.value) for name, each in document.recipients.items()}
    for counted in sorted({f"buyer {buyer}", *(f"account {account}" for account in accounts.values())}):
        await _one_at_a_time(session, counted)
    refusal = None
    if problems:
        refusal = _refused(INVALID, "; ".join(f"{p.field}: {p.message}" for p in problems))
    elif why := await beyond_limits(
        session, document, buyer, accounts, bundle, _releases(request, bundle), livemode=livemode
    ):
        refusal = _refused(LIMIT, why)
    order = _new_order(request, buyer, bundle, now, livemode=livemode)
    plan: Sequence[PlannedDelivery] = ()
    if refusal is None:
        planned, gates = _planned(order, request, bundle, catalogue)
        served = on_its_side(planned, supply, livemode=livemode)
        if isinstance(served, Unserved):
            refusal = _refused(served.code, served.message, served.component)
        else:
            plan, due_by = served, max(now, request.received_at)
            short = await reserve_at_once(
                session, order.id, plan, gates, supply.own_stock, due_by, alone=alone
            )
            if short is not None and not request.accepted_before:
                refusal = _refused(OUT_OF_STOCK, in_words(short), short.component)
    if refusal is not None and refusal.result.rejection is not None:
        order.state = OrderState.REJECTED.value
        order.rejection_code = refusal.result.rejection.code
        order.rejection_message = refusal.result.rejection.message
        order.closed_at = now
        session.add(order)
        await session.flush()
        journal.record(session, order, "order.rejected", now, code=order.rejection_code)
        return refusal
    return await _lay_down(session, vault, request, order, bundle, catalogue, plan, gates, now)


async def live_order(session: AsyncSession, channel: str, order_no: str) -> Order | None:
    """The order under this number that was not rejected."""
    rows = select(Order).where(
        Order.channel == channel, Order.order_no == order_no, Order.state != OrderState.REJECTED.value
    )
    return await session.scalar(rows)


def _releases(request: PlaceOrder, bundle: Bundle) -> dict[str, int]:
    anchor, stated = request.document.anchor(request.received_at), request.document.stated
    return {each.id: len(release_instants(bundle, each, anchor, stated)) for each in bundle.components}


def _planned(
    order: Order, request: PlaceOrder, bundle: Bundle, catalogue: Catalogue
) -> tuple[Sequence[PlannedDelivery], Mapping[str, PlannedGate]]:
    """Every delivery of an order, and the gates of its components."""
    placed_at, stated = order.placed_at, request.document.stated
    plan = plan_deliveries(
        bundle, catalogue, order.quantity, placed_at, stated, discount=order.discount_amount
    )
    return plan, {gate.component: gate for gate in plan_gates(bundle, placed_at, stated)}


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


def _refused(code: str, message: str, component: str = "") -> Acceptance:
    why = Rejection(code=code, message=message, component=component)
    return Acceptance(result=PlaceResult(rejection=why))


async def _one_at_a_time(session: AsyncSession, what: str) -> None:
    """Let concurrent acceptances that could contradict each other pass one after the other."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))
