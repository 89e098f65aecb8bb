"""A run asks the book one question at a time, so that a replay cannot hear the answers in another order."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio import workflow

from domain.messages import OrderRef, PageRef
from workflows.run.calls import Calls
from workflows.run.state import RunState


async def test_the_book_is_asked_one_question_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    async def answered(activity: Any, asked: Any, **_: Any) -> Any:
        told.append(f"{activity.__name__} asked")
        await asyncio.sleep(0)
        told.append(f"{activity.__name__} answered")

    monkeypatch.setattr(workflow, "execute_local_activity_method", answered)
    state = SimpleNamespace(calls=0, say=lambda *_, **__: "")
    calls = Calls(cast(RunState, state))
    ref = OrderRef(order_id="ord_1")
    await asyncio.gather(calls.recall(ref), calls.page(PageRef(order_id="ord_1", after=0)), calls.settle(ref))
    questions = ("recall", "page", "settle")
    assert told == [f"{name} {what}" for name in questions for what in ("asked", "answered")]
    assert state.calls == len(questions)
