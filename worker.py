"""Which workflows and activities run on which task queue; nothing else.

One registry builds every worker: the orders queue with the workflows and the book's local activities, and
two queues per supplier connection, so that a supplier that hangs holds up nobody else, and questions never
wait behind purchases. Webhooks have a queue for each endpoint, served by one process at a time.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.orders import BookActivities
from activities.runs.adopt import Sweeper
from activities.suppliers import ConnectionActivities
from activities.webhooks.posting import Poster
from activities.webhooks.pump import IN_FLIGHT, Pump
from activities.webhooks.sending import WebhookActivities
from adapters.config import ConnectionConfig
from adapters.registry import build_all, supply_of
from adapters.supplier import Supplier
from domain.retention import USUAL, Retention
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.supply.pool_stock import PoolStock
from workflows.case import Case
from workflows.order import BundleOrder
from workflows.queues import ORDERS, query_queue, submit_queue, webhook_queue
from workflows.sweep import Sweep
from workflows.upkeep import Upkeep
from workflows.verification import Verification

WORKFLOWS = [BundleOrder, Case, Sweep, Verification, Upkeep]
PURE = ("domain", "pydantic", "pydantic_core", "annotated_types", "rfc8785")
PARTS = (
    "workflows.priorities",
    "workflows.queues",
    "workflows.run",
    "workflows.search_attributes",
    "workflows.signatures",
)
RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(*PURE, *PARTS)
)
"""The sandbox stays, but loads only the workflows themselves anew for every run: loading their parts as well
took a quarter of a busy worker's time. Replays of recorded histories look at the parts too."""
DEPLOYMENT = "perkflow"
GRACE = timedelta(seconds=20)
CALLS_PER_QUEUE = 50
CACHED_WORK_WAITS = timedelta(seconds=1)
"""So long a run's next task waits for the worker that has the run in its cache, in order of arrival; then it
goes to the queue on which channels take turns. Ten seconds unless it is said."""


def utc_now() -> datetime:
    """The clock of every activity."""
    return datetime.now(UTC)


def deployment_of(build_id: str | None) -> WorkerDeploymentConfig | None:
    """Running orders go over to a build that is routed to (docs/adr/0008); None without a build.

    The behaviour stands here and not at the workflows: servers refuse one from a worker without a build.
    """
    if not build_id:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(DEPLOYMENT, build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


class Workers:
    """Every worker of one process, started and stopped together."""

    def __init__(self, workers: list[Worker], suppliers: Mapping[str, Supplier], pump: Pump) -> None:
        self._workers = workers
        self._suppliers = suppliers
        self._pump = pump

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set, then let what is under way finish. A worker that fails ends them all."""
        running = [asyncio.create_task(worker.run()) for worker in self._workers]
        ended = asyncio.Event()
        pumping = asyncio.create_task(self._pump.run(ended))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([*running, pumping, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            ended.set()
            await asyncio.gather(pumping, return_exceptions=True)
            await asyncio.gather(*(worker.shutdown() for worker in self._workers))
            results = await asyncio.gather(*running, return_exceptions=True)
            for supplier in self._suppliers.values():
                await supplier.aclose()
        for result in results:
            if isinstance(result, BaseException):
                raise result


def build_workers(
    client: Client,
    database: Database,
    vault: Vault,
    connections: Mapping[str, ConnectionConfig],
    clock: Callable[[], datetime] = utc_now,
    build_id: str | None = None,
    sending: WebhookActivities | None = None,
    kept: Retention = USUAL,
) -> Workers:
    """The workers of a process that serves every order and every connection, and sends webhooks.

    With a `build_id` they get work only once Temporal routes `DEPLOYMENT` to it.
    """
    deployment = deployment_of(build_id)
    suppliers = build_all(connections, PoolStock(database, vault))
    supply = supply_of(connections, suppliers)
    book = BookActivities(database, vault, clock, supply)
    sweeper = Sweeper(client, database, clock, supply.own_stock)
    workers = [
        Worker(
            client,
            task_queue=ORDERS,
            workflows=WORKFLOWS,
            activities=[
                book.accept,
                book.recall,
                book.hold,
                book.resume,
                book.give_up,
                book.act,
                book.settle,
                book.begin_case,
                book.remember,
                book.page,
                book.look_at_gate,
                book.act_on_order,
                book.end_pause,
                book.reopen,
                book.close_case,
                sweeper.adopt_lost_orders,
                sweeper.due_for_verification,
                sweeper.open_reversals,
                sweeper.keep_running,
            ],
            workflow_runner=RUNNER,
            sticky_queue_schedule_to_start_timeout=CACHED_WORK_WAITS,
            deployment_config=deployment,
            graceful_shutdown_timeout=GRACE,
        )
    ]
    for name, supplier in suppliers.items():
        calls = ConnectionActivities(name, supplier, database, vault, clock)
        rate = connections[name].max_per_second
        served: dict[str, list[Callable[..., Any]]] = {
            submit_queue(name): [calls.submit],
            query_queue(name): [calls.check, calls.revoke, calls.verify, calls.verify_batch],
        }
        for queue, acts in served.items():
            workers.append(
                Worker(
                    client,
                    task_queue=queue,
                    activities=acts,
                    max_concurrent_activities=CALLS_PER_QUEUE,
                    max_task_queue_activities_per_second=rate,
                    deployment_config=deployment,
                    graceful_shutdown_timeout=GRACE,
                )
            )
    hooks = sending or WebhookActivities(database, vault, clock, Poster())
    build = partial(_webhook_worker, client, hooks)
    pump = Pump(client, database, clock, uuid.uuid4().hex, build, supply=supply, kept=kept)
    return Workers(workers, suppliers, pump)


def _webhook_worker(client: Client, hooks: WebhookActivities, endpoint: str) -> Worker:
    return Worker(
        client,
        task_queue=webhook_queue(endpoint),
        activities=[hooks.send_webhook],
        max_concurrent_activities=IN_FLIGHT,
        max_concurrent_activity_task_polls=2,
        graceful_shutdown_timeout=GRACE,
    )
