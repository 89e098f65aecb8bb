"""What a person can do about a delivery as it stands, and with which command. Refusals are the book's own."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.fulfilment.cases import CaseKind, case_refusal
from domain.fulfilment.doubt import Doubt, doubt_of
from domain.fulfilment.holds import FOR_AN_ACCOUNT, FOR_THE_PAYMENT, HoldReason
from domain.fulfilment.states import CLOSED, UNRESOLVED_ATTEMPTS, DeliveryState
from domain.verbs.refusals import is_for_a_person, too_early
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS
from domain.verbs.verb import Act, Need, Standing
from starter.cli.order_views.naming import label
from starter.cli.order_views.words import release_command
from storage.deliveries.by_hand import BY_HAND
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

_NOT_SOLD = "--supplier-says not_sold"


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
        yield Option(ORDER_VERBS[Act.RESUME].title, release_command(number, order.paused))
    missing = {each.account for each in order.accounts_missing}
    if delivery.account in missing and delivery.account == delivery.recipient:
        yield Option(
            f"{ORDER_VERBS[Act.BIND_RECIPIENT].title} {delivery.account}",
            f"perkflow order bind {number} {delivery.account} FILE --reason WHY",
        )
    standing = _standing(order, delivery, doubt)
    for verb in DELIVERY_VERBS.values():
        says = _NOT_SOLD if Need.SUPPLIER_SAYS in verb.needs and is_for_a_person(standing) else ""
        asked = replace(standing, supplier_says="not_sold" if says else "")
        if verb.suits(standing) and verb.refusal(asked) is None:
            arguments = [*(_argument(need, delivery) for need in verb.needs), says]
            called = ["perkflow order", verb.name, number, name, *arguments, "--reason WHY"]
            command = " ".join(word for word in called if word)
            yield Option(_asked_first(verb.act, standing) or verb.title, command)


def _argument(need: Need, delivery: DeliveryView) -> str:
    """How a verb is told what it needs; "" for nothing, or for what is only sometimes said."""
    match need:
        case Need.CONNECTION:
            return "|".join(delivery.connections)
        case Need.CREDENTIALS:
            return "--credentials FILE" if delivery.kind in ("key", "link") else ""
        case Need.RECIPIENT:
            return "FILE"
        case _:
            return ""


def _standing(order: OrderView, delivery: DeliveryView, doubt: Doubt | None) -> Standing:
    gated = any(gate.component == delivery.component and gate.verdict is None for gate in order.gates)
    waits, now = delivery.pivot_waits, datetime.now(UTC)
    return Standing(
        DeliveryState(delivery.state),
        HoldReason(delivery.hold_reason) if delivery.hold_reason else None,
        doubt=doubt,
        units_delivered=delivery.units_delivered,
        too_early=too_early(delivery.due_at, now, gated=gated, pivot_waits=waits),
        wrong_account=_wrong_account(order, delivery),
        connections=delivery.connections,
        account=delivery.account or "",
    )


def _asked_first(act: Act, standing: Standing) -> str:
    if act is not Act.RETRY or standing.doubt is None:
        return ""
    if is_for_a_person(standing):
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
    return delivery.hold_reason in FOR_AN_ACCOUNT and delivery.account not in missing


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
    gone = order.paused is not None and order.paused.reason in FOR_THE_PAYMENT
    for verb in DELIVERY_VERBS.values():
        if verb.opens and case_refusal(verb.opens, DeliveryState(delivery.state), by_hand=by_hand) is None:
            taken_back = f"take it back{'' if gone else ' and pay it back'}"
            what = taken_back if verb.act is Act.REFUND else verb.title
            yield Option(what, f"perkflow order {verb.name} {about}")
