"""How a pool is configured."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from adapters.config import ConnectionConfig


class PoolConfig(ConnectionConfig):
    """A pool has no address and no secret; its name tells one pool's keys from another's."""

    protocol: Literal["pool"]
    absence_after: timedelta = Field(
        timedelta(0), ge=timedelta(0), description="'Not issued' is true as soon as it is read."
    )
    max_per_second: float = Field(200, gt=0, description="The rate of each of its task queues; the worker's.")
