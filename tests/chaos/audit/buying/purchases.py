"""Invariants 1 and 3: what was bought at suppliers, and in which order."""

from collections import Counter
from itertools import pairwise

from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import UNRESOLVED_ATTEMPTS, AttemptState
from storage.tables import Attempt
from tests.chaos.audit.buying.parts import bought_in_full, is_paid
from tests.chaos.audit.scene import OURS, Finding, Scene

REPLACEABLE = frozenset(
    {
        *(AttemptState.REJECTED, AttemptState.REVOKED, AttemptState.DISPUTED),
        *(AttemptState.SURFACED, AttemptState.WRITTEN_OFF),
    }
)
"""Ends of an attempt after which another purchase may be made; a person may add to a partial one."""


def paid_once(scene: Scene) -> Finding:
    """1. One delivery is paid for at most once, and not delivered unless it was bought, all of it.

    Every sale has an intent that was committed earlier. A sale that is still pending counts: it is paid for.
    """
    wrong = []
    by_key = {attempt.key: attempt for attempt in scene.attempts}
    used = Counter(attempt.key for attempt in scene.attempts)
    wrong += [f"{count} attempts have the number {key}" for key, count in used.items() if count > 1]
    for key, sales in scene.sales.items():
        attempt = by_key.get(key)
        if len(sales) > 1:
            wrong.append(f"{len(sales)} sales under one number {key}")
        if attempt is None:
            wrong.append(f"a sale under {key}, which is no attempt of ours")
        elif attempt.opened_at.timestamp() > sales[0].created_at:
            wrong.append(f"{scene.name(attempt.delivery_id)} was sold before its intent was written")
    not_wanted = surfaced = again = 0
    replaced = {case.delivery_id for case in scene.cases if case.kind == CaseKind.REPLACEMENT}
    for delivery_id in scene.deliveries:
        attempts = scene.attempts_of(delivery_id)
        kept = [a for a in attempts if any(is_paid(sale) for sale in scene.sales_of(a))]
        disputed = [a for a in kept if a.state == AttemptState.DISPUTED]
        told = [a for a in kept if a.state == AttemptState.SURFACED]
        useless = [a for a in attempts if a.state == AttemptState.WRITTEN_OFF]
        if useless and delivery_id not in replaced:
            wrong.append(f"{scene.name(delivery_id)} was written off, and nobody asked for another one")
        if len([a for a in kept if a not in disputed + told + useless]) > 1:
            wrong.append(f"{scene.name(delivery_id)} was paid for {len(kept)} times")
        not_wanted += len(disputed)
        surfaced += len(told)
        again += len(useless)
        wrong += bought_in_full(scene, scene.deliveries[delivery_id])
    sold = sum(len(sales) for sales in scene.sales.values())
    beside = {"for a key somebody had": not_wanted, "surfaced after a failover": surfaced}
    counts = {"sales": sold, "attempts": len(scene.attempts), **beside, "replaced at our cost": again}
    return Finding(counts, wrong, ("sales", "attempts", "surfaced after a failover", "replaced at our cost"))


def never_replaced(scene: Scene) -> Finding:
    """3. An unresolved attempt is never replaced; what was given up as refused was not sold."""
    wrong = []
    submissions: Counter[int] = Counter()
    for delivery_id in scene.deliveries:
        attempts = scene.attempts_of(delivery_id)
        for earlier, later in pairwise(attempts):
            wrong += _replaced(scene, earlier, later)
        for attempt in attempts:
            submissions[attempt.submissions] += 1
            if attempt.state == AttemptState.REJECTED and any(map(is_paid, scene.sales_of(attempt))):
                wrong.append(f"{scene.name(delivery_id)}: attempt {attempt.number} is rejected, and was sold")
            if attempt.state in UNRESOLVED_ATTEMPTS and scene.deliveries[delivery_id].next_action is None:
                wrong.append(f"{scene.name(delivery_id)}: attempt {attempt.number} was left unresolved")
    again = sum(count for times, count in submissions.items() if times > 1)
    counts = {"replaced after a refusal": sum(1 for a in scene.attempts if a.number > 1), "sent again": again}
    return Finding(counts, wrong)


def _replaced(scene: Scene, earlier: Attempt, later: Attempt) -> list[str]:
    name = f"{scene.name(earlier.delivery_id)}: attempt {earlier.number}"
    if earlier.closed_at is None or earlier.closed_at > later.opened_at:
        return [f"{name} was replaced before it was resolved"]
    by_hand = later.connection in OURS and earlier.state == AttemptState.PARTIAL
    if earlier.state not in REPLACEABLE and not by_hand:
        return [f"{name} is {earlier.state}, and was replaced"]
    return []
