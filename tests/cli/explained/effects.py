"""What each command that `explain` suggests is to have done, as the book shows it afterwards."""

from collections.abc import Callable

from storage.views.orders import OrderView

Effect = Callable[[OrderView], bool]


def _attempts(view: OrderView) -> list[str]:
    return [attempt.state for attempt in view.deliveries[0].attempts]


def _has(view: OrderView, event: str) -> bool:
    return any(each.type == event for each in view.events)


def _retried(view: OrderView) -> bool:
    again = [case for case in view.cases if case.kind == "refund_failed"]
    if again:
        return view.deliveries[0].refund_state == "decided" and again[0].closed_at is not None
    return _has(view, "delivery.retried")


def _skipped(view: OrderView) -> bool:
    settled = [case for case in view.cases if case.kind == "refund_failed"]
    if settled:
        return view.deliveries[0].refund_state == "failed" and settled[0].closed_at is not None
    return view.deliveries[0].waived and view.refund is None


def _refunded(view: OrderView) -> bool:
    first = view.deliveries[0]
    if view.paused is not None and view.paused.reason == "payment":
        return first.state in ("failed", "cancelled") and view.refund is None
    return first.state in ("failed", "cancelled", "revoked") and view.refund == first.share


def _let_go_on(view: OrderView) -> bool:
    return view.paused is None and view.deliveries[0].state == "delivered"


def _bought_elsewhere(view: OrderView) -> bool:
    first = view.deliveries[0]
    planned = first.state == "planned" and first.connections[first.offer] == "fulu"
    return planned or (first.state == "delivered" and first.attempts[-1].connection == "fulu")


def _by_hand(view: OrderView) -> bool:
    last = view.deliveries[0].attempts[-1]
    return view.deliveries[0].state == "delivered" and "by" in (last.connection[:2], (last.code or "")[:2])


def _bought_from_again(view: OrderView) -> bool:
    return view.deliveries[0].state == "delivered" or _has(view, "delivery.woken")


EFFECTS: dict[str, Effect] = {
    "order retry": _retried,
    "order release": _let_go_on,
    "order substitute": _bought_elsewhere,
    "order deliver": _by_hand,
    "order readdress": lambda view: view.deliveries[0].state == "delivered",
    "order bind": lambda view: not view.accounts_missing and view.deliveries[0].state == "delivered",
    "order hold": lambda view: view.deliveries[0].hold_reason == "by_operator",
    "order refund": _refunded,
    "order skip": _skipped,
    "order reissue": lambda view: _attempts(view) == ["revoked", "delivered"],
    "order replace": lambda view: _attempts(view) == ["written_off", "delivered"],
    "order goodwill": lambda view: (
        view.refund == view.deliveries[0].share and _attempts(view) == ["delivered"]
    ),
    "supplier resume": _bought_from_again,
}
"""By the words of the command."""
