"""Invariant 12: what a supplier has reported is not forgotten, however early it came."""

from domain.fulfilment.states import AttemptState, DeliveryState
from storage.tables import Attempt, Callback
from tests.chaos.audit.scene import Finding, Scene

TAKEN_BACK = ("failed", "reversed")
"""What is claimed of a sale of which nothing is left."""


def not_forgotten(scene: Scene) -> Finding:
    """12. What was taken back, and was reported so, does not stand as delivered; also if it was told early.

    Nobody asks again by himself within a run: what stands at its end, its report was forgotten.
    """
    wrong, told, early = [], 0, 0
    attempts = {attempt.key: attempt for attempt in scene.attempts}
    for report in scene.callbacks:
        attempt = attempts.get(report.key)
        if attempt is None or report.stated not in TAKEN_BACK or not _is_about(report, attempt):
            continue
        if not any(sale.credited_minor == sale.money_minor for sale in scene.sales_of(attempt)):
            continue
        told += 1
        before = attempt.closed_at is None or report.first_at <= attempt.closed_at
        early += before
        row = scene.deliveries[attempt.delivery_id]
        if attempt.state == AttemptState.DELIVERED and row.state == DeliveryState.DELIVERED:
            when = "before" if before else "after"
            wrong.append(
                f"{scene.name(row.id)} stands as delivered, and was reported as {report.stated}, "
                f"{when} its success was written"
            )
    return Finding({"reported as taken back": told, "before the answer": early}, wrong)


def _is_about(report: Callback, attempt: Attempt) -> bool:
    theirs = report.supplier_order in (None, attempt.supplier_order)
    return theirs and report.connection == attempt.connection
