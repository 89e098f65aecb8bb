"""A world in which months pass in seconds, for its orders and their activities."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from domain.contract.order import OrderDocument
from domain.messages import OrderReceipt
from storage.views.orders import OrderView
from tests.support.world import World

Run = WorkflowHandle[Any, Any]


@dataclass
class SkippingWorld(World):
    """Skips time for the orders that a test places by it, and only where the test says so.

    It goes from one moment of a run to the next, each time once the run has done what was to be done. Left to
    itself, Temporal skips over a timer that is due and has not fired yet.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """The instant that was skipped to last."""
    placed: list[Run] = field(default_factory=list)

    async def place(self, document: OrderDocument) -> OrderReceipt:
        """Place an order; one that takes over from a run that was ended is taken to where that was."""
        run = self.run_of(document)
        self.times.reach(run.id, self.now)
        receipt = await super().place(document)
        await self._pass(run, self.now)
        self.placed.append(run)
        return receipt

    async def pass_to(self, at: datetime) -> None:
        """Skip to an instant; what comes due until then comes due at its time, and is done."""
        self.now = max(at, self.now)
        for run in self.placed:
            await self._pass(run, at)
            self.times.reach(run.id, at)

    async def finish(self, document: OrderDocument, seconds: float = 60) -> OrderView:
        """Skip time until the order has ended."""
        await self._pass(self.run_of(document), None)
        return await super().finish(document, seconds)

    async def skip_until(self, document: OrderDocument, reached: Callable[[OrderView], bool]) -> OrderView:
        """Skip time until the book shows what is waited for of an order; fails if it never does."""
        while not reached(view := await self.read(document)):
            assert await self._step(self.run_of(document)), f"never reached: {view.model_dump_json(indent=1)}"
        return view

    async def _pass(self, run: Run, to: datetime | None) -> None:
        """Skip to an instant, or to the end of a run or as far as anything comes due for it."""
        while await self._step(run, to):
            pass

    async def _step(self, run: Run, to: datetime | None = None) -> bool:
        """Skip to a run's next moment, or else wait a little for what it does; False once it has none."""
        if (await run.describe()).status is not WorkflowExecutionStatus.RUNNING:
            return False
        try:
            return await self._skip(run, to)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return True  # it has ended since, or goes on in another one: the next look tells

    async def _skip(self, run: Run, to: datetime | None) -> bool:
        skipper = TimeSkipper(self.client)
        coming, now = await _coming(run), await skipper.get_current_time(run)
        if coming is None or any(moment <= now for moment in coming):
            await asyncio.sleep(0.02)
            return True
        goal = min([*coming, *([to] if to else [])], default=now)
        if goal > now:
            await skipper.fast_forward(run, goal - now)
        return goal > now


async def _coming(run: Run) -> list[datetime] | None:
    """When timers of a run fire, and activities are tried again; None while it has anything else to do."""
    timers: dict[int, datetime] = {}
    last = 0
    async for event in run.fetch_history_events():
        last = event.event_id
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            wait = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
            timers[last] = event.event_time.ToDatetime(UTC) + wait
        timers.pop(event.timer_fired_event_attributes.started_event_id, None)
        timers.pop(event.timer_canceled_event_attributes.started_event_id, None)
    told = (await run.describe()).raw_description
    retries = [each.next_attempt_schedule_time for each in told.pending_activities]
    at_work = told.HasField("pending_workflow_task") or any(not each.seconds for each in retries)
    if at_work or told.workflow_execution_info.history_length != last:
        return None
    return [*timers.values(), *(each.ToDatetime(UTC) for each in retries)]
