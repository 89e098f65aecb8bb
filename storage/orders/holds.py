"""Holds before payment: our own stock and the buyer's limits, kept for one order until it is placed.

What is held is free again by the clock alone: an expired hold keeps nothing, whether or not its row is gone.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.messages import PlaceOrder, Rejection
from domain.planning.modes import Supply
from storage.base.sealing import Vault
from storage.contracts.held import still_held
from storage.contracts.purchase import Purchase
from storage.orders.admission import Admitted, admit, one_at_a_time, plan_of
from storage.orders.own_stock import OUT_OF_STOCK, AtOnce, in_words
from storage.supply.reserving import Taking, free_held, reserve
from storage.tables import HoldToken

UNKNOWN, MISMATCH, USED = "hold_unknown", "hold_mismatch", "hold_used"
KEPT = timedelta(days=7)
"""How long the row of an expired hold stays, so that its token is known."""
PREFIX = "hold_"


@dataclass(frozen=True)
class NewHold:
    """A hold, and the token that redeems it, which is told this once."""

    id: str
    token: str = field(repr=False)
    expires_at: datetime


async def hold(
    session: AsyncSession,
    vault: Vault,
    request: PlaceOrder,
    supply: Supply,
    lasts: timedelta,
    *,
    alone: bool,
) -> NewHold | Rejection:
    """Hold what an order takes at once, in the place of an earlier hold of its number.

    After a Rejection the transaction is to be taken back. Raises Contended unless `alone`.
    """
    document = request.document
    await one_at_a_time(session, f"order {document.channel}/{document.order_no}")
    of_it = (HoldToken.channel == document.channel, HoldToken.order_no == document.order_no)
    before = await session.scalar(select(HoldToken).where(*of_it, *still_held()).with_for_update())
    now = await session.scalar(select(func.now())) or request.received_at
    admitted = await admit(session, vault, request, now, before)
    if isinstance(admitted, Rejection):
        return admitted
    if admitted.refusal is not None:
        return admitted.refusal
    token = PREFIX + secrets.token_urlsafe(32)
    row = _row(admitted.purchase, token, now, lasts)
    session.add(row)
    await session.flush()
    short = await _take(session, row, admitted, request, supply, before, alone=alone)
    if short is not None:
        return short
    if before is not None:
        before.freed_at = row.created_at
        await free_held(session, before.id)
    return NewHold(row.id, token, row.expires_at)


async def _take(
    session: AsyncSession,
    row: HoldToken,
    admitted: Admitted,
    request: PlaceOrder,
    supply: Supply,
    before: HoldToken | None,
    *,
    alone: bool,
) -> Rejection | None:
    """Keep what is wanted at once for a hold, or say what there is too little of."""
    found = plan_of(request, admitted.bundle, admitted.catalogue, supply)
    if isinstance(found, Rejection):
        return found
    at_once = AtOnce(row.id, *found, supply.own_stock, max(row.created_at, request.received_at))
    taking = Taking(hold=row.id, until=row.expires_at, first=before.id if before else None)
    short = await reserve(session, at_once.wanted, alone=alone, taking=taking)
    if short is None:
        return None
    return Rejection(code=OUT_OF_STOCK, message=in_words(short), component=short.component)


def _row(purchase: Purchase, token: str, now: datetime, lasts: timedelta) -> HoldToken:
    document = purchase.document
    return HoldToken(
        id=f"hld_{secrets.token_hex(12)}",
        digest=digest_of(token),
        channel=document.channel,
        livemode=purchase.livemode,
        order_no=document.order_no,
        bundle_id=document.bundle,
        bundle_version=document.version,
        quantity=document.quantity,
        buyer_index=purchase.buyer,
        accounts=sorted(set(purchase.accounts.values())),
        units=dict(purchase.units),
        units_to={account: dict(of_it) for account, of_it in purchase.units_to.items()},
        created_at=now,
        expires_at=now + lasts,
    )


async def hold_to_redeem(
    session: AsyncSession, vault: Vault, request: PlaceOrder, own: str | None
) -> HoldToken | Rejection | None:
    """The hold that an order redeems, locked; why it may not; or None, where there is none.

    An order that comes without a token, or with that of a hold which has expired or was freed, redeems its
    `own` if it is for the same buyer: what its number holds is not to stand in its way. An order that was
    accepted before needs none.
    """
    if request.accepted_before:
        return None
    named = await _named(session, vault, request) if request.hold else None
    if named is not None or own is None:
        return named
    buyer = vault.fingerprints.buyer(request.document.buyer.ref)
    its_own = (HoldToken.id == own, HoldToken.buyer_index == buyer, *still_held())
    return await session.scalar(select(HoldToken).where(*its_own).with_for_update())


async def _named(session: AsyncSession, vault: Vault, request: PlaceOrder) -> HoldToken | Rejection | None:
    """The hold whose token an order names; None once that has expired or was freed."""
    document = request.document
    of_it = (HoldToken.digest == request.hold, HoldToken.channel == document.channel)
    found = select(HoldToken, HoldToken.expires_at > func.now()).where(*of_it)
    row = (await session.execute(found.with_for_update(of=HoldToken))).one_or_none()
    if row is None:
        return Rejection(code=UNKNOWN, message="hold_token is not one of this channel's")
    held, lasts = row
    if held.order_id is not None:
        return Rejection(code=USED, message="hold_token was redeemed by another order")
    if held.freed_at is not None or not lasts:
        return None
    is_for = (held.bundle_id, held.bundle_version, held.quantity, held.buyer_index)
    wanted = (document.bundle, document.version, document.quantity)
    if is_for != (*wanted, vault.fingerprints.buyer(document.buyer.ref)):
        what = f"{held.quantity} of {held.bundle_id} version {held.bundle_version} for one buyer"
        return Rejection(code=MISMATCH, message=f"hold_token holds {what}, and this order is for another")
    return held


def held_by_number(channel: str, order_no: str) -> ScalarSelect[str]:
    """The id of what is held under an order's number."""
    of_it = (HoldToken.channel == channel, HoldToken.order_no == order_no)
    return select(HoldToken.id).where(*of_it, *still_held()).scalar_subquery()


async def redeemed(session: AsyncSession, hold_id: str, order_id: str) -> None:
    """Write down which order redeemed a hold. What that did not need of it is free."""
    await session.execute(update(HoldToken).where(HoldToken.id == hold_id).values(order_id=order_id))
    await free_held(session, hold_id)


async def hold_of(
    session: AsyncSession, channel: str, hold_id: str, *, locked: bool = False
) -> tuple[HoldToken, bool] | None:
    """A hold of a channel, and whether it has not expired; None where there is no such hold."""
    found = select(HoldToken, HoldToken.expires_at > func.now())
    found = found.where(HoldToken.id == hold_id, HoldToken.channel == channel)
    row = (await session.execute(found.with_for_update(of=HoldToken) if locked else found)).one_or_none()
    return None if row is None else (row[0], row[1])


async def end_hold(session: AsyncSession, channel: str, hold_id: str, now: datetime) -> HoldToken | None:
    """Let a hold of a channel keep nothing any more, unless an order redeemed it; None for no such hold."""
    found = await hold_of(session, channel, hold_id, locked=True)
    if found is None:
        return None
    held, _ = found
    if held.order_id is None and held.freed_at is None:
        held.freed_at = now
        await free_held(session, held.id)
    return held


async def forget_holds(session: AsyncSession) -> None:
    """Remove holds that are over for long, but for what an order has to say of its own."""
    await session.execute(delete(HoldToken).where(HoldToken.expires_at < func.now() - KEPT))


def digest_of(token: str) -> str:
    """What is kept of a token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
