"""Everything that Perkflow needs, on one machine, owned by one process: started in order, stopped in reverse.

Only what the user has not got is started: PERKFLOW_DATABASE_URL names a database, TEMPORAL_ADDRESS a cluster.
If a part dies, the owner's work is cancelled and fails with the part's last words.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from settings import Settings
from starter.outlines import connection_to, read_outlines
from starter.stack import commands, dev_secrets
from starter.stack.child import Child
from starter.stack.ending import cancelled_if_one_dies, stopped_by_signals
from starter.stack.info import StackInfo, lock_file, publish, withdraw
from starter.stack.lock import Lock, held
from starter.stack.ports import LOOPBACK, accepts, free_port
from starter.stack.progress import Progress, until
from starter.stack.servers.postgres import running_postgres
from starter.stack.servers.temporal_binary import find_temporal
from starter.stack.servers.temporal_server import running_temporal
from starter.stack.suppliers import ports_from, sandboxes
from workflows.queues import ORDERS
from workflows.search_attributes import ALL


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that is ready for orders."""

    info: StackInfo
    environment: Mapping[str, str]
    """For processes that work with it: addresses and secrets."""

    async def until_stopped(self) -> None:
        """Returns never: Ctrl-C, SIGTERM or the death of a part ends it with an exception."""
        await asyncio.Event().wait()


@asynccontextmanager
async def running_stack(settings: Settings, *, progress: Progress) -> AsyncIterator[Stack]:
    """Runs PostgreSQL, Temporal, supplier simulators, a worker and the gateway. Raises StackError.

    One stack runs on a home at a time. Ctrl-C and SIGTERM stop it in order and end in KeyboardInterrupt;
    a second one kills what has not yet stopped.
    """
    busy = f"A stack already runs on {settings.home}: use it, or stop it with Ctrl-C where it runs"
    async with AsyncExitStack() as parts:
        parts.enter_context(stopped_by_signals())
        lock = await parts.enter_async_context(
            held(lock_file(settings.home), busy=busy, wait=None, progress=progress)
        )
        dev_secrets.ensure(settings.home)
        stack = _Parts(parts, settings, lock, progress)
        info, children = await _start(stack)
        publish(settings.home, info)
        parts.callback(withdraw, settings.home)
        async with cancelled_if_one_dies(children):
            yield Stack(info, commands.environment(settings, info))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What every part is started with."""

    exits: AsyncExitStack
    settings: Settings
    lock: Lock
    progress: Progress

    def start(self, name: str, command: list[str], log: str, info: StackInfo) -> Child:
        """One of our own processes, stopped at the end."""
        environment = commands.environment(self.settings, info)
        path = self.settings.home / "logs" / log
        child = Child.start(name, command, log=path, lock=self.lock, env=environment)
        self.exits.push_async_callback(child.stop, grace=20, progress=self.progress)
        return child


async def _start(parts: _Parts) -> tuple[StackInfo, list[Child]]:
    """Start everything, and return when it is ready. What need not wait for each other starts at once."""
    info, children = await _postgres(parts)
    served = {**info.simulators, **info.sandboxes}
    ports = {name: int(url.rpartition(":")[2]) for name, url in served.items()}
    simulators = parts.start(
        "The supplier simulators",
        commands.simulate(ports, _callbacks(parts.settings, info)),
        "simulate.log",
        info,
    )
    migration = parts.start("The database migration", commands.migrate(), "migrate.log", info)
    info, temporal = await _temporal(parts, info)
    await migration.finish(within=300, progress=parts.progress)
    worker = parts.start("The worker", commands.worker(), "worker.log", info)
    port = int(info.gateway.rpartition(":")[2])
    gateway = parts.start("The gateway", commands.gateway(port), "gateway.log", info)

    async def simulators_listen() -> bool:
        simulators.check()
        return all(map(accepts, ports.values()))

    async def gateway_listens() -> bool:
        gateway.check()
        return accepts(port)

    await until(
        simulators_listen, what="Starting the supplier simulators", within=60, progress=parts.progress
    )
    environment = commands.environment(parts.settings, info)
    client = await Client.connect(**ClientConfig.load_client_connect_config(override_env_vars=environment))

    async def worker_polls() -> bool:
        worker.check()
        return await _is_polled(client, ORDERS)

    await until(worker_polls, what="Starting the worker", within=60, progress=parts.progress)
    await until(gateway_listens, what="Starting the gateway", within=60, progress=parts.progress)
    return info, [*children, *temporal, simulators, worker, gateway]


def _callbacks(settings: Settings, info: StackInfo) -> dict[str, str]:
    """Where each simulated supplier, and its test system, sends callbacks: who speaks its protocol."""
    outlines = read_outlines(settings, settings.connections or commands.EXAMPLE_CONNECTIONS)
    connections = {name: connection_to(outlines, name) for name in info.simulators}
    for name, simulator in sandboxes().items():
        connections[name] = connection_to(outlines, simulator.name, sandbox=True)
    return {name: f"{info.gateway}/callbacks/{to}" for name, to in connections.items() if to is not None}


async def _postgres(parts: _Parts) -> tuple[StackInfo, list[Child]]:
    """PostgreSQL, unless the user has a database; what is known of the stack so far."""
    children = []
    database_url = None
    if parts.settings.database_url is None:
        postgres = await parts.exits.enter_async_context(
            running_postgres(parts.settings.home, parts.lock, parts.progress)
        )
        database_url = postgres.url
        children.append(postgres.child)
    first = parts.settings.simulator_port
    ports = ports_from(first)
    behind = {name: first and first + len(ports) + number for number, name in enumerate(sandboxes())}
    info = StackInfo(
        pid=os.getpid(),
        database_url=database_url,
        temporal_address=None,
        ui_address=None,
        simulators={name: f"http://{LOOPBACK}:{free_port(port)}" for name, port in ports.items()},
        sandboxes={name: f"http://{LOOPBACK}:{free_port(port)}" for name, port in behind.items()},
        gateway=f"http://{LOOPBACK}:{free_port(parts.settings.gateway_port)}",
    )
    return info, children


async def _temporal(parts: _Parts, info: StackInfo) -> tuple[StackInfo, list[Child]]:
    """Temporal, unless the user has a cluster."""
    if "TEMPORAL_ADDRESS" in os.environ:
        return info, []
    settings = parts.settings
    binary = find_temporal(settings, parts.progress)
    temporal = await parts.exits.enter_async_context(
        running_temporal(
            binary,
            settings.home,
            parts.lock,
            parts.progress,
            search_attributes=ALL,
            port=settings.temporal_port,
            ui_port=settings.ui_port,
        )
    )
    found = {"temporal_address": temporal.address, "ui_address": temporal.ui_url}
    return info.model_copy(update=found), [temporal.child]


async def _is_polled(client: Client, queue: str) -> bool:
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    return len(described.pollers) > 0
