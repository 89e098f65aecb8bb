"""Every way into every run is by the door that takes whatever comes."""

import inspect
import logging
from collections.abc import Sequence
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.workflow import _Definition

from domain.messages import CaseRef
from domain.texts import ForPeople
from domain.unreadable import ENCODING, NO_KEY
from worker import WORKFLOWS
from workflows.run.door import signalled, started_with
from workflows.signatures import NOT_READABLE

MARK = Payload(metadata={"encoding": ENCODING}, data=b"it came in plaintext")
NO_KEY_HERE = Payload(metadata={"encoding": ENCODING, NO_KEY: b"1"}, data=b"no key 'k9'")
REF = {"order_id": "ord_1", "number": 2}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.__name__)
def test_a_handler_takes_any_number_of_inputs_and_every_update_is_checked(workflow: type) -> None:
    handlers = _Definition.must_from_class(workflow)
    found: list[Any] = [*handlers.signals.values(), *handlers.updates.values(), *handlers.queries.values()]
    for each in found:
        kinds = [parameter.kind for parameter in inspect.signature(each.fn).parameters.values()]
        assert kinds[1:] == [inspect.Parameter.VAR_POSITIONAL], f"{each.name}: use workflows.run.door"
    assert [name for name, update in handlers.updates.items() if update.validator is None] == []


def test_a_run_starts_from_one_input_of_its_kind() -> None:
    assert started_with(CaseRef, [REF]) == CaseRef(order_id="ord_1", number=2)


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ([], "it takes one input, and 0 came"),
        ([REF, REF], "it takes one input, and 2 came"),
        ([None], "it is not what this takes: all of it: model_type"),
        ([{"order_id": "13800138000", "number": "x"}], "it is not what this takes: number: int_parsing"),
        ([RawValue(MARK)], "it came in plaintext"),
        ([RawValue(Payload(data=b"13800138000"))], "it is not in a form that can be decoded"),
        ([ForPeople("13800138000")], "it came in plaintext, and only what is encrypted is read"),
    ],
    ids=["none", "two", "null", "a field", "marked", "no encoding", "for people"],
)
def test_a_run_that_starts_from_anything_else_fails_and_says_why(inputs: Sequence[object], why: str) -> None:
    with pytest.raises(ApplicationError) as caught:
        started_with(CaseRef, inputs)
    said = f"what this run was started with cannot be read: {why}"
    assert (caught.value.message, caught.value.type) == (said, NOT_READABLE)


def test_a_run_whose_key_is_missing_waits_for_it() -> None:
    with pytest.raises(RuntimeError, match=r"cannot be read yet: it is encrypted under a key"):
        started_with(CaseRef, [RawValue(NO_KEY_HERE)])


class OrderEventKind:
    """A run that notes what it was told."""

    def __init__(self) -> None:
        self.heard: list[CaseRef] = []

    @signalled(CaseRef)
    async def case_opened(self, ref: CaseRef) -> None:
        """Note it."""
        self.heard.append(ref)


async def test_a_signal_of_ours_waits_for_its_key_and_any_other_that_cannot_be_read_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workflow, "logger", logging.getLogger(__name__))
    run = OrderEventKind()
    send: Any = run.case_opened
    await send(RawValue(MARK))
    with pytest.raises(RuntimeError, match=r"^signal case_opened cannot be read yet: it is encrypted under"):
        await send(RawValue(NO_KEY_HERE))
    assert run.heard == []
    await send(REF)
    assert run.heard == [CaseRef(order_id="ord_1", number=2)]
