"""`perkflow order` in a script: what it prints about one order, and which exit codes can be relied on."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from domain.contract.order import OrderDocument
from tests.cli.stacks import OLD, Stack, name_world
from tests.support.documents import benefit, money, offer
from tests.support.servers.worlds import OwnWorld
from tests.support.world import working

CREDIT = benefit("scarce-credit", "recharge", offer("fulu", "10000604"), account="phone")


@pytest.fixture
async def alone(own_world: OwnWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Stack]:
    """A stack in which nobody else's order waits or is lost."""
    async with own_world("script") as world, working(world.workers()):
        name_world(world, monkeypatch)
        yield Stack(world, tmp_path)


async def test_a_script_can_tell_what_happened(alone: Stack, tmp_path: Path) -> None:
    world = alone.world
    phone = {"id": "phone", "benefit": "scarce-credit"}
    bundle = await world.publish([phone], [CREDIT], hold_for="P1D", limits={"per_buyer": 1})
    order = world.order(bundle, recipients={"shared": {"type": "phone", "value": OLD}})
    number = f"shop/{order.order_no}"

    def file(document: OrderDocument, **changes: Any) -> Path:
        """A file with the order, changed."""
        path = tmp_path / f"order-{len(list(tmp_path.iterdir()))}.json"
        body = document.model_dump(mode="json", exclude_unset=True)
        path.write_text(json.dumps({**body, **changes}))
        return path

    async def run(*arguments: object) -> tuple[int, Any]:
        """The exit code, and the JSON document of stdout or else the problem on stderr."""
        ran = await alone.run(*arguments, "--json")
        return ran.exit_code, ran.document if ran.out else ran.failure

    wrong = {
        "version": file(order, version=9),
        "recipients.shared": file(order, recipients={}),
        "recipients.shared.value": file(order, recipients={"shared": {"type": "phone", "value": "call me"}}),
        "paid": file(order, paid=money(1)),
    }
    for field, spoilt in wrong.items():
        code, problem = await run("place", spoilt)
        assert (code, problem["problems"][0]["field"]) == (2, field)
    assert (await run("show", number))[0] == 1

    code, receipt = await run("place", file(order))
    assert (code, receipt["order_no"]) == (0, order.order_no)
    code, again = await run("place", file(order))
    assert (code, again["order_id"]) == (0, receipt["order_id"])
    code, problem = await run("place", file(order, context={"ip": "::1"}))
    assert (code, problem["code"]) == (1, "order_number_conflict")
    code, problem = await run("place", file(order, order_no="another"))
    assert (code, problem["code"]) == (1, "limit_exceeded")

    await world.until(order, lambda view: view.state == "held")
    code, listed = await run("list", "--held")
    assert (code, [line["order_no"] for line in listed["orders"]]) == (0, [order.order_no])
    act = ("refund", number, "phone", "--reason", "the buyer gave up")
    code, step = await run(*act)
    assert (code, step["state"]) == (0, "failed")
    view = await world.finish(order)
    assert (view.state, view.refund) == ("failed", view.price)
    assert (await run(*act))[0] == 1
    assert (await run("retry", number, "phone"))[0] == 2
    assert await run("adopt", "--lost") == (0, {"adopted": []})
