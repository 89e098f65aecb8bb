"""`perkflow worker`: one process that works on every order and every connection."""

import asyncio
import logging
import shlex
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Annotated

import typer
import uvloop
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.webhooks.posting import Poster
from activities.webhooks.sending import WebhookActivities
from adapters.config import ConnectionConfig
from domain.retention import Retention
from settings import Settings
from starter.announced import announced
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.output import AsJson, print_json
from starter.cli.processes.several import run_together
from starter.connect import read_connections
from starter.not_ready import NotReady
from starter.schedule import keep_up
from starter.stack import commands
from starter.stack.servers.namespace import prepare_namespace
from storage.base.database import Database
from storage.base.migrate import FOUND, check_ours, head_revision
from storage.supply.sandboxes import SideChanged, declare
from worker import DEPLOYMENT, build_workers, utc_now
from workflows.queues import ORDERS, query_queue, submit_queue
from workflows.search_attributes import ALL

_OURS = ("starter", "worker", "workflows", "activities", "adapters", "storage", "domain")
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger("starter.worker")
app = typer.Typer()


@app.command()
def worker(
    as_json: AsJson = False,
    processes: Annotated[
        int, typer.Option(min=1, help="How many processes work beside each other; each uses one core.")
    ] = 1,
) -> None:
    """Work on orders until Ctrl-C or SIGTERM, which let what is under way finish."""
    if processes > 1:
        command = [*commands.worker(), *(["--json"] if as_json else [])]
        raise typer.Exit(asyncio.run(run_together("worker", command, processes)))
    settings = load_settings()
    set_up_logging(settings)
    uvloop.run(_work(settings, as_json=as_json))


async def _work(settings: Settings, *, as_json: bool) -> None:
    connections = read_connections(settings)
    async with connect(settings) as connected:
        await check_schema(connected.database)
        await declare_sandboxes(connected.database, connections)
        await check_search_attributes(connected.temporal)
        await keep_up(connected.temporal)
        poster = Poster(loopback=settings.webhooks_to_loopback)
        workers = build_workers(
            connected.temporal,
            connected.database,
            connected.vault,
            connections,
            build_id=settings.build_id,
            sending=WebhookActivities(connected.database, connected.vault, utc_now, poster),
            kept=Retention(events=settings.events_kept, links=settings.links_kept),
        )
        async with announced(connected.database, connected.vault.ring):
            tell_what_is_polled(connected.temporal.namespace, connections, settings.build_id, as_json=as_json)
            await workers.run(_stopped_by_signal())
        log.info("stopped")


def tell_what_is_polled(
    namespace: str, connections: Iterable[str], build_id: str | None, *, as_json: bool
) -> None:
    """Say where this process looks for work, and what it takes until a build gets any."""
    queues = [ORDERS, *(queue(name) for name in connections for queue in (submit_queue, query_queue))]
    if as_json:
        print_json({"namespace": namespace, "queues": queues, "build_id": build_id or None})
        return
    print(f"Polling {', '.join(queues)} in namespace {namespace}.", flush=True)
    if build_id:
        route = "temporal worker deployment set-current-version"
        build = f"--deployment-name {DEPLOYMENT} --build-id {shlex.quote(build_id)}"
        print(f"This build gets work once Temporal routes to it: {route} {build}", flush=True)


async def check_schema(database: Database) -> None:
    """Raises NotReady for a database whose schema this code's migrations can go on from, OtherSchema."""
    async with database.transaction() as session:
        found = (await session.execute(FOUND)).one()
    check_ours(found.revision, found.digest)
    wanted = head_revision()
    if found.revision != wanted:
        raise NotReady(
            f"the database's schema is at revision {found.revision}, and this version needs {wanted}: "
            "run `perkflow migrate`"
        )


async def declare_sandboxes(database: Database, connections: Mapping[str, ConnectionConfig]) -> None:
    """Let the book know which connections are sandboxes. Raises NotReady for one that was something else."""
    sides = {name: each.sandbox_of for name, each in connections.items()}
    try:
        async with database.transaction() as session:
            await declare(session, sides, utc_now())
    except SideChanged as error:
        raise NotReady(str(error)) from None


async def check_search_attributes(client: Client) -> None:
    """Register what is missing, where we may; a run that sets an unknown attribute would be stuck.

    Raises NotReady with the commands for whoever may register them.
    """
    with suppress(RPCError):  # a managed cluster lets nobody do this over its API
        await prepare_namespace(client, search_attributes=ALL)
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = [name for name in ALL if name not in known.custom_attributes]
    if missing:
        create = f"temporal operator search-attribute create --namespace {client.namespace}"
        options = " ".join(f"--name {name} --type {ALL[name]}" for name in missing)
        raise NotReady(f"Temporal lacks search attributes: run `{create} {options}`")


def _stopped_by_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def set_up_logging(settings: Settings) -> None:
    """Our own modules log at the wished level. Libraries only warn: at finer levels they log payloads."""
    logging.basicConfig(level=logging.WARNING, format=_LINE)
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
