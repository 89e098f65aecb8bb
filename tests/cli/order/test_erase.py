"""`perkflow order erase`: asked whether it is meant, refused with a sentence, told of wherever orders are."""

from tests.cli.stacks import NEW, Stack

CREDIT = {"id": "phone", "benefit": "cli-credit"}
LATER = {"id": "video", "benefit": "cli-key", "release": {"after": "P1D"}}
WHY = ("--reason", "he asked for it by letter", "--as", "lin")
PHONE = {"recipients": {"shared": {"type": "phone", "value": NEW}}}


async def test_it_is_done_once_it_is_meant_and_every_command_says_so(stack: Stack) -> None:
    document, number = await stack.placed(CREDIT, reached=lambda order: order.closed_at is not None, **PHONE)
    await stack.world.run_of(document).result()
    unsure = await stack.run("erase", number, *WHY)
    assert (unsure.exit_code, unsure.out) == (2, "")
    assert unsure.err == "this cannot be undone: say --yes to do it without being asked\n"
    done = await stack.json("erase", number, *WHY, "--yes", "--request-id", "letter-1")
    order_id = done["order_id"]
    assert done == {"request_id": "letter-1", "order_id": order_id, "erased": True}
    again = await stack.run("erase", number, *WHY, "--yes", "--request-id", "letter-1")
    assert again.exit_code == 0
    assert again.out == (
        f"The buyer of {number} is erased; `perkflow order show {number}` has what the books need.\n"
    )
    shown = (await stack.run("show", number)).out
    assert "Its buyer was erased " in shown
    assert "by lin: he asked for it by letter" in shown
    assert "In Temporal" not in shown
    assert "买家信息已于" in (await stack.run("show", number, "--lang", "zh")).out
    explained = (await stack.run("explain", number)).out
    assert explained.startswith(f"Order {number} is completed: 0 of 1 deliveries are open.")
    assert "Its buyer was erased " in explained
    assert (await stack.json("explain", number, "phone"))["deliveries"][0]["can"] == []
    listed = {each["order_id"]: each for each in (await stack.json("list", "--limit", 1000))["orders"]}
    assert listed[order_id]["erased_at"] is not None
    assert "completed, erased" in (await stack.run("list", "--limit", 1000)).out


async def test_an_open_order_keeps_its_buyer_and_the_sentence_says_why(stack: Stack) -> None:
    _, number = await stack.placed(LATER)
    refused = await stack.run("erase", number, *WHY, "--yes")
    assert (refused.exit_code, refused.out) == (1, "")
    assert refused.err == (
        "the order is acknowledged: cancel what is left of it, or wait until it is closed\n"
    )


async def test_other_acts_are_refused_afterwards(stack: Stack) -> None:
    document, number = await stack.placed(CREDIT, reached=lambda order: order.closed_at is not None, **PHONE)
    await stack.world.run_of(document).result()
    await stack.json("erase", number, *WHY, "--yes")
    for command in (("reissue", number, "phone"), ("cancel", number)):
        refused = await stack.run(*command, "--reason", "why not")
        assert (refused.exit_code, refused.out) == (1, "")
        assert refused.err.startswith(f"the buyer of order {number} was erased at ")


async def test_the_help_says_that_the_reason_is_kept(stack: Stack) -> None:
    shown = " ".join((await stack.run("erase", "--help")).out.split())
    assert "Erase the buyer of a closed order for good" in shown
    assert "must not name the buyer" in shown
