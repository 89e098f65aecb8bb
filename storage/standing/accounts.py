"""Accounts that the buyer gives later: a delivery that is due without one waits and reminds of it."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.durations import STORED
from domain.contract.release import AccountClaim, Unclaimed
from domain.fulfilment.holds import FOR_AN_ACCOUNT, HoldReason
from domain.fulfilment.steps import Step, hold_step
from domain.notes.progress import NoAccount
from storage.tables import Delivery, Order, RecipientRow


async def is_unbound(session: AsyncSession, delivery: Delivery) -> bool:
    """Whether a delivery goes to an account that nobody has given yet."""
    if delivery.recipient is None:
        return False
    return await session.get(RecipientRow, (delivery.order_id, delivery.recipient)) is None


def unbound_step(order: Order, delivery: Delivery, now: datetime) -> Step:
    """Hold a delivery for its account: until its claim's end, with the next reminder in between.

    The time to claim it counts from when it was first held for that, which may be long after it was due.
    """
    claim = claim_of(delivery)
    waits = delivery.hold_reason in FOR_AN_ACCOUNT
    since = (delivery.held_since if waits else None) or now
    window = claim.within if claim else timedelta(seconds=order.hold_seconds)
    deadline = max(since + window, now)
    note = NoAccount(account=account_name(delivery))
    step = hold_step(HoldReason.ACCOUNT_NOT_BOUND, note, now, deadline, delivery.offer)
    if claim is None or not claim.remind_every:
        return step
    told = (now - since) // claim.remind_every + 1
    at = since + told * claim.remind_every
    return step.model_copy(update={"at": at if at < deadline else None})


def is_forfeited(delivery: Delivery) -> bool:
    """Whether the price is kept when nobody claimed a delivery in time; one that was refused is no such."""
    claim = claim_of(delivery)
    waits = delivery.hold_reason in FOR_AN_ACCOUNT and not delivery.tries
    return waits and claim is not None and claim.otherwise is Unclaimed.FORFEIT


def claim_of(delivery: Delivery) -> AccountClaim | None:
    """By what rule the account of a delivery may be given later."""
    if delivery.claim is None:
        return None
    stored = {name: value for name, value in delivery.claim.items() if name != "account"}
    return AccountClaim.model_validate(stored, context=STORED)


def account_name(delivery: Delivery) -> str:
    """The name under which the bundle asks for a delivery's account."""
    return (delivery.recipient or "").partition(".")[0]
