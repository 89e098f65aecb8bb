"""Guard: the supplier's connection is paused, or did not answer for so long that it is left alone."""

from datetime import timedelta

from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction, Step, hold_step
from domain.notes.note import Note
from domain.planning.plan import PinnedOffer
from domain.requests import Reply
from storage.purchasing.guards.intent import Intent
from storage.supply import health


async def supplier_left_alone(intent: Intent) -> Reply | None:
    """Turn to the next offer, or hold the delivery if there is none or an attempt may have sold it."""
    if not health.speaks_against(intent.at_hand.health):
        return None
    connection = PinnedOffer.model_validate(intent.delivery.offers[intent.offer]).connection
    why = await health.gate(intent.session, connection, intent.now)
    if why is None:
        return None
    return await intent.follow("delivery.refused", _instead(intent, why))


def _instead(intent: Intent, why: Note) -> Step:
    order, delivery, attempt, now = intent.order, intent.delivery, intent.attempt, intent.now
    if attempt is not None and intent.never_left("unreachable"):
        attempt.reason = HoldReason.SUPPLIER_UNAVAILABLE.value
        attempt = None
    if attempt is not None:
        attempt.doubted_at = attempt.doubted_at or now
    if attempt is None and intent.offer + 1 < len(delivery.offers):
        return Step(
            state=DeliveryState.IN_PROGRESS,
            next_action=NextAction.SUBMIT,
            at=now,
            offer=intent.offer + 1,
            reason=HoldReason.SUPPLIER_UNAVAILABLE,
            note=why,
        )
    deadline = delivery.hold_deadline or now + timedelta(seconds=order.hold_seconds)
    return hold_step(HoldReason.SUPPLIER_UNAVAILABLE, why, now, deadline, intent.offer)
