"""What anybody can send to a run from Temporal's UI or a client of his own, and no run can read."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)

from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.codec import data_converter
from starter.desk.runs import stay_cancelled
from tests.chaos.people.buyers import LATER
from tests.chaos.people.witness import Witness
from tests.chaos.stack.ground import Ground
from tests.support.servers.deployment import fresh_keys, vault_of

SIGNALS = ("callback_received", "act_was_made", "event_happened")
UPDATES = ("act", "act_on_order")
ANSWER_WITHIN = timedelta(seconds=20)


class Outsiders:
    """People with a client of Temporal, and without our keys."""

    def __init__(self, made: Ground, witness: Witness, seed: int) -> None:
        self._made = made
        self._witness = witness
        self._chance = random.Random(f"outsiders:{seed}")

    async def send(self, every: float) -> None:
        """Send something to a random run, again and again, until cancelled."""
        address = f"127.0.0.1:{self._made.temporal_port}"
        plain = await Client.connect(address, lazy=True)
        other = data_converter(vault_of(fresh_keys()))
        locked = await Client.connect(address, lazy=True, data_converter=other)
        ways: list[Callable[[str, str], Awaitable[object]]] = [
            lambda run, _: self._signal(plain, run),
            lambda run, _: self._signal(plain, run, "one", "two"),
            lambda run, _: self._signal(plain, run, {"delivery_id": "in plaintext"}),
            lambda run, _: self._signal(locked, run, "under another key"),
            lambda run, _: self._update(plain, run, {"act": "refund"}),
            lambda run, _: self._update(plain, run),
            self._of_another_order,
        ]
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / every))
            try:
                await self._to_a_run(self._chance.choice(ways))
            except (WorkflowUpdateRPCTimeoutOrCancelledError, *LATER):
                stay_cancelled()
                self._witness.did("rubbish that nobody answered")

    async def _to_a_run(self, way: Callable[[str, str], Awaitable[object]]) -> None:
        client = self._made.client
        found = [run async for run in client.list_workflows("ExecutionStatus = 'Running'", limit=40)]
        orders = [run for run in found if run.id.startswith(("order/", "case/"))]
        if len(orders) < 2:
            return
        one, other = self._chance.sample(orders, 2)
        self._witness.sent_rubbish.append((one.id, one.run_id))
        await way(one.id, other.id)
        self._witness.did("rubbish")

    async def _signal(self, client: Client, run: str, *args: Any) -> None:
        name = self._chance.choice(SIGNALS)
        handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(run)
        await handle.signal(name, args=args, rpc_timeout=ANSWER_WITHIN)

    async def _update(self, client: Client, run: str, *args: Any) -> None:
        """Whatever is asked for so is refused."""
        name = self._chance.choice(UPDATES)
        handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(run)
        try:
            await handle.execute_update(name, args=args, rpc_timeout=ANSWER_WITHIN)
        except WorkflowUpdateFailedError:
            return
        self._witness.wrong.append(f"{run} did {name} by what nobody of ours sent")

    async def _of_another_order(self, run: str, other: str) -> None:
        """An act on one order, sent to the run of another."""
        number = self._chance.randrange(10**9)
        request = HumanAct(
            request_id=f"astray-{number}",
            order_id=f"astray-{number}",
            delivery_id="",
            act=Act.PAUSE,
            actor="outsider",
            reason=f"meant for {other}",
        )
        handle: WorkflowHandle[Any, Any] = self._made.client.get_workflow_handle(run)
        try:
            await handle.execute_update("act_on_order", request, rpc_timeout=ANSWER_WITHIN)
        except WorkflowUpdateFailedError:
            return
        self._witness.wrong.append(f"{run} paused by an act on another order")
