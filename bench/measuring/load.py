"""A closed loop: so many orders, never more than some in flight."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

One = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Driven:
    """What a loop took: seconds in all, and of each order from placing to its end."""

    seconds: float
    latencies: list[float]


async def drive(one: One, orders: int, in_flight: int) -> Driven:
    """Carry out `one` so many times, at most `in_flight` at once."""
    left = iter(range(orders))
    latencies: list[float] = []

    async def keep_on() -> None:
        for _ in left:
            began = time.perf_counter()
            await one()
            latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(keep_on())
    return Driven(time.perf_counter() - began, latencies)
