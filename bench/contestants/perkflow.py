"""Perkflow as it runs in production: its own processes, a real database, encryption, the sandbox."""

import itertools
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
from temporalio.client import Client

from bench.contestants.contestant import Contestant
from bench.contestants.shop import ASLEEP, CATALOGUE, CONNECTIONS, EVERY, JOINT, PRODUCTS, SIZES, SYNC
from bench.measuring.load import Driven, drive
from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.keys import order_workflow_id
from starter.cli.context import Connected, connect
from starter.cli.environment import adopt, read_environment
from starter.desk.desk import Desk
from starter.stack.info import StackInfo
from starter.stack.progress import Progress
from starter.stack.stack import running_stack
from storage.contracts.bundles import publish_bundle, publish_catalogue

CHANNEL = "bench"
PHONE = {"type": "phone", "value": "13800000000"}
OF_A_PART = {
    "temporal": "{folder}/temporal/",
    "worker": "starter.cli worker",
    "gateway": "starter.cli gateway",
    "suppliers": "starter.cli simulate",
    "postgres": "{folder}/postgres",
}
"""What is in the command line of each part, and in no other's."""


@dataclass(frozen=True)
class Perkflow:
    """A stack that is ready, with the shapes in which it is measured."""

    shapes: list[Contestant]
    sizes: list[Contestant]
    """Bundles of different sizes, which are counted and not compared."""
    connected: Connected
    desk: Desk
    database_url: str
    parts: Mapping[str, list[psutil.Process]]
    home: Path

    async def fall_asleep(self, orders: int) -> None:
        """Place so many orders of which nothing is due for a month."""

        numbers = itertools.count(1)

        async def one() -> None:
            await self.desk.place(order_of(ASLEEP, f"asleep-{next(numbers)}"))

        await drive(one, orders, 20)


@asynccontextmanager
async def perkflow(folder: Path, progress: Progress) -> AsyncIterator[Perkflow]:
    """Both shapes, on one stack of their own in this folder."""
    connections = _write_connections(folder)
    os.environ |= {
        "PERKFLOW_HOME": str(folder),
        "PERKFLOW_CONNECTIONS": str(connections),
        **{f"PERKFLOW_{port}_PORT": "0" for port in ("TEMPORAL", "UI", "GATEWAY", "SIMULATOR")},
    }
    settings = read_environment()
    async with running_stack(settings, progress=progress) as stack:
        adopt(settings, stack.info)
        await set_products(stack.info)
        async with connect(read_environment()) as connected:
            await _publish(connected)
            parts = {name: _processes(words.format(folder=folder)) for name, words in OF_A_PART.items()}
            parts["client"] = [psutil.Process()]
            url = stack.info.database_url
            assert url is not None
            desk = connected.desk
            shape = partial(_shape, desk=desk, temporal=connected.temporal, parts=parts, url=url)
            shapes = [
                shape("sync", "Perkflow, three keys at once", SYNC),
                shape("joint", "Perkflow, joint membership", JOINT),
            ]
            sizes = [
                shape(f"parts_{parts}", f"a bundle of {parts}", bundle) for parts, bundle in SIZES.items()
            ]
            yield Perkflow(shapes, sizes, connected, desk, url, parts, folder)


def _write_connections(folder: Path) -> Path:
    folder.mkdir()
    path = folder / "connections.yaml"
    path.write_text(CONNECTIONS)
    return path


async def set_products(info: StackInfo) -> None:
    """Let the simulated suppliers answer as they do here."""
    async with httpx.AsyncClient() as door:
        for name, products in PRODUCTS.items():
            at = urlsplit(info.simulators[name])
            for code, change in products.items():
                answer = await door.put(f"http://{at.netloc}/_admin/products/{code}", json=change)
                answer.raise_for_status()


async def _publish(connected: Connected) -> None:
    now = datetime.now(UTC)
    async with connected.database.transaction() as session:
        await publish_catalogue(session, CATALOGUE, now)
        for bundle in EVERY:
            await publish_bundle(session, bundle, CATALOGUE, now)


def _processes(words: str) -> list[psutil.Process]:
    """Those of our children whose command line has these words."""
    children = psutil.Process().children()
    return [child for child in children if words in " ".join(child.cmdline())]


def _shape(
    name: str,
    title: str,
    bundle: Bundle,
    *,
    desk: Desk,
    temporal: Client,
    parts: dict[str, list[psutil.Process]],
    url: str,
) -> Contestant:
    numbers = itertools.count(1)
    last = [""]

    async def one() -> None:
        number = f"{name}-{next(numbers)}"
        last[0] = order_workflow_id(CHANNEL, number)
        await desk.place(order_of(bundle, number))
        await temporal.get_workflow_handle(order_workflow_id(CHANNEL, number)).result()

    async def driven(orders: int, in_flight: int) -> Driven:
        return await drive(one, orders, in_flight)

    return Contestant(name, title, driven, parts, url, lambda: last[0])


def order_of(
    bundle: Bundle, number: str, *, channel: str = CHANNEL, placed_at: datetime | None = None
) -> OrderDocument:
    """A paid order of this bundle."""
    return OrderDocument.model_validate(
        {
            "channel": channel,
            "order_no": number,
            "bundle": bundle.id,
            "version": 1,
            "buyer": {"ref": f"buyer-{number}"},
            "placed_at": (placed_at or datetime.now(UTC)).isoformat(),
            "paid": {"amount": 9900, "currency": "CNY"},
            "recipients": {"shared": PHONE} if bundle is JOINT else {},
        }
    )
