"""Telling a run what it said of its own length.

Whether the server suggests to continue a run as a new one is not the same at every moment of a replay, where
a local activity outlived a workflow task. An answer is: it stands in the history.
"""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

from domain.fulfilment.steps import Step
from domain.messages import Acted, DeliveryRef, OrderActed, Revocation
from domain.verbs.acts import HumanAct

Answer = TypeVar("Answer", Step, Revocation, OrderActed, Acted)


def tells_length(
    answers: Callable[[Any, Any], Coroutine[Any, Any, Answer]],
) -> Callable[[Any, Any], Coroutine[Any, Any, Answer]]:
    """Let an activity's answer say whether its request came from a run with a long history."""

    @wraps(answers)
    async def answer(self: Any, request: DeliveryRef | HumanAct) -> Answer:
        told = await answers(self, request)
        if not request.long:
            return told
        if isinstance(told, Acted):
            return told.model_copy(update={"step": told.step.model_copy(update={"long": True})})
        return told.model_copy(update={"long": True})

    return answer
