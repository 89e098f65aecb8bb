"""Waiting until an instant or a change."""

from collections.abc import Callable
from datetime import datetime

from temporalio import workflow

from domain.texts import ForPeople


async def until(at: datetime | None, why: str, wake: Callable[[], bool], *, for_ever: bool = False) -> None:
    """Wait until an instant, or until `wake` holds; `for_ever`: no instant is set, and only that counts."""
    if at is None and for_ever:
        await workflow.wait_condition(wake)
        return
    delay = (at or workflow.now()) - workflow.now()
    if delay.total_seconds() <= 0 or wake():
        return
    try:
        await workflow.wait_condition(wake, timeout=delay, timeout_summary=ForPeople(why))
    except TimeoutError:
        return
