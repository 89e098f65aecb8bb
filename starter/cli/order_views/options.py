"""What a person can do about a delivery as it stands, and with which command. Refusals are the book's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.fulfilment.cases import CaseKind, case_refusal
from domain.fulfilment.doubt import Doubt, doubt_of
from domain.fulfilment.states import CLOSED, UNRESOLVED_ATTEMPTS, DeliveryState, HoldReason
from domain.verbs.acts import Act, only_a_person_can_tell, refusal, too_early
from starter.cli.order_views.naming import label
from starter.cli.order_views.words import release_command
from storage.deliveries.by_hand import BY_HAND
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

_NOT_SOLD = "--supplier-says not_sold"
_VERBS: Mapping[Act, tuple[str, str]] = {
    Act.RETRY: ("try it again", "retry"),
    Act.RELEASE: ("let it go on", "release"),
    Act.SUBSTITUTE: ("buy it from another supplier", "substitute"),
    Act.DELIVER_BY_HAND: ("deliver it by hand", "deliver"),
    Act.CHANGE_RECIPIENT: ("send it to another account", "readdress"),
    Act.HOLD: ("hold it back", "hold"),
    Act.REFUND: ("give it up and pay it back", "refund"),
    Act.WAIVE: ("leave it out and keep its price", "skip"),
}


@dataclass(frozen=True)
class Option:
    """Something a person can do."""

    what: str
    command: str


def options(order: OrderView, delivery: DeliveryView, now: datetime) -> list[Option]:
    """What can be done about a delivery as it stands, the most helpful first."""
    return list(_options(order, delivery, _doubt(delivery, now)))


def _options(order: OrderView, delivery: DeliveryView, doubt: Doubt | None) -> Iterator[Option]:
    number, name = f"{order.channel}/{order.order_no}", label(order, delivery)
    if delivery.state in CLOSED:
        yield from _after_the_end(order, delivery)
        return
    if order.paused is not None:
        yield Option("let the whole order go on", release_command(number, order.paused))
    missing = {each.account for each in order.accounts_missing}
    if delivery.account in missing and delivery.account == delivery.recipient:
        yield Option(
            f"give the account {delivery.account}",
            f"perkflow order bind {number} {delivery.account} FILE --reason WHY",
        )
    for act in _VERBS:
        arguments = _arguments(act, delivery, doubt)
        if arguments is not None and _may(act, order, delivery, doubt, arguments):
            what, verb = _VERBS[act]
            command = " ".join(["perkflow order", verb, number, name, *arguments, "--reason WHY"])
            yield Option(_asked_first(act, delivery, doubt) or what, command)


def _arguments(act: Act, delivery: DeliveryView, doubt: Doubt | None) -> list[str] | None:
    """What a verb is called with besides the delivery; None where it makes no sense."""
    held_by_hand = delivery.hold_reason in (HoldReason.BY_OPERATOR, HoldReason.PAYMENT)
    said = [_NOT_SOLD] if _is_for_a_person(delivery, doubt) else []
    match act:
        case Act.RETRY:
            return None if held_by_hand else said
        case Act.RELEASE:
            return [] if held_by_hand else None
        case Act.SUBSTITUTE:
            return ["|".join(delivery.connections), *said] if len(delivery.connections) > 1 else None
        case Act.DELIVER_BY_HAND:
            return ["--credentials FILE"] if delivery.kind in ("key", "link") else []
        case Act.CHANGE_RECIPIENT:
            return ["FILE", *said] if delivery.account else None
        case Act.HOLD:
            return [] if delivery.state == DeliveryState.PLANNED else None
        case _:
            return said


def _may(
    act: Act, order: OrderView, delivery: DeliveryView, doubt: Doubt | None, arguments: list[str]
) -> bool:
    reason = HoldReason(delivery.hold_reason) if delivery.hold_reason else None
    gated = any(gate.component == delivery.component and gate.verdict is None for gate in order.gates)
    waits, now = delivery.pivot_waits, datetime.now(UTC)
    why_not = refusal(
        act,
        DeliveryState(delivery.state),
        reason,
        doubt=doubt,
        units_delivered=delivery.units_delivered,
        supplier_says="not_sold" if _NOT_SOLD in arguments else "",
        too_early=too_early(delivery.due_at, now, gated=gated, pivot_waits=waits),
        wrong_account=_wrong_account(order, delivery),
    )
    return why_not is None


def _asked_first(act: Act, delivery: DeliveryView, doubt: Doubt | None) -> str:
    if act is not Act.RETRY or doubt is None:
        return ""
    if _is_for_a_person(delivery, doubt):
        return "say that its supplier sold nothing"
    return "ask its supplier at once"


def _doubt(delivery: DeliveryView, now: datetime) -> Doubt | None:
    for attempt in delivery.attempts:
        if attempt.state in UNRESOLVED_ATTEMPTS:
            return doubt_of(
                attempt.askable,
                attempt.doubted_at,
                attempt.asked_at,
                now,
                submitted_at=attempt.submitted_at,
                paused_at=attempt.paused_at,
            )
    return None


def _wrong_account(order: OrderView, delivery: DeliveryView) -> bool:
    """Whether it is held since its supplier refused the account, and not for one still to be given."""
    missing = {each.account for each in order.accounts_missing}
    return delivery.hold_reason == HoldReason.ACCOUNT_NOT_BOUND and delivery.account not in missing


def _is_for_a_person(delivery: DeliveryView, doubt: Doubt | None) -> bool:
    reason = HoldReason(delivery.hold_reason) if delivery.hold_reason else None
    return only_a_person_can_tell(DeliveryState(delivery.state), reason, doubt)


def _after_the_end(order: OrderView, delivery: DeliveryView) -> Iterator[Option]:
    number, name = f"{order.channel}/{order.order_no}", label(order, delivery)
    about = f"{number} {name} --reason WHY"
    failed = any(
        case.delivery_id == delivery.id and case.kind == CaseKind.REFUND_FAILED and case.closed_at is None
        for case in order.cases
    )
    if failed:
        yield Option("decide its refund again", f"perkflow order retry {about}")
        yield Option("say that its refund was settled elsewhere", f"perkflow order skip {about}")
    by_hand = any(attempt.connection == BY_HAND for attempt in delivery.attempts)
    gone = order.paused is not None and order.paused.reason == HoldReason.PAYMENT
    for kind, what, verb in (
        (CaseKind.REISSUE, "take it back and buy another one", "reissue"),
        (CaseKind.RETURNED, f"take it back{'' if gone else ' and pay it back'}", "refund"),
    ):
        if case_refusal(kind, DeliveryState(delivery.state), by_hand=by_hand) is None:
            yield Option(what, f"perkflow order {verb} {about}")
