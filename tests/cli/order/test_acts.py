"""Support's verbs on the command line: which delivery is meant, whole orders, and accounts."""

import json
from pathlib import Path
from typing import Any

import pytest

from storage.views.orders import OrderView
from tests.cli.order.books import clock
from tests.cli.stacks import NEW, OLD, Stack

VIDEO = {"id": "video", "benefit": "cli-key"}
GIFT = {
    "id": "gift",
    "benefit": "cli-key",
    "release": {"when": "activated(video)", "by": "P60D", "otherwise": "refund"},
}
SCARCE = {"id": "scarce", "benefit": "cli-scarce"}
YEAR = {"id": "year", "benefit": "cli-key", "release": {"after": "P30D", "every": "P1M", "times": 12}}
CREDIT = {"id": "credit", "benefit": "cli-credit"}
WEEKS = {**CREDIT, "id": "weeks", "release": {"every": "P1W", "times": 4}}
LATE = {**CREDIT, "claim": {"within": "P30D", "otherwise": "refund"}}
TO_OLD = {"recipients": {"shared": {"type": "phone", "value": OLD}}}


def first_is(state: str) -> Any:
    def reached(order: OrderView) -> bool:
        return order.deliveries[0].state == state

    return reached


async def test_an_order_is_paused_and_goes_on(stack: Stack) -> None:
    document, number = await stack.placed(VIDEO, GIFT, reached=first_is("delivered"))
    held = await stack.run("hold", number, "--reason", "a fraud check")
    assert (held.exit_code, held.out) == (
        0,
        f"{number} is paused: nothing more of it is released, and what comes due is held; "
        f"`perkflow order release {number} --reason WHY` lets it go on.\n"
        "Once somebody lets it go on, all that it missed comes together.\n",
    )
    again = await stack.run("hold", number, "--reason", "to be sure", "--actor", "lin")
    assert again.exit_code == 1
    assert again.err.startswith("it is paused already: paused by ")
    assert (await stack.run("event", number, "activated", "video")).exit_code == 0
    view = await stack.world.until(document, lambda order: order.deliveries[1].state == "held")
    assert (view.deliveries[1].hold_reason, len(stack.world.sales(view))) == ("by_operator", 1)
    told = await stack.json("release", number, "--reason", "it is him", "--request-id", "r-1")
    assert told == {"request_id": "r-1", "order_id": view.order_id, "paused": False}
    done = await stack.world.finish(document)
    assert (done.state, done.paused, len(stack.world.sales(done))) == ("completed", None, 2)


async def test_a_pause_until_a_day_ends_at_its_start_in_the_zone_of_the_bundle(stack: Stack) -> None:
    document, number = await stack.placed(YEAR)
    asked = ("--until", "2099-07-01", "--shift", "--reason", "on holiday")
    told = await stack.json("hold", number, *asked, "--request-id", "h-1")
    view = await stack.world.read(document)
    assert view.paused is not None
    until = {"until": "2099-06-30T16:00:00Z", "shift": True}
    since = view.paused.since.isoformat().replace("+00:00", "Z")
    pause = {"since": since, **until}
    assert told == {"request_id": "h-1", "order_id": view.order_id, "paused": True, "pause": pause}
    assert await stack.json("hold", number, *asked, "--request-id", "h-1") == told
    shown = (await stack.json("show", number))["paused"]
    assert {name: shown[name] for name in pause} == pause
    ran = await stack.run("hold", number, "--until", "2099-07-01T00:00:00+02:00", "--reason", "longer")
    assert ran.out.splitlines()[-1] == (
        "It goes on by itself at 2099-07-01 06:00:00+08:00, and then all that it missed comes together."
    )


@pytest.mark.parametrize(
    ("until", "code", "told"),
    [
        ("2020-01-01", 1, "2019-12-31 16:00:00 UTC is past: name an instant that is still to come\n"),
        ("2200-01-01", 1, "2199-12-31 is after the year 2099: name an earlier day\n"),
        *(
            (
                wrong,
                2,
                "--until: write a day, such as 2026-12-01, or an instant with its offset: "
                "2026-12-01T09:00:00+08:00\n",
            )
            for wrong in ("tomorrow", "2026-02-30", "2099-07-01T09:00:00")
        ),
    ],
)
async def test_an_instant_that_cannot_be_meant_is_refused(
    stack: Stack, until: str, code: int, told: str
) -> None:
    document, number = await stack.placed(YEAR)
    for about in ([number], [number, "year#1"]):
        ran = await stack.run("hold", *about, "--until", until, "--reason", "on holiday")
        assert (ran.exit_code, ran.out, ran.err) == (code, "", told)
    view = await stack.world.read(document)
    assert (view.paused, view.deliveries[0].state) == (None, "planned")


async def test_the_schedule_of_one_delivery_does_not_move(stack: Stack) -> None:
    _, number = await stack.placed(YEAR)
    for verb in ("hold", "release"):
        ran = await stack.run(verb, number, "year#1", "--shift", "--reason", "on holiday")
        assert (ran.exit_code, ran.err) == (2, "--shift is about the whole order; name no component\n")


async def test_what_is_not_paused_cannot_go_on(stack: Stack) -> None:
    _, number = await stack.placed(YEAR)
    ran = await stack.run("release", number, "--reason", "why not")
    told = "it is not paused; name a delivery to let that one go on\n"
    assert (ran.exit_code, ran.out, ran.err) == (1, "", told)


async def test_a_component_names_its_only_open_release(stack: Stack) -> None:
    rule = {"after": "PT0S", "every": "P30D", "times": 2}
    document, number = await stack.placed({**VIDEO, "release": rule}, reached=first_is("delivered"))
    ran = await stack.run("hold", number, "video", "--reason", "the buyer is away")
    deadline = (await stack.world.read(document)).deliveries[1].hold_deadline
    assert deadline is not None
    assert (ran.exit_code, ran.out[:45]) == (0, f"video#2 of {number} is held, hold at "[:45])
    ran = await stack.run("release", number, "video", "--reason", "the buyer is back")
    assert (ran.exit_code, ran.out.startswith(f"video#2 of {number} is in progress, submit at")) == (0, True)


async def test_of_several_releases_the_open_ones_are_listed(stack: Stack) -> None:
    document, number = await stack.placed(YEAR)
    due = (await stack.world.read(document)).deliveries[1].due_at
    assert due is not None
    assert (await stack.run("hold", number, "year#1", "--reason", "a test")).exit_code == 0
    ran = await stack.run("hold", number, "year", "--reason", "a test")
    assert ran.exit_code == 1
    assert ran.err.startswith(f"say which year: year#1 (held), year#2 (planned {clock(due)}), ")
    assert (ran.err.count("year#"), ran.err.endswith(" and 2 more\n")) == (10, True)
    ran = await stack.run("hold", number, "tea", "--reason", "a test")
    assert (ran.exit_code, ran.err) == (1, "there is no tea in this order; there are: year\n")


async def test_a_reason_must_say_something(stack: Stack) -> None:
    _, number = await stack.placed(YEAR)
    for reason, told in ((" ", "at least 1 character"), ("x" * 501, "at most 500 characters")):
        ran = await stack.run("hold", number, "--reason", reason)
        assert (ran.exit_code, ran.err) == (2, f"--reason: must have {told}\n")


async def test_an_account_that_was_missing_is_given_once_and_what_waited_goes_on(stack: Stack) -> None:
    document, number = await stack.placed(LATE, reached=first_is("held"))
    told = await stack.json("show", number)
    assert told["accounts_missing"] == [{"account": "shared", "type": "phone", "components": ["credit"]}]
    bind = ("bind", number, "shared", stack.recipient(NEW), "--reason", "he called", "--request-id", "b-1")
    ran = await stack.run(*bind)
    assert (ran.exit_code, ran.out) == (0, f"Account shared of {number} is known now; goes on: credit.\n")
    done = await stack.world.finish(document)
    assert [sale.account for sale in stack.world.sales(done)] == [NEW]
    again = await stack.json(*bind)
    assert again == {"request_id": "b-1", "account": "shared", "order_id": told["order_id"], "moved": {}}


async def test_an_account_that_nothing_waits_for_is_refused(stack: Stack) -> None:
    _, number = await stack.placed(LATE, reached=first_is("held"))
    ran = await stack.run("bind", number, "tv", stack.recipient(NEW), "--reason", "he called")
    told = "the order waits for no account tv; it waits for: shared\n"
    assert (ran.exit_code, ran.out, ran.err) == (1, "", told)


async def test_without_a_number_all_that_is_to_come_goes_to_the_new_account(stack: Stack) -> None:
    document, number = await stack.placed(WEEKS, reached=first_is("delivered"), **TO_OLD)
    assert (await stack.run("hold", number, "weeks#3", "--reason", "a test")).exit_code == 0
    file = stack.recipient(NEW)
    ran = await stack.run("readdress", number, "weeks", file, "--reason", "a new phone")
    assert (ran.exit_code, ran.out) == (
        0,
        f"weeks#2 to weeks#4 of {number} go to the new account from now on.\n",
    )
    names = [delivery.recipient for delivery in (await stack.world.read(document)).deliveries]
    assert (names[0], names[1:]) == ("shared", ["shared.2"] * 3)


async def test_with_a_number_only_that_release_goes_to_the_new_account(stack: Stack) -> None:
    document, number = await stack.placed(WEEKS, reached=first_is("delivered"), **TO_OLD)
    act = (
        "readdress",
        number,
        "weeks#3",
        stack.recipient(NEW),
        "--reason",
        "a holiday",
        "--request-id",
        "a-1",
    )
    for _ in range(2):
        assert (await stack.json(*act))["readdressed"] == ["weeks#3"]
    names = [delivery.recipient for delivery in (await stack.world.read(document)).deliveries]
    assert names == ["shared", "shared", "shared.2", "shared"]
    past = await stack.run("readdress", number, "weeks#1", stack.recipient(NEW), "--reason", "a test")
    told = "nothing of weeks#1 is still to come; there are: weeks#1 (delivered)\n"
    assert (past.exit_code, past.err) == (1, told)


async def test_what_was_delivered_by_hand_is_not_handed_in_again(stack: Stack, tmp_path: Path) -> None:
    document, number = await stack.placed(SCARCE, YEAR, reached=first_is("held"))
    file = tmp_path / "handed-in.json"
    file.write_text(json.dumps({"credentials": [{"number": f"BY-HAND-{document.order_no}"}]}))
    act = ("deliver", number, "scarce", "--credentials", file, "--reason", "bought", "--request-id", "d-1")
    for _ in range(2):
        ran = await stack.run(*act)
        assert (ran.exit_code, ran.out) == (0, f"scarce of {number} is delivered.\n")
    view = await stack.world.read(document)
    assert [attempt.connection for attempt in view.deliveries[0].attempts] == ["kayixin", "by-hand"]
    file.write_text(json.dumps({"credentials": [{"number": f"ANOTHER-{document.order_no}"}]}))
    other = await stack.run(*act)
    pause = await stack.run("hold", number, "--reason", "bought", "--request-id", "d-1")
    used = "request id d-1 was used before for something else: deliver by hand on scarce#1, at "
    assert (other.exit_code, other.out, other.err[: len(used)]) == (1, "", used)
    assert (pause.exit_code, pause.out, pause.err[: len(used)]) == (1, "", used)


async def test_what_is_held_for_an_account_of_its_own_is_told_and_left(stack: Stack) -> None:
    claim = {"within": "P30D", "otherwise": "refund"}
    every = {"every": "PT1S", "times": 3}

    def all_held(order: OrderView) -> bool:
        return all(delivery.state == "held" for delivery in order.deliveries)

    document, number = await stack.placed({**WEEKS, "release": every, "claim": claim}, reached=all_held)
    ran = await stack.run("readdress", number, "weeks", stack.recipient(NEW), "--reason", "he called")
    assert (ran.exit_code, ran.out) == (
        0,
        f"weeks#1 of {number} goes to the new account from now on.\n"
        "Not yet: weeks#2 (held), weeks#3 (held); readdress each by its number.\n",
    )
    assert (
        await stack.run("readdress", number, "weeks#3", stack.recipient(NEW), "--reason", "x")
    ).exit_code == 0
    gone = ["delivered", "held", "delivered"]
    view = await stack.world.until(document, lambda order: [each.state for each in order.deliveries] == gone)
    assert [sale.account for sale in stack.world.sales(view)] == [NEW, NEW]
