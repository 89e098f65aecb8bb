"""What every contestant is: parts that run, and a way to put orders through them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import psutil

from bench.measuring.load import Driven

Drive = Callable[[int, int], Awaitable[Driven]]
"""Puts so many orders through, at most so many in flight."""


@dataclass(frozen=True)
class Contestant:
    """One row of the table. `parts` are the processes whose CPU is its cost, by name."""

    name: str
    title: str
    drive: Drive
    parts: Mapping[str, list[psutil.Process]]
    database_url: str | None = field(default=None, repr=False)
    """Its PostgreSQL, where it has one."""
    workflow_of_last: Callable[[], str] | None = None
    """The id of the run of the order placed last, where it has one in Temporal."""
