"""One defect for each invariant, put into a process from outside; the line of that invariant must catch it.

The product knows nothing of them: each patches one function of it, in a process that a fault run starts.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from activities.suppliers import ConnectionActivities
from domain.outcomes import Delivered, Rejected, Uncertain
from simulator.faults.kinds import BREAKS, COMMIT_THEN
from storage import acceptance, attempts, callbacks, claims, journal, outcomes, sealing
from storage.tables import Attempt, Delivery


@dataclass(frozen=True)
class Mutant:
    """A defect, and the invariant that it breaks."""

    invariant: int
    what: str
    apply: Callable[[], None]
    rates: dict[str, float] = field(default_factory=dict)
    """The faults that bring it out."""
    kills: int = 0
    """How often a worker is killed while it works, where that is what brings it out."""


def _patch(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
    setattr(owner, name, wrap(getattr(owner, name)))


def _new_key_each_time() -> None:
    def wrap(purchase_of: Any) -> Any:
        async def mutated(*args: Any) -> Any:
            purchase = await purchase_of(*args)
            return replace(purchase, key=secrets.token_hex(16)) if purchase.resubmitted else purchase

        return mutated

    _patch(attempts, "purchase_of", wrap)


def _sent_again_instead_of_asked() -> None:
    def wrap(begin: Any) -> Any:
        async def mutated(
            session: Any, vault: Any, order_id: str, delivery_id: str, *rest: Any, **more: Any
        ) -> Any:
            attempt = await attempts.unresolved(session, delivery_id)
            if attempt is not None and attempt.in_flight:
                attempt.state, attempt.closed_at = "rejected", rest[-1]
                await session.flush()
                delivery = await session.get(Delivery, delivery_id)
                delivery.next_action = "submit"
            return await begin(session, vault, order_id, delivery_id, *rest, **more)

        return mutated

    _patch(attempts, "begin_submit", wrap)


def _acknowledged_and_forgotten() -> None:
    def wrap(accept: Any) -> Any:
        async def mutated(*args: Any) -> Any:
            accepted = await accept(*args)
            receipt = accepted.result.receipt
            return accepted.model_copy(update={"deliveries": [], "settled": True}) if receipt else accepted

        return mutated

    _patch(acceptance, "accept", wrap)


def _failover_while_uncertain() -> None:
    def wrap(record: Any) -> Any:
        async def mutated(session: Any, vault: Any, *told: Any, **more: Any) -> Any:
            order, attempt, outcome, *rest = told
            if isinstance(outcome, Uncertain):
                outcome = Rejected("gave_up", "no answer", "offer")
            return await record(session, vault, order, attempt, outcome, *rest, **more)

        return mutated

    _patch(outcomes, "record_answer", wrap)


def _fingerprint_ignored() -> None:
    _patch(sealing.Fingerprints, "credential", lambda _: lambda self, *parts, **how: os.urandom(16).hex())
    _patch(sealing.Fingerprints, "secrets", lambda _: lambda self, *parts, **how: [])


def _refund_rounded() -> None:
    _patch(claims, "refund_due", lambda due: lambda *args, **more: due(*args, **more) // 10 * 10)


def _unsealed_log_line() -> None:
    def wrap(record: Any) -> Any:
        async def mutated(self: Any, ref: Any, attempt: str, outcome: Any, *args: Any, **more: Any) -> Any:
            if isinstance(outcome, Delivered):
                print("delivered", [unit.number for unit in outcome.units], flush=True)
            return await record(self, ref, attempt, outcome, *args, **more)

        return mutated

    _patch(ConnectionActivities, "_record", wrap)


def _callback_unbound() -> None:
    _patch(callbacks, "_verdict", lambda _: lambda report, attempt: callbacks.BOUND)


def _released_early() -> None:
    def wrap(change: Any) -> Any:
        def mutated(session: Any, order: Any, row: Any, kind: str, at: Any, **changes: Any) -> None:
            if kind == "delivery.planned":
                changes["next_action_at"] -= timedelta(hours=1)
            change(session, order, row, kind, at, **changes)

        return mutated

    _patch(journal, "change", wrap)


def _changed_without_telling() -> None:
    def wrap(record: Any) -> Any:
        async def mutated(session: Any, vault: Any, order: str, attempt: str, *told: Any, **more: Any) -> Any:
            step = await record(session, vault, order, attempt, *told, **more)
            row = await session.get(Attempt, attempt)
            (await session.get(Delivery, row.delivery_id)).note = "changed behind the journal's back"
            return step

        return mutated

    _patch(outcomes, "record_answer", wrap)


LOST = {f"create:{kind}": 0.1 for kind in BREAKS - {"timeout"}}
SOLD_BUT_LOST = {f"create:{kind}": 0.1 for kind in COMMIT_THEN if kind != "commit_then_timeout"}
MUTANTS: dict[str, Mutant] = {
    "new-key": Mutant(1, "a request that is sent again gets a new number", _new_key_each_time, LOST),
    "not-asked": Mutant(
        1,
        "what was under way when a worker died is sent again under a new number",
        _sent_again_instead_of_asked,
        {"create:slow_drip": 1.0},
        kills=2,
    ),
    "forgotten": Mutant(2, "an order is acknowledged and forgotten", _acknowledged_and_forgotten),
    "failover": Mutant(3, "an uncertain attempt is replaced", _failover_while_uncertain, SOLD_BUT_LOST),
    "fingerprint": Mutant(
        4, "fingerprints are not compared", _fingerprint_ignored, {"duplicate_credential": 0.5}
    ),
    "rounding": Mutant(5, "refunds are rounded", _refund_rounded),
    "log-line": Mutant(6, "a log line shows what was issued", _unsealed_log_line),
    "unbound": Mutant(
        7, "callbacks are bound to whatever they name", _callback_unbound, {"misbound_callback": 1.0}
    ),
    "early": Mutant(8, "deliveries are released before their instant", _released_early),
    "untold": Mutant(9, "a row changes without an event", _changed_without_telling),
}
