"""The floor: a bare workflow of five steps that do nothing (one, three at once, one)."""

import asyncio
from datetime import timedelta

from temporalio import activity, workflow

MINUTE = timedelta(minutes=1)


@activity.defn
async def nothing(step: str) -> str:
    """Do nothing."""
    return step


@workflow.defn
class NoOps:
    """Five activities."""

    @workflow.run
    async def run(self, number: str) -> str:
        """The steps of an order."""
        await workflow.execute_activity(nothing, "accept", start_to_close_timeout=MINUTE)
        await asyncio.gather(
            *(
                workflow.execute_activity(nothing, f"deliver-{i}", start_to_close_timeout=MINUTE)
                for i in range(3)
            )
        )
        return await workflow.execute_activity(nothing, "settle", start_to_close_timeout=MINUTE)


@workflow.defn
class TunedNoOps:
    """Three activities between two local ones."""

    @workflow.run
    async def run(self, number: str) -> str:
        """The steps of an order."""
        await workflow.execute_local_activity(nothing, "accept", start_to_close_timeout=MINUTE)
        await asyncio.gather(
            *(
                workflow.execute_activity(nothing, f"deliver-{i}", start_to_close_timeout=MINUTE)
                for i in range(3)
            )
        )
        return await workflow.execute_local_activity(nothing, "settle", start_to_close_timeout=MINUTE)
