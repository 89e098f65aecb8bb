"""Public events from the book's: which, with what in them, and always the same."""

from datetime import UTC, datetime
from typing import Any

from domain.money import Money
from domain.webhooks.catalogue import (
    NOT_SENT,
    OF_DELIVERIES,
    OF_ORDERS,
    OF_REFUNDS,
    PUBLIC,
    is_wanted,
    unknown_patterns,
)
from domain.webhooks.projection import Draft, drafts, event_id
from domain.webhooks.standing import BookEvent, DeliveryFrame, OrderFrame, OrderStanding
from tests.papers.identifiers import of_events

AT = datetime(2026, 11, 29, tzinfo=UTC)


def frame(*roles: str, shipped_when: str = "all") -> OrderFrame:
    deliveries = {
        f"d{number}": DeliveryFrame(f"d{number}", f"c{number}", 1, 1, "Video", "key", 1, role)
        for number, role in enumerate(roles, start=1)
    }
    paid = Money(amount=9900, currency="CNY")
    return OrderFrame("ord_1", "shop", "1001", "b", 1, 1, paid, shipped_when, deliveries)


def story(*told: tuple[str, str | None, dict[str, Any]], planned: int = 1) -> list[BookEvent]:
    """An order's acceptance and plan, in one transaction, and what came of it."""
    plan = {"state": "planned", "units_delivered": 0, "waived": False}
    first = [("order.accepted", None, {"price": 9900})]
    first += [("delivery.planned", f"d{number}", plan) for number in range(1, planned + 1)]  # type: ignore[misc]
    events = [*first, *told]
    return [
        BookEvent(seq, AT, kind, delivery, data, xid=1 if seq <= len(first) else seq)
        for seq, (kind, delivery, data) in enumerate(events, start=1)
    ]


def made(of: OrderFrame, events: list[BookEvent]) -> list[Draft]:
    return list(drafts(OrderStanding(of), events))


def turned(delivery: str, state: str, **more: Any) -> tuple[str, str, dict[str, Any]]:
    return (f"delivery.{state}", delivery, {"state": state, **more})


def test_every_kind_of_the_book_is_sent_or_kept_on_purpose() -> None:
    known = set(OF_ORDERS) | set(OF_REFUNDS) | OF_DELIVERIES | NOT_SENT | set(PUBLIC)
    assert set(of_events()) - known == set()


def test_every_event_that_is_made_is_in_the_catalogue() -> None:
    assert set(OF_ORDERS.values()) | set(OF_REFUNDS.values()) <= set(PUBLIC)


def test_an_acceptance_has_the_whole_plan() -> None:
    [accepted] = made(frame("core", "core"), story(planned=2))
    assert accepted.type == "order.accepted"
    assert [each.id for each in accepted.data.deliveries or []] == ["d1", "d2"]


def test_a_delivery_is_named_after_where_it_got() -> None:
    events = story(
        ("delivery.submitted", "d1", {"state": "in_progress"}),
        ("delivery.uncertain", "d1", {"state": "uncertain"}),
        ("delivery.held", "d1", {"state": "held", "hold_reason": "out_of_stock"}),
        ("delivery.reminded", "d1", {"next_action_at": "2027-01-01T00:00:00+00:00"}),
        ("delivery.held", "d1", {"hold_reason": "needs_attention"}),
        turned("d1", "failed", hold_reason=None),
    )
    assert [draft.type for draft in made(frame("core"), events)] == [
        "order.accepted",
        "delivery.updated",
        "delivery.updated",
        "delivery.held",
        "delivery.updated",
        "delivery.failed",
    ]


def test_kinds_that_nobody_knows_are_not_sent_and_not_forgotten() -> None:
    events = story(("order.invented", None, {}), ("delivery.invented", "d1", {"units_delivered": 1}))
    assert [draft.type for draft in made(frame("core"), events)] == ["order.accepted"]
    [_, held] = made(
        frame("core"), story(("delivery.invented", "d1", {"units_delivered": 1}), turned("d1", "held"))
    )
    assert held.data.delivery is not None and held.data.delivery.units_delivered == 1


def test_nothing_that_a_person_wrote_is_in_an_event() -> None:
    secret = {"note": {"code": "said", "text": "PLANTED"}, "reason": "PLANTED", "actor": "PLANTED"}
    events = story(("order.paused", None, secret), ("delivery.held", "d1", {"state": "held", **secret}))
    assert all("PLANTED" not in draft.data.model_dump_json() for draft in made(frame("core"), events))


def test_a_refund_keeps_its_amount() -> None:
    events = story(
        ("refund.decided", None, {"refund": "r1", "delivery": "d1", "amount": 500}),
        ("refund.withheld", None, {"refund": "r1", "delivery": "d1", "amount": 500}),
        ("refund.owed_again", None, {"refund": "r1", "delivery": "d1", "amount": 500}),
        ("refund.confirmed", None, {"refund": "r1", "delivery": "d1", "amount": 500}),
    )
    found = [draft.data.refund for draft in made(frame("core"), events)[1:]]
    assert [(each.state, each.amount.amount) for each in found if each] == [
        ("decided", 500),
        ("withheld", 500),
        ("decided", 500),
        ("confirmed", 500),
    ]


def test_an_order_is_shippable_once_when_its_bundle_says() -> None:
    def when(rule: str, *told: tuple[str, str, dict[str, Any]]) -> list[int]:
        events = story(*told, planned=3)
        of = frame("surprise", "core", "core", shipped_when=rule)
        return [draft.seq - 4 for draft in made(of, events) if draft.type == "order.shippable"]

    surprise, core = turned("d1", "delivered"), turned("d2", "delivered")
    failed, waived = (
        turned("d3", "failed"),
        ("delivery.cancelled", "d3", {"state": "cancelled", "waived": True}),
    )
    assert when("first_delivery", surprise, core, failed) == [1]
    assert when("core", surprise, core, failed) == [3]
    assert when("core", core, waived, surprise) == [2]
    assert when("all", core, failed, surprise) == [3]
    assert when("all", turned("d1", "failed"), turned("d2", "failed"), failed) == []
    assert when("first_delivery", core, ("delivery.reversed", "d2", {"state": "revoked"}), surprise) == [1]


def test_said_once_is_not_said_again() -> None:
    standing = OrderStanding(frame("core"), delivered=1, was_shippable=True)
    closed = story(("order.closed", None, {"state": "completed"}))[-1:]
    assert [draft.type for draft in drafts(standing, closed)] == ["order.closed"]


def test_events_one_by_one_make_the_same_as_all_of_them_at_once() -> None:
    events = story(turned("d1", "held"), turned("d2", "delivered"), turned("d1", "delivered"), planned=2)
    of = frame("core", "surprise", shipped_when="core")
    kept = OrderStanding(of)
    parts = [draft for event in events for draft in drafts(kept, [event], events[event.seq :])]
    assert parts == made(of, events)
    assert [draft.type for draft in parts][-1] == "order.shippable"


def test_an_id_is_of_the_event_and_its_epoch() -> None:
    one = event_id(1, "ord_1", 5, "order.closed")
    assert one == event_id(1, "ord_1", 5, "order.closed")
    others = [event_id(2, "ord_1", 5, "order.closed"), event_id(1, "ord_1", 6, "order.closed")]
    assert len({one, *others, event_id(1, "ord_1", 5, "order.shippable")}) == 4
    assert len(one) == 36


def test_patterns() -> None:
    assert is_wanted("order.closed", ["order.*"]) and is_wanted("order.closed", ["*"])
    assert is_wanted("order.closed", ["order.closed"]) and not is_wanted("order.closed", ["delivery.*"])
    assert unknown_patterns(["*", "order.*", "refund.decided", "oder.*", "order.close"]) == [
        "oder.*",
        "order.close",
    ]
