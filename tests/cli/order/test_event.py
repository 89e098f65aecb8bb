"""`perkflow order event`: what a channel reports has its effect once, and never on what it is not about."""

from typing import Any

import pytest

from domain.notes.general import saying
from domain.notes.people import ChargedBack
from domain.planning.order_events import OrderEventKind, event_id_of
from storage.views.orders import OrderView
from tests.cli.stacks import Stack

VIDEO = {"id": "video", "benefit": "cli-key"}
GIFT = {
    "id": "gift",
    "benefit": "cli-key",
    "release": {"when": "activated(video)", "by": "P60D", "otherwise": "refund"},
}
YEAR = {"id": "year", "benefit": "cli-key", "release": {"after": "P30D", "every": "P1M", "times": 12}}


def video_delivered(order: OrderView) -> bool:
    return order.deliveries[0].state == "delivered"


async def test_what_waits_for_an_event_is_released_by_its_first_report(stack: Stack) -> None:
    document, number = await stack.placed(VIDEO, GIFT, reached=video_delivered)
    at = "2026-01-31T10:00:00+08:00"
    first = await stack.run("event", number, "activated", "video", "--at", at, "--reason", "the app said so")
    assert (first.exit_code, first.out) == (
        0,
        f"activated video#1 of {number} is noted; its event id is activated(video#1).\n",
    )
    done = await stack.world.finish(document)
    assert [delivery.state for delivery in done.deliveries] == ["delivered", "delivered"]
    again = await stack.run("event", number, "activated", "video#1")
    assert (again.exit_code, again.out) == (
        0,
        f"activated video#1 of {number} was known already, and nothing changed; "
        "its event id is activated(video#1).\n",
    )
    told = await stack.json("show", number)
    assert told["order_events"] == [
        {
            "event_id": "activated(video#1)",
            "event": "activated",
            "component": "video",
            "release": 1,
            "actor": "channel",
            "note": "the app said so",
            "at": "2026-01-31T02:00:00Z",
        }
    ]


async def test_the_senders_id_tells_one_report_from_the_next(stack: Stack) -> None:
    document, number = await stack.placed(VIDEO, YEAR, reached=video_delivered)
    report = ("event", number, "redeemed", "year", "--event-id", "e-1")
    told = {"order": (await stack.world.read(document)).order_id, "event": "redeemed", "event_id": "e-1"}
    assert await stack.json(*report) == {**told, "news": True}
    assert await stack.json(*report) == {**told, "news": False}
    other = await stack.run("event", number, "activated", "video", "--event-id", "e-1")
    message = "event id e-1 is another report already: redeemed of year\n"
    assert (other.exit_code, other.err) == (1, message)
    view = await stack.world.read(document)
    events = view.order_events
    assert [(each.event, each.component, each.release) for each in events] == [("redeemed", "year", 0)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["activated"], "activated is about a component; there are: video, year"),
        (["redeemed", "tea"], "there is no tea in this order; there are: video, year"),
        (["confirmed", "video"], "confirmed is about the whole order; name no component"),
        (["confirmed", "--refund", "rfd_1"], "confirmed is about no refund; leave --refund out"),
        (
            ["refund_failed"],
            "refund_failed is about a refund: give --refund, and no component, --event-id or --at",
        ),
        (
            ["confirmed", "--at", "2026-01-31T10:00:00"],
            "--at: must be a time with offset, such as 2026-01-31T10:00:00+08:00",
        ),
        (["confirmed", "--event-id", "e" * 65], "--event-id: must have at most 64 characters"),
    ],
)
async def test_a_report_that_cannot_be_is_bad_input(stack: Stack, arguments: list[Any], told: str) -> None:
    _, number = await stack.placed(VIDEO, YEAR)
    ran = await stack.run("event", number, *arguments)
    assert (ran.exit_code, ran.out, ran.err) == (2, "", told + "\n")
    assert (await stack.json("show", number))["order_events"] == []


async def test_a_release_that_there_is_not_is_bad_input_and_the_others_are_listed(stack: Stack) -> None:
    _, number = await stack.placed(YEAR)
    ran = await stack.run("event", number, "redeemed", "year#13")
    assert ran.exit_code == 2
    assert ran.err.startswith("year has no release 13; there are: year#1 (planned 20")
    assert ran.err.endswith(") and 2 more\n")
    assert ran.err.count("year#") == 10


async def test_a_chargeback_pauses_until_somebody_says_that_it_is_paid_again(stack: Stack) -> None:
    soon = {"id": "soon", "benefit": "cli-key", "release": {"after": "PT6S"}}
    document, number = await stack.placed(soon)
    assert (await stack.json("event", number, "chargeback", "--reason", "bank"))["news"] is True
    paused = (await stack.world.read(document)).paused
    assert paused is not None
    assert (paused.reason, paused.note) == ("payment", saying(ChargedBack(), "bank"))
    assert (await stack.json("event", number, "chargeback", "--reason", "bank"))["news"] is False
    refused = await stack.run("release", number, "--reason", "the bank was wrong")
    assert (refused.exit_code, refused.err) == (
        1,
        "its payment was taken back (charged back: bank): say --paid once it is there again\n",
    )
    assert (await stack.run("release", number, "--paid", "--reason", "the bank was wrong")).exit_code == 0
    again = ["event", number, "chargeback", "--event-id", "chargeback"]
    assert (await stack.json(*again))["news"] is False
    done = await stack.world.finish(document)
    types = [event.type for event in done.events]
    since = types[types.index("order.resumed") :]
    assert (done.state, "delivery.held" in since) == ("completed", False)


async def test_another_chargeback_after_the_first_was_settled_is_named(stack: Stack) -> None:
    document, number = await stack.placed(YEAR)
    await stack.json("event", number, "chargeback")
    gone = await stack.world.read(document)
    told = [
        event.data["note"] for event in gone.events if event.type in ("order.event_received", "order.paused")
    ]
    assert told == [{"code": "event_from", "actor": "channel"}, {"code": "charged_back"}]
    await stack.run("release", number, "--paid", "--reason", "the bank was wrong")
    unnamed = await stack.run("event", number, "chargeback")
    assert (unnamed.exit_code, unnamed.err) == (
        2,
        "it was charged back before, which was settled: name another chargeback by --event-id\n",
    )
    assert (await stack.json("event", number, "chargeback", "--event-id", "bank-2"))["news"] is True
    assert (await stack.run("release", number, "year", "--paid", "--reason", "x")).exit_code == 2


def test_an_id_that_is_made_of_a_report_is_never_too_long_and_tells_reports_apart() -> None:
    long = "c" * 64
    made = [
        event_id_of(OrderEventKind.CONFIRMED),
        event_id_of(OrderEventKind.ACTIVATED, "video", 3),
        event_id_of(OrderEventKind.ACTIVATED, long, 1),
        event_id_of(OrderEventKind.ACTIVATED, long, 2),
        event_id_of(OrderEventKind.REDEEMED, long, 1),
    ]
    assert made[:2] == ["confirmed", "activated(video#3)"]
    assert [len(each) for each in made[2:]] == [42, 42, 41]
    assert len(set(made)) == 5


async def test_a_closed_order_that_was_charged_back_says_so_and_is_found_in_a_list(stack: Stack) -> None:
    document, number = await stack.placed(VIDEO, reached=lambda order: order.closed_at is not None)
    await stack.json("event", number, "chargeback", "--reason", "bank")
    assert (await stack.json("refund", number, "video", "--reason", "take the key back"))["case"] == 1
    await stack.world.until(document, lambda order: order.cases[0].closed_at is not None)
    shown = await stack.json("show", number)
    assert (shown["deliveries"][0]["state"], shown["refund"]) == ("revoked", None)
    for command in ("show", "explain"):
        out = (await stack.run(command, number)).out
        assert "(charged back: bank): nothing more of it is released or owed" in out
        assert f"`perkflow order release {number} --paid --reason WHY` once it is there again" in out
        assert "efund: " not in out
    held = (await stack.json("list", "--held", "--limit", "1000"))["orders"]
    [line] = [order for order in held if order["order_no"] == document.order_no]
    [waits] = line["waits"]
    assert (line["state"], waits["reason"]) == ("failed", "payment")
    assert waits["note"] == {**saying(ChargedBack(), "bank").as_json(), "text": "charged back: bank"}
    await stack.run("release", number, "--paid", "--reason", "the bank was wrong")
    assert "Refund: 99.00 CNY to pay\n" in (await stack.run("show", number)).out
    held = (await stack.json("list", "--held", "--limit", "1000"))["orders"]
    assert [order for order in held if order["order_no"] == document.order_no] == []


async def test_a_refund_before_the_last_one_can_still_be_reported(stack: Stack) -> None:
    scarce = {"id": "scarce", "benefit": "cli-scarce"}
    document, number = await stack.placed(scarce, YEAR, reached=lambda order: order.state == "held")
    await stack.run("refund", number, "scarce", "--reason", "the buyer waits no longer")
    view = await stack.world.until(document, lambda order: order.deliveries[0].refund_id is not None)
    refund = view.deliveries[0].refund_id
    assert (await stack.run("event", number, "refund_failed", "--refund", refund)).exit_code == 0
    await stack.run("retry", number, "scarce", "--reason", "another account")
    again = await stack.world.until(document, lambda order: order.deliveries[0].refund_id != refund)
    late = await stack.run("event", number, "refund_failed", "--refund", refund)
    assert (late.exit_code, late.out) == (0, f"Refund {refund} is failed, as before.\n")
    amount = again.deliveries[0].refund
    assert f"Refund: {amount} to pay\n" in (await stack.run("show", number)).out
