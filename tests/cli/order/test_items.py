"""Items of a release on the command line: each is named by its number, and acted on by itself."""

from storage.views.orders import OrderView
from tests.cli.stacks import NEW, OLD, Stack

SINGLE = {"id": "single", "benefit": "cli-single"}
LATER = {**SINGLE, "release": {"after": "P30D"}}
TO_OLD = {"shared": {"type": "phone", "value": OLD}}


def all_held(order: OrderView) -> bool:
    return all(each.state == "held" for each in order.deliveries)


async def test_one_of_two_items_is_refunded_and_the_other_retried(stack: Stack) -> None:
    document, number = await stack.placed(SINGLE, reached=all_held, quantity=2)
    ran = await stack.run("refund", number, "single", "--reason", "he waits too long")
    assert ran.exit_code == 1
    assert ran.err == "say which single: single#1.1 (held), single#1.2 (held)\n"
    ran = await stack.run("refund", number, "single#1.2", "--reason", "he waits too long")
    assert (ran.exit_code, ran.out) == (0, f"single#1.2 of {number} is failed.\n")
    product = stack.world.simulators["kayixin"].products["2004"]
    product.mode = "ok"
    try:
        assert (await stack.run("retry", number, "single#1", "--reason", "there again")).exit_code == 0
        done = await stack.world.finish(document)
    finally:
        product.mode = "out_of_stock"
    assert [each.state for each in done.deliveries] == ["delivered", "failed"]
    assert (done.state, done.refund, len(stack.world.sales(done))) == ("partial", done.deliveries[1].share, 1)


async def test_one_item_is_held_and_shown_by_its_number(stack: Stack) -> None:
    _, number = await stack.placed(LATER, quantity=2)
    ran = await stack.run("hold", number, "single#1.2", "--reason", "a test")
    assert (ran.exit_code, ran.out[:19]) == (0, f"single#1.2 of {number}"[:19])
    told = await stack.json("show", number)
    assert [(each["item"], each["items"], each["units"], each["state"]) for each in told["deliveries"]] == [
        (1, 2, 1, "planned"),
        (2, 2, 1, "held"),
    ]
    shown = await stack.run("show", number)
    assert [f"single #1.{item}" in shown.out for item in (1, 2)] == [True, True]
    explained = await stack.json("explain", number, "single#1.2")
    assert [each["delivery"] for each in explained["deliveries"]] == ["single#1.2"]
    listed = await stack.json("list", "--held")
    waits = next(each for each in listed["orders"] if f"{each['channel']}/{each['order_no']}" == number)[
        "waits"
    ]
    assert [each["about"] for each in waits] == ["single#1.2"]
    wrong = await stack.run("hold", number, "single#1.3", "--reason", "a test")
    assert wrong.err.startswith("single has no release 1.3; there are: single#1.1 (planned ")


async def test_an_account_changes_for_one_item_or_for_all_that_is_to_come(stack: Stack) -> None:
    credit = {"id": "credit", "benefit": "cli-one-credit", "release": {"after": "P30D"}}
    document, number = await stack.placed(credit, quantity=2, recipients=TO_OLD)
    act = ("readdress", number, "credit#1.2", stack.recipient(NEW), "--reason", "his other phone")
    assert (await stack.json(*act))["readdressed"] == ["credit#1.2"]
    both = ("readdress", number, "credit#1", stack.recipient(NEW), "--reason", "his other phone")
    told = await stack.run(*both)
    assert (told.exit_code, told.err[:25]) == (1, "say which credit#1: credit#1.1"[:25])
    told = await stack.json("readdress", number, "credit", stack.recipient(NEW), "--reason", "both")
    assert told["readdressed"] == ["credit#1.1", "credit#1.2"]
    view = await stack.world.read(document)
    assert len({each.recipient for each in view.deliveries}) == 1


async def test_an_event_about_a_release_is_about_all_its_items(stack: Stack) -> None:
    document, number = await stack.placed(LATER, quantity=2)
    for component in ("single", "single#1", "single#1.2"):
        assert (await stack.run("event", number, "activated", component)).exit_code == 0
    events = (await stack.world.read(document)).order_events
    assert [(each.component, each.release) for each in events] == [("single", 1)]
