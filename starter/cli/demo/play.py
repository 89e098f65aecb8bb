"""Placing the orders of the scenes over HTTP and reading them until all have ended."""

import asyncio
import time
from dataclasses import dataclass, field

from starter.cli.demo.progress import Progress
from starter.cli.demo.scenes import Scene
from starter.client import Perkflow
from starter.client.answers import Order

PATIENCE_SECONDS = 60
_LOOK_EVERY_SECONDS = 0.2


@dataclass
class Played:
    """A scene and what became of it. `receipts` are the order ids that each placing returned."""

    scene: Scene
    order: Order
    receipts: list[str] = field(default_factory=list)


async def play(shop: Perkflow, scenes: list[Scene], progress: Progress) -> list[Played]:
    """Place every scene's order and return them as they ended, or as they stood when patience ended."""
    receipts = await asyncio.gather(*(_place(shop, scene) for scene in scenes))
    orders = await _until_closed(shop, scenes, progress)
    played = [
        Played(scene, order, list(ids)) for scene, order, ids in zip(scenes, orders, receipts, strict=True)
    ]
    for one in played:
        if one.scene.times > 1:
            one.receipts.append(await _place_once(shop, one.scene))
    return played


async def _place(shop: Perkflow, scene: Scene) -> list[str]:
    return await asyncio.gather(*(_place_once(shop, scene) for _ in range(scene.times)))


async def _place_once(shop: Perkflow, scene: Scene) -> str:
    receipt = await asyncio.to_thread(shop.place, scene.body)
    return receipt["order_id"]


async def _until_closed(shop: Perkflow, scenes: list[Scene], progress: Progress) -> list[Order]:
    started = time.monotonic()
    with progress:
        while True:
            reading = (asyncio.to_thread(shop.order, scene.document.order_no) for scene in scenes)
            orders = await asyncio.gather(*reading)
            elapsed = time.monotonic() - started
            progress.show(orders, elapsed)
            if all(order["closed_at"] for order in orders) or elapsed > PATIENCE_SECONDS:
                return orders
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
