"""The public events, and from which kinds of the book's events each is made. No other kind is sent.

The names are a promise to receivers; the kinds of the book are ours.
"""

from collections.abc import Collection, Mapping

PUBLIC: Mapping[str, str] = {
    "order.accepted": "An order was accepted. Has every delivery of its plan.",
    "order.rejected": "An order was not accepted; its number is free.",
    "order.updated": "The state of an order is another one.",
    "order.paused": "Nothing more of an order is released until it is resumed.",
    "order.resumed": "An order that was paused goes on.",
    "order.cancelling": "What is open of an order is being given up.",
    "order.shippable": "An order may be called shipped, by its bundle's `shipped_when`. Sent once an order.",
    "order.closed": "An order has ended: completed, partial, failed or cancelled.",
    "order.erased": "The buyer of an order was erased: erase what you keep of him as well.",
    "delivery.updated": "A delivery stands elsewhere: it is being bought, has another instant, is waived.",
    "delivery.held": "A delivery waits, with a reason and a deadline.",
    "delivery.delivered": "A delivery is delivered. The credential is fetched by its id.",
    "delivery.failed": "A delivery was given up; what is owed for it comes as a refund.",
    "delivery.cancelled": "A delivery was given up because its order was cancelled.",
    "delivery.revoked": "A delivery was delivered, and its supplier cancelled it.",
    "delivery.revealed": "The buyer has seen what was delivered, on his page.",
    "delivery.refunded": "What was paid for a delivery is paid back.",
    "refund.decided": "An amount is owed to the buyer: pay it, and confirm it.",
    "refund.withheld": "A refund is not to be paid while the buyer's bank has the payment back.",
    "refund.owed_again": "A refund that was withheld is to be paid after all.",
    "refund.confirmed": "You said that a refund is paid.",
    "refund.failed": "You said that a refund could not be paid; support has a case.",
    "bundle.availability": "A bundle cannot be sold now, or can be again: its stock or a supplier turned.",
    "stock.ran_out": "The last free key of a product in our own stock is gone. For operations only.",
    "stock.replenished": "A product of our own stock can be had again. For operations only.",
    "supplier.unavailable": "A connection that does not answer is left alone for now. For operations only.",
    "supplier.available": "A connection that was left alone answers again. For operations only.",
    "supplier.needs_attention": "A supplier refuses us until a person mends something. For operations only.",
    "supplier.mended": "That was mended. For operations only.",
    "supplier.paused": "Somebody paused a connection to a supplier. For operations only.",
    "supplier.resumed": "Somebody resumed a connection to a supplier. For operations only.",
    "webhook.disabled": "An endpoint gets nothing any more. Your others are told; the list says it too.",
    "webhook.test": "A test of an endpoint, sent because somebody asked for it.",
}
"""Every public event, with what it says."""

AVAILABILITY = "bundle.availability"
"""Of which every channel that has an endpoint is notified, each by an event of its own."""
OF_OPERATIONS = frozenset({"stock", "supplier"})
"""Families of which no channel is notified: suppliers and stock are ours."""
OF_ORDERS: Mapping[str, str] = {
    "order.accepted": "order.accepted",
    "order.rejected": "order.rejected",
    "order.state": "order.updated",
    "order.paused": "order.paused",
    "order.resumed": "order.resumed",
    "order.cancelling": "order.cancelling",
    "order.closed": "order.closed",
    "order.erased": "order.erased",
}
OF_REFUNDS: Mapping[str, str] = {
    kind: kind
    for kind in (
        "refund.decided",
        "refund.withheld",
        "refund.owed_again",
        "refund.confirmed",
        "refund.failed",
    )
}
OF_DELIVERIES = frozenset(
    {
        "delivery.bound",
        "delivery.cancelled",
        "delivery.delivered",
        "delivery.failed",
        "delivery.gate_opened",
        "delivery.held",
        "delivery.not_revocable",
        "delivery.not_sent",
        "delivery.pending",
        "delivery.planned",
        "delivery.readdressed",
        "delivery.refunded",
        "delivery.refused",
        "delivery.released",
        "delivery.remembered",
        "delivery.reminded",
        "delivery.reopened",
        "delivery.resumed",
        "delivery.retried",
        "delivery.reversed",
        "delivery.revoked",
        "delivery.revoking",
        "delivery.shifted",
        "delivery.submitted",
        "delivery.substituted",
        "delivery.uncertain",
        "delivery.verification_ended",
        "delivery.woken",
    }
)
"""Of these a receiver is notified where the delivery's public face is another one, by its state."""
NAMED_STATES = frozenset({"held", "delivered", "failed", "cancelled", "revoked", "refunded"})
"""States that a delivery's event is named after."""
REVEALED = "delivery.revealed"
NOT_SENT = frozenset(
    {
        "attempt.surfaced",
        "callback.received",
        "case.closed",
        "case.joined",
        "case.opened",
        "delivery.read",
        "link.ended",
        "link.made",
        "order.event_received",
        "order.run_replaced",
    }
)
"""Kinds that are ours alone, or that a channel has said itself."""


def is_wanted(event: str, patterns: Collection[str]) -> bool:
    """Whether an endpoint with these patterns (`*`, `order.*`, `order.closed`) is notified of an event."""
    return any(each in ("*", event, f"{event.partition('.')[0]}.*") for each in patterns)


def for_operations(patterns: Collection[str]) -> list[str]:
    """Patterns that have no event that a channel could get: those of suppliers and of stock."""
    return [each for each in patterns if each.partition(".")[0] in OF_OPERATIONS]


def unknown_patterns(patterns: Collection[str]) -> list[str]:
    """Patterns that no public event has."""
    return [each for each in patterns if not any(is_wanted(event, [each]) for event in PUBLIC)]
