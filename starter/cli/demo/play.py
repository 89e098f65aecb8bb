"""Placing the orders of the scenes and watching them in the book until all have ended."""

import asyncio
import time
from dataclasses import dataclass, field

from starter.cli.context import Connected
from starter.cli.demo.progress import Progress
from starter.cli.demo.scenes import Scene
from storage.views.orders import OrderView, read_order

PATIENCE_SECONDS = 60
_LOOK_EVERY_SECONDS = 0.2


@dataclass
class Played:
    """A scene and what became of it. `receipts` are the order ids that each placing returned."""

    scene: Scene
    order: OrderView
    receipts: list[str] = field(default_factory=list)


async def play(connected: Connected, scenes: list[Scene], progress: Progress) -> list[Played]:
    """Place every scene's order and return them as they ended, or as they stood when patience ended."""
    receipts = await asyncio.gather(*(_place(connected, scene) for scene in scenes))
    orders = await _until_closed(connected, scenes, progress)
    played = [
        Played(scene, order, list(ids)) for scene, order, ids in zip(scenes, orders, receipts, strict=True)
    ]
    for one in played:
        if one.scene.times > 1:
            again = await connected.desk.place(one.scene.document)
            one.receipts.append(again.order_id)
    return played


async def _place(connected: Connected, scene: Scene) -> list[str]:
    placings = [connected.desk.place(scene.document) for _ in range(scene.times)]
    return [receipt.order_id for receipt in await asyncio.gather(*placings)]


async def _until_closed(connected: Connected, scenes: list[Scene], progress: Progress) -> list[OrderView]:
    started = time.monotonic()
    with progress:
        while True:
            orders = await _read(connected, scenes)
            elapsed = time.monotonic() - started
            progress.show(orders, elapsed)
            if all(order.closed_at for order in orders) or elapsed > PATIENCE_SECONDS:
                return orders
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _read(connected: Connected, scenes: list[Scene]) -> list[OrderView]:
    async with connected.database.snapshot() as session:
        found = [await read_order(session, scene.number) for scene in scenes]
    return [order for order in found if order is not None]
