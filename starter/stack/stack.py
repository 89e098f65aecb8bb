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
from starter.stack import commands, dev_secrets
from starter.stack.child import Child
from starter.stack.ending import cancelled_if_one_dies, stopped_by_signals
from starter.stack.info import StackInfo, lock_file, publish, withdraw
from starter.stack.lock import Lock, held
from starter.stack.ports import LOOPBACK, accepts, free_port
from starter.stack.postgres import running_postgres
from starter.stack.report import Progress, until
from starter.stack.temporal_binary import find_or_build
from starter.stack.temporal_server import running_temporal
from workflows.queues import ORDERS
from workflows.search_attributes import ALL

_SIMULATOR_PORTS = {"kayixin": 8301, "fulu": 8302}


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
    """Runs PostgreSQL, Temporal, supplier simulators and a worker; raises StackError when that is impossible.

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
        info, servers = await _servers(parts, settings, lock, progress)
        environment = commands.environment(settings, info)
        workers = await _processes(parts, settings, lock, info, environment, progress)

        publish(settings.home, info)
        parts.callback(withdraw, settings.home)
        async with cancelled_if_one_dies([*servers, *workers]):
            yield Stack(info, environment)


async def _servers(
    parts: AsyncExitStack, settings: Settings, lock: Lock, progress: Progress
) -> tuple[StackInfo, list[Child]]:
    """PostgreSQL and Temporal, each unless the user has one."""
    children = []
    database_url = temporal_address = ui_address = None
    if settings.database_url is None:
        postgres = await parts.enter_async_context(running_postgres(settings.home, lock, progress))
        database_url = postgres.url
        children.append(postgres.child)
    if "TEMPORAL_ADDRESS" not in os.environ:
        binary = await find_or_build(settings, progress)
        temporal = await parts.enter_async_context(
            running_temporal(
                binary,
                settings.home,
                lock,
                progress,
                search_attributes=ALL,
                port=settings.temporal_port,
                ui_port=settings.ui_port,
            )
        )
        temporal_address, ui_address = temporal.address, temporal.ui_url
        children.append(temporal.child)
    simulators = {name: f"http://{LOOPBACK}:{free_port(port)}" for name, port in _SIMULATOR_PORTS.items()}
    info = StackInfo(
        pid=os.getpid(),
        database_url=database_url,
        temporal_address=temporal_address,
        ui_address=ui_address,
        simulators=simulators,
    )
    return info, children


async def _processes(
    parts: AsyncExitStack,
    settings: Settings,
    lock: Lock,
    info: StackInfo,
    environment: Mapping[str, str],
    progress: Progress,
) -> list[Child]:
    """Our own processes: simulators, migrations (to their end), worker. Returns when they are ready."""
    logs = settings.home / "logs"
    ports = {name: int(url.rpartition(":")[2]) for name, url in info.simulators.items()}

    def start(name: str, command: list[str], log: str) -> Child:
        child = Child.start(name, command, log=logs / log, lock=lock, env=environment)
        parts.push_async_callback(child.stop, grace=20, progress=progress)
        return child

    simulators = start(
        "The supplier simulators", commands.simulate(ports["kayixin"], ports["fulu"]), "simulate.log"
    )
    migration = start("The database migration", commands.migrate(), "migrate.log")
    await migration.finish(within=300, progress=progress)
    worker = start("The worker", commands.worker(), "worker.log")

    async def simulators_listen() -> bool:
        simulators.check()
        return all(map(accepts, ports.values()))

    await until(simulators_listen, what="Starting the supplier simulators", within=60, progress=progress)
    client = await Client.connect(
        **ClientConfig.load_client_connect_config(override_env_vars=dict(environment))
    )

    async def worker_polls() -> bool:
        worker.check()
        return await _is_polled(client, ORDERS)

    await until(worker_polls, what="Starting the worker", within=60, progress=progress)
    return [simulators, worker]


async def _is_polled(client: Client, queue: str) -> bool:
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    return len(described.pollers) > 0
