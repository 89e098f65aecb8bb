"""Defects in how deliveries are bought."""

import os
import secrets
from dataclasses import replace
from typing import Any

from domain.notes.general import Said
from domain.supply.outcomes import IssuedUnit, Rejected, Uncertain
from storage.base import sealing
from storage.purchasing import attempts, outcomes
from tests.chaos.defects.patching import patch


def new_key_each_time() -> None:
    def wrap(purchase_of: Any) -> Any:
        async def mutated(*args: Any) -> Any:
            purchase = await purchase_of(*args)
            return replace(purchase, key=secrets.token_hex(16)) if purchase.resubmitted else purchase

        return mutated

    patch(attempts, "purchase_of", wrap)


def sent_again_instead_of_asked() -> None:
    def wrap(begin: Any) -> Any:
        async def mutated(session: Any, vault: Any, at_hand: Any, *rest: Any, **more: Any) -> Any:
            attempt = at_hand.attempt
            if attempt is not None and attempt.in_flight:
                attempt.state, attempt.closed_at = "rejected", rest[-1]
                await session.flush()
                at_hand.delivery.next_action = "submit"
                at_hand = replace(at_hand, attempt=None)
            return await begin(session, vault, at_hand, *rest, **more)

        return mutated

    patch(attempts, "begin_submit", wrap)


def failover_while_uncertain() -> None:
    def wrap(record: Any) -> Any:
        async def mutated(session: Any, vault: Any, *told: Any, **more: Any) -> Any:
            at_hand, outcome, *rest = told
            if isinstance(outcome, Uncertain):
                outcome = Rejected("gave_up", Said(text="no answer"), "offer")
            return await record(session, vault, at_hand, outcome, *rest, **more)

        return mutated

    patch(outcomes, "record_answer", wrap)


def fingerprint_ignored() -> None:
    patch(sealing.Fingerprints, "credential", lambda _: lambda self, *parts, **how: os.urandom(16).hex())
    patch(sealing.Fingerprints, "secrets", lambda _: lambda self, *parts, **how: [])


def compared_as_written() -> None:
    """Each credential as a whole, as it came: another number, or a blank, makes another key."""

    def as_it_came(_: Any) -> Any:
        return lambda self, *parts, **how: ["".join(part or "" for part in parts).encode().hex()[:200]]

    patch(IssuedUnit, "as_handed_over", lambda _: lambda self: self)
    patch(sealing.Fingerprints, "secrets", as_it_came)
    patch(sealing.Fingerprints, "credential", lambda _: lambda self, *parts, **how: os.urandom(16).hex())


def unusable_is_silence() -> None:
    def wrap(record: Any) -> Any:
        async def mutated(session: Any, vault: Any, *told: Any, **more: Any) -> Any:
            at_hand, outcome, *rest = told
            if isinstance(outcome, Uncertain):
                outcome = replace(outcome, silent=True)
            return await record(session, vault, at_hand, outcome, *rest, **more)

        return mutated

    patch(outcomes, "record_answer", wrap)
