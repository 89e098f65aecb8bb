"""Invariant 7, for callbacks: what is forged leaves no trace, what is about nothing of ours binds to nothing.

Every callback that the suppliers sent is compared with its answer, and with what the book has of it.
"""

from collections import Counter

from simulator.shop.notice_log import SentNotice
from storage.tables import Callback
from tests.chaos.audit.scene import Scene

REFUSED, NOT_OURS, ACCEPTED = (401, 403), 409, 200
UNSURE = "unconfirmed"
"""It was a hint: it named a supplier's number before we knew ours."""


def compared(scene: Scene) -> tuple[dict[str, int], list[str]]:
    """How many callbacks of each nature were answered; what should have been answered or kept otherwise."""
    wrong: list[str] = []
    answered: Counter[str] = Counter()
    rows = {(row.connection, row.digest): row for row in scene.callbacks}
    for supplier, notices in scene.notices.items():
        for notice in notices:
            row = rows.get((supplier, notice.digest))
            if notice.status is None:
                continue
            answered[notice.nature] += 1
            problem = _problem(notice, row)
            if problem:
                wrong.append(f"a {notice.nature} callback of {supplier} about {notice.number} {problem}")
    shown = {nature: answered[nature] for nature in ("forged", "misbound", "unknown", "replayed")}
    return shown, wrong


def _problem(notice: SentNotice, row: Callback | None) -> str:
    if notice.nature == "forged":
        if row is not None:
            return "stands in the book"
        return "" if notice.status in REFUSED or _is_busy(notice) else f"was answered with {notice.status}"
    if notice.nature in ("misbound", "unknown"):
        if row is not None and row.attempt_id is not None and row.verdict != UNSURE:
            return "was bound"
        as_a_hint = row is not None and row.verdict == UNSURE and notice.status == ACCEPTED
        refused = notice.status == NOT_OURS or as_a_hint or _is_busy(notice)
        return "" if refused else f"was answered with {notice.status}"
    if notice.acknowledged and (row is None or row.attempt_id is None):
        return "was acknowledged, and is bound to nothing in the book"
    return ""


def _is_busy(notice: SentNotice) -> bool:
    """A server of ours was away: it was to be repeated."""
    return notice.status is not None and (notice.status >= 500 or notice.status in (408, 429))
