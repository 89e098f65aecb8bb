"""One defect for each invariant, put into a process from outside; the line of that invariant must catch it.

The product knows nothing of them: each patches one function of it, in a process that a fault run starts.
"""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from activities.orders import BookActivities
from activities.suppliers import ConnectionActivities
from domain.outcomes import Delivered, Rejected, Uncertain
from storage import acts, attempts, claims, journal, outcomes, sealing
from storage.tables import Delivery


@dataclass(frozen=True)
class Mutant:
    """A defect, and the invariant that it breaks."""

    invariant: int
    what: str
    apply: Callable[[], None]


def _patch(owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
    setattr(owner, name, wrap(getattr(owner, name)))


def _new_key_each_time() -> None:
    def wrap(purchase_of: Any) -> Any:
        async def mutated(*args: Any) -> Any:
            purchase = await purchase_of(*args)
            return replace(purchase, key=secrets.token_hex(16)) if purchase.resubmitted else purchase

        return mutated

    _patch(attempts, "purchase_of", wrap)


def _acknowledged_and_forgotten() -> None:
    def wrap(accept: Any) -> Any:
        async def mutated(self: Any, request: Any) -> Any:
            accepted = await accept(self, request)
            receipt = accepted.result.receipt
            return accepted.model_copy(update={"deliveries": [], "settled": True}) if receipt else accepted

        return mutated

    _patch(BookActivities, "accept", wrap)


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
    _patch(sealing.Fingerprints, "credential", lambda _: lambda self, *parts: os.urandom(16).hex())


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


def _request_id_ignored() -> None:
    def wrap(first_time: Any) -> Any:
        async def mutated(session: Any, request: Any, now: Any) -> bool:
            again = request.model_copy(update={"request_id": secrets.token_hex(8)})
            return bool(await first_time(session, again, now))

        return mutated

    _patch(acts, "_first_time", wrap)


def _released_early() -> None:
    def wrap(change: Any) -> Any:
        def mutated(session: Any, order: Any, row: Any, kind: str, at: Any, **changes: Any) -> None:
            if kind == "delivery.planned":
                changes["next_action_at"] -= timedelta(hours=1)
            change(session, order, row, kind, at, **changes)

        return mutated

    _patch(journal, "change", wrap)


def _changed_without_telling() -> None:
    def wrap(issue: Any) -> Any:
        async def mutated(session: Any, vault: Any, order: Any, row: Delivery, *args: Any) -> Any:
            row.delivered_at = order.accepted_at
            row.note = "changed behind the journal's back"
            return await issue(session, vault, order, row, *args)

        return mutated

    _patch(outcomes, "_issue", wrap)


MUTANTS: dict[str, Mutant] = {
    "new-key": Mutant(1, "a request that is sent again gets a new number", _new_key_each_time),
    "forgotten": Mutant(2, "an order is acknowledged and forgotten", _acknowledged_and_forgotten),
    "failover": Mutant(3, "an uncertain attempt is replaced", _failover_while_uncertain),
    "fingerprint": Mutant(4, "fingerprints are not compared", _fingerprint_ignored),
    "rounding": Mutant(5, "refunds are rounded", _refund_rounded),
    "log-line": Mutant(6, "a log line shows what was issued", _unsealed_log_line),
    "request-id": Mutant(7, "an act's request id is ignored", _request_id_ignored),
    "early": Mutant(8, "deliveries are released before their instant", _released_early),
    "untold": Mutant(9, "a row changes without an event", _changed_without_telling),
}
