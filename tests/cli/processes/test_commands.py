"""The command line against running servers: what it prints, and which exit code a script can rely on."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from domain.contract.order import OrderDocument
from simulator.serving.server import Simulators
from tests.support.own_world import world_of_its_own
from tests.support.places import ROOT
from tests.support.world import World, benefit, money, offer, working

PHONE = "13866665555"


class Shell:
    """Runs `perkflow` in processes of its own."""

    def __init__(self, variables: dict[str, str], folder: Path) -> None:
        self._variables = variables
        self._folder = folder

    async def run(self, *arguments: str) -> tuple[int, Any]:
        """The exit code, and the JSON document of stdout or else the problem on stderr."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "starter.cli", *arguments, "--json"),
            cwd=ROOT,
            env={**self._variables, "PERKFLOW_HOME": str(self._folder)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert PHONE.encode() not in out + err
        return process.returncode or 0, json.loads(out or err)

    def file(self, document: OrderDocument, **changes: Any) -> str:
        """A file with the order, changed."""
        path = self._folder / f"order-{len(list(self._folder.iterdir()))}.json"
        body = document.model_dump(mode="json", exclude_unset=True)
        path.write_text(json.dumps({**body, **changes}))
        return str(path)


async def phone_order(world: World) -> OrderDocument:
    """An order for a recharge that no supplier has in stock."""
    bundle = await world.publish(
        [{"id": "phone", "benefit": "scarce-credit"}],
        [benefit("scarce-credit", "recharge", offer("fulu", "10000604"), account="phone")],
        hold_for="P1D",
        limits={"per_buyer": 1},
    )
    return world.order(bundle, recipients={"shared": {"type": "phone", "value": PHONE}})


@pytest.mark.timeout(300)
async def test_a_script_can_tell_what_happened(
    temporal_binary: Path, postgres_url: str, simulators: Simulators, tmp_path: Path
) -> None:
    async with world_of_its_own(temporal_binary, postgres_url, simulators, "commands") as (world, variables):
        shell = Shell(variables, tmp_path)
        order = await phone_order(world)
        number = f"shop/{order.order_no}"
        async with working(world.workers()):
            wrong = {
                "version": shell.file(order, version=9),
                "recipients.shared": shell.file(order, recipients={}),
                "recipients.shared.value": shell.file(
                    order, recipients={"shared": {"type": "phone", "value": "call me"}}
                ),
                "paid": shell.file(order, paid=money(1)),
            }
            for field, file in wrong.items():
                code, problem = await shell.run("order", "place", file)
                assert (code, problem["problems"][0]["field"]) == (2, field)
            assert (await shell.run("order", "show", number))[0] == 1

            code, receipt = await shell.run("order", "place", shell.file(order))
            assert (code, receipt["order_no"]) == (0, order.order_no)
            code, again = await shell.run("order", "place", shell.file(order))
            assert (code, again["order_id"]) == (0, receipt["order_id"])
            code, problem = await shell.run("order", "place", shell.file(order, context={"ip": "::1"}))
            assert (code, problem["code"]) == (1, "order_number_conflict")
            code, problem = await shell.run("order", "place", shell.file(order, order_no="another"))
            assert (code, problem["code"]) == (1, "limit_exceeded")

            await world.until(order, lambda view: view.state == "held")
            code, listed = await shell.run("order", "list", "--held")
            assert (code, [line["order_no"] for line in listed["orders"]]) == (0, [order.order_no])
            act = ("order", "refund", number, "phone", "--reason", "the buyer gave up")
            code, step = await shell.run(*act)
            assert (code, step["state"]) == (0, "failed")
            view = await world.finish(order)
            assert (view.state, view.refund) == ("failed", view.price)
            assert (await shell.run(*act))[0] == 1
            assert (await shell.run("order", "retry", number, "phone"))[0] == 2
            assert await shell.run("order", "adopt", "--lost") == (0, {"adopted": []})
