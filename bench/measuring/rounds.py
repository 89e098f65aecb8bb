"""One round of one contestant: so many orders under load, some alone, and what they cost."""

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.contestants.contestant import Contestant
from bench.measuring.counts import Commits, commits
from bench.measuring.meter import cpu_seconds

STATISTICS_SETTLE = 1.5
"""Seconds after which PostgreSQL's sessions have told what they counted."""


@dataclass(frozen=True)
class Size:
    """How much one round is."""

    orders: int
    in_flight: int
    alone: int


@dataclass(frozen=True)
class Round:
    """What one round came to. Milliseconds, per order where not said otherwise."""

    orders_per_s: float
    cpu_ms: dict[str, float]
    p50_ms: float
    p95_ms: float
    alone_p50_ms: float
    alone_p95_ms: float
    writing_commits: float | None
    reading_commits: float | None


async def one_round(contestant: Contestant, size: Size) -> Round:
    """Under load first, then one after the other."""
    before = await _counted(contestant)
    spent = cpu_seconds(contestant.parts)
    driven = await contestant.drive(size.orders, size.in_flight)
    after_load = cpu_seconds(contestant.parts)
    after = await _counted(contestant)
    alone = await contestant.drive(size.alone, 1)
    writing = reading = None
    if before and after:
        writing = (after.writing - before.writing) / size.orders
        reading = (after.all - before.all) / size.orders - writing
    return Round(
        orders_per_s=size.orders / driven.seconds,
        cpu_ms={name: 1000 * (after_load[name] - spent[name]) / size.orders for name in spent},
        p50_ms=1000 * statistics.median(driven.latencies),
        p95_ms=1000 * percentile(driven.latencies, 95),
        alone_p50_ms=1000 * statistics.median(alone.latencies),
        alone_p95_ms=1000 * percentile(alone.latencies, 95),
        writing_commits=writing,
        reading_commits=reading,
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


async def _counted(contestant: Contestant) -> Commits | None:
    if contestant.database_url is None:
        return None
    await asyncio.sleep(STATISTICS_SETTLE)
    return await commits(contestant.database_url)
