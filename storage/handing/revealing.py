"""Opening what was delivered, for whoever may see it; that it was seen is written before it is shown.

What is being taken back is shown to nobody, and what a buyer has seen is not taken back where the contract
says `until_revealed`: both look under the order's lock, so that one of them is first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.states import ISSUED, DeliveryState
from domain.notes.handing.refusals import (
    HandsOverNothing,
    NotDeliveredYet,
    PaymentIsGone,
    RevealedAlready,
    RevocationUnderWay,
)
from domain.notes.note import Note
from domain.notes.words import Language
from domain.verbs.human_act import By
from storage.base import journal
from storage.base.sealing import Vault
from storage.contracts.bundles import published_bundle
from storage.money.refunds import payment_is_gone
from storage.purchasing.opening import order_ring
from storage.tables import Attempt, Credential, Delivery, Order


class NotShown(Exception):
    """It cannot be shown; `why` is for people."""

    def __init__(self, why: Note) -> None:
        super().__init__(why.say(Language.EN))
        self.why = why


@dataclass(frozen=True)
class Shown:
    """One unit, in the clear. What is None it does not have."""

    number: str | None = field(repr=False)
    password: str | None = field(repr=False)
    link: str | None = field(repr=False)
    expires_at: datetime | None


async def why_not(session: AsyncSession, order: Order, delivery: Delivery) -> Note | None:
    """Why a buyer cannot be shown what was delivered; None where he can."""
    return await _why_not(session, order, delivery, await _issued(session, delivery), by_buyer=True)


async def show(
    session: AsyncSession,
    vault: Vault,
    order_id: str,
    delivery_id: str,
    by: By,
    now: datetime,
    *,
    by_buyer: bool,
) -> Sequence[Shown]:
    """What was delivered, and an event that says who saw it. Raises NotShown.

    `by_buyer`: by a reveal link, which counts against what the contract allows.
    """
    order = await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    rows = await _issued(session, delivery)
    if why := await _why_not(session, order, delivery, rows, by_buyer=by_buyer):
        raise NotShown(why)
    ring = await order_ring(session, vault, order.id)
    shown = []
    for row in rows:
        unit = json.loads(ring.open(row.sealed, f"credential/{row.id}"))
        shown.append(Shown(unit.get("number"), unit.get("password"), unit.get("link"), row.expires_at))
        row.reveals += by_buyer
    kind = "delivery.revealed" if by_buyer else "delivery.read"
    since = delivery.revealed_at or now
    journal.change(session, order, delivery, kind, now, by=by, revealed_at=since)
    return shown


async def _issued(session: AsyncSession, delivery: Delivery) -> list[Credential]:
    """What a delivery's buyer has, in the order of its units."""
    rows = await session.scalars(
        select(Credential)
        .join(Attempt, Attempt.id == Credential.attempt_id)
        .where(
            Credential.delivery_id == delivery.id,
            Credential.revoked_at.is_(None),
            Attempt.state.in_(ISSUED),
        )
        .order_by(Attempt.number, Credential.unit)
    )
    return list(rows)


async def _why_not(
    session: AsyncSession, order: Order, delivery: Delivery, rows: Sequence[Credential], *, by_buyer: bool
) -> Note | None:
    if delivery.state != DeliveryState.DELIVERED:
        return NotDeliveredYet()
    if not rows:
        return HandsOverNothing()
    if payment_is_gone(order):
        return PaymentIsGone()
    taking = (Attempt.revoking_since.is_not(None), Attempt.kept_at.is_(None), Attempt.state.in_(ISSUED))
    if await session.scalar(select(Attempt.id).where(Attempt.delivery_id == delivery.id, *taking).limit(1)):
        return RevocationUnderWay()
    if not by_buyer:
        return None
    bundle = await published_bundle(session, order.bundle_id, order.bundle_version)
    component = (
        next((each for each in bundle.components if each.id == delivery.component), None) if bundle else None
    )
    most = component.max_reveals if component else None
    if most is not None and max(row.reveals for row in rows) >= most:
        return RevealedAlready(times=most)
    return None
