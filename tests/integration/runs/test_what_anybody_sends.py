"""Whatever anybody sends to a run, by Temporal's UI or its command line, fails no task of it.

Handlers are found by looking at the workflows, so a new one is tried as well.
"""

import asyncio
import base64
import dataclasses
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer
from temporalio.workflow import _Definition

from domain.messages import CallbackNotice, CaseRef, OrderStart, Swept
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.codec import EncryptionCodec, data_converter
from starter.desk.errors import ActRefused
from storage.base.sealing import Fingerprints, KeyRing, Vault
from storage.views.orders import OrderView
from tests.support.asking import ask, asked
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World
from worker import RUNNER, WORKFLOWS
from workflows.case import Case
from workflows.order import BundleOrder
from workflows.queues import ORDERS
from workflows.run.verbs import DeliveryVerbs
from workflows.signatures import NOT_READABLE

SCARCE = benefit("sent-scarce", "key", offer("kayixin", "2004"))
PLAIN = benefit("sent-plain", "key", offer("kayixin", "1001"))
SECRET = "SENT-BY-ANYBODY"
OTHERS = Vault(KeyRing.parse("others:" + base64.b64encode(b"o" * 32).decode()), Fingerprints(b"o" * 32))
LAWFUL = {("book_restored", "none")}
"""A signal that takes no input, sent with none."""

Sent = Mapping[str, list[Payload]]


def plain(data: bytes, encoding: bytes = b"json/plain", **metadata: bytes) -> Payload:
    return Payload(metadata={"encoding": encoding, **metadata}, data=data)


async def rubbish(world: World) -> Sent:
    """Inputs that no handler takes, each by what is wrong with it."""
    codec, others = EncryptionCodec(world.vault), EncryptionCodec(OTHERS)
    good = plain(json.dumps({"delivery_id": SECRET, "digest": SECRET}).encode())
    [sealed] = await codec.encode([good])
    [foreign] = await others.encode([good])
    changed = Payload(metadata=dict(sealed.metadata), data=sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))

    async def ours(data: bytes, encoding: bytes = b"json/plain") -> list[Payload]:
        return list(await codec.encode([plain(data, encoding)]))

    return {
        "none": [],
        "two": [sealed, sealed],
        "null": [plain(b"", b"binary/null")],
        "null of ours": await ours(b"null"),
        "a number": await ours(b"42"),
        "a list": await ours(f'["{SECRET}"]'.encode()),
        "other fields": await ours(f'{{"{SECRET}": "{SECRET}"}}'.encode()),
        "rubbish": await ours(b"{" + SECRET.encode()),
        "nested without end": await ours(b"[" * 100_000),
        "huge": await ours(json.dumps({SECRET: "x" * 1_000_000}).encode()),
        "bytes": await ours(SECRET.encode(), b"binary/plain"),
        "an encoding that nobody knows": await ours(SECRET.encode(), b"\xff\xfe"),
        "plaintext": [plain(json.dumps(SECRET).encode())],
        "plaintext as if for people": [
            plain(json.dumps(SECRET).encode(), **{"perkflow-for-people": b"1"}),
        ],
        "plaintext as if of the UI": [
            plain(json.dumps(SECRET).encode(), messageType=b"temporal.api.sdk.v1.WorkflowMetadata")
        ],
        "under a key that nobody has": [foreign],
        "changed": [changed],
        "encrypted, it says": [plain(SECRET.encode(), b"binary/encrypted")],
        "empty, encrypted, it says": [plain(b"", b"binary/encrypted")],
        "without an encoding": [Payload(data=SECRET.encode())],
    }


class AsItIs(EncryptionCodec):
    """Sends what it is given, and reads what is answered."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)


def outsider(world: World) -> Client:
    """A client of somebody who sends anything."""
    config = world.client.config()
    codec = AsItIs(world.vault)
    config["data_converter"] = dataclasses.replace(config["data_converter"], payload_codec=codec)
    return Client(**config)


async def send_all(world: World, run: WorkflowHandle[Any, Any], workflow: type) -> None:
    """Everything that is wrong, to every handler that this workflow has; every update of it is refused."""
    handlers = _Definition.must_from_class(workflow)
    raw = outsider(world).get_workflow_handle(run.id)
    bad, at_once = await rubbish(world), asyncio.Semaphore(5)
    for name in [*map(str, handlers.signals), "no_such_signal"]:
        for what, payloads in bad.items():
            if (name, what) not in LAWFUL:
                await raw.signal(name, args=[RawValue(each) for each in payloads])

    async def refused(name: str, what: str, payloads: list[Payload]) -> None:
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            async with at_once:
                await raw.execute_update(name, args=[RawValue(each) for each in payloads])
        assert isinstance(caught.value.cause, ApplicationError), f"{name}: {what}"
        assert SECRET not in str(caught.value.cause), f"{name}: {what}"
        if name != "no_such_update":
            assert caught.value.cause.type == NOT_READABLE, f"{name}: {what}"

    for name in [*map(str, handlers.updates), "no_such_update"]:
        await asyncio.gather(*(refused(name, what, payloads) for what, payloads in bad.items()))


async def nothing_failed(world: World, run: WorkflowHandle[Any, Any]) -> None:
    """No task of it has failed, and its history replays where nothing is remembered, with more keys too."""
    history = await run.fetch_history()
    failed = [event for event in history.events if event.HasField("workflow_task_failed_event_attributes")]
    assert failed == []
    ours = world.vault
    both = KeyRing({**ours.ring.keys, **OTHERS.ring.keys}, ours.ring.sealing_key)
    for vault in (ours, Vault(both, ours.fingerprints)):
        replayer = Replayer(workflows=WORKFLOWS, workflow_runner=RUNNER, data_converter=data_converter(vault))
        await replayer.replay_workflow(history)


async def ordered(world: World, line: dict[str, Any], state: str) -> OrderView:
    bundle = await world.publish([{"id": "key", "benefit": line["id"]}], [line], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    return await world.until(document, lambda order: order.deliveries[0].state == state)


async def test_an_order_to_which_anybody_sent_anything_is_completed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    view = await ordered(world, SCARCE, "held")
    number, delivery = f"shop/{view.order_no}", view.deliveries[0].id
    run = world.client.get_workflow_handle(f"order/{number}")
    with caplog.at_level(logging.WARNING):
        await send_all(world, run, BundleOrder)
        ids = await world.checkout.hand_in(view.order_id, delivery, [IssuedUnit(number=f"BY-{number}")])
        await world.checkout.act(number, asked(view, Act.DELIVER_BY_HAND, credentials=ids))
        await run.result()
    done = await world.read_number(number)
    assert (done.state, done.paused, len(world.sales(done))) == ("completed", None, 0)
    assert [event for event in done.events if event.type.startswith("human.")][1:] == []
    dropped = {record.getMessage().split(" was dropped")[0] for record in caplog.records}
    assert {f"signal {name}" for name in _Definition.must_from_class(BundleOrder).signals} <= dropped
    assert SECRET not in caplog.text
    await nothing_failed(world, run)


async def test_a_case_to_which_anybody_sent_anything_is_closed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    view = await ordered(world, PLAIN, "delivered")
    number, product = f"shop/{view.order_no}", world.simulators["kayixin"].products["1001"]
    await world.client.get_workflow_handle(f"order/{number}").result()
    product.mode = "out_of_stock"
    try:
        await ask(world, view, Act.REISSUE)
        await until(world, number, lambda order: order.deliveries[0].state == "held")
        run = world.client.get_workflow_handle(f"case/{number}/1")
        await send_all(world, run, Case)
    finally:
        product.mode = "ok"
    await ask(world, view, Act.RETRY)
    await run.result()
    done = await world.read_number(number)
    assert [english(case.outcome) for case in done.cases] == ["delivered"]
    assert SECRET not in caplog.text
    await nothing_failed(world, run)


async def until(world: World, number: str, reached: Callable[[OrderView], bool]) -> None:
    for _ in range(300):
        if reached(await world.read_number(number)):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it was waited for in vain")


@pytest.mark.parametrize(
    ("workflow", "kind"), [("BundleOrder", OrderStart), ("Case", CaseRef), ("Sweep", Swept)]
)
async def test_a_run_that_starts_from_anything_else_ends_at_once(
    world: World, workflow: str, kind: type
) -> None:
    raw = outsider(world)
    for what, payloads in (await rubbish(world)).items():
        run = await raw.start_workflow(
            workflow,
            args=[RawValue(each) for each in payloads],
            id=f"started-with/{kind.__name__}/{what}",
            task_queue=ORDERS,
        )
        with pytest.raises(WorkflowFailureError) as caught:
            await asyncio.wait_for(world.client.get_workflow_handle(run.id).result(), 20)
        assert isinstance(caught.value.cause, ApplicationError)
        assert caught.value.cause.type == NOT_READABLE, what


async def test_an_act_on_another_order_is_refused_and_neither_is_touched(world: World) -> None:
    ours, theirs = [await ordered(world, SCARCE, "held") for _ in range(2)]
    for act in (Act.CANCEL, Act.PAUSE, Act.WAIVE):
        request = asked(theirs, act)
        with pytest.raises(ActRefused, match=f"^this run is of order {ours.order_id}, and not of "):
            await world.checkout.runs.update(f"order/shop/{ours.order_no}", request, "digest", HumanAct)
    run = world.client.get_workflow_handle(f"order/shop/{ours.order_no}")
    for update, act, why in (
        ("act", Act.BIND_RECIPIENT, "bind recipient is not about one delivery"),
        ("act_on_order", Act.WAIVE, "waive is not about a whole order"),
    ):
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await run.execute_update(update, asked(ours, act))
        assert str(caught.value.cause) == f"act_refused: {why}"
    await run.signal(DeliveryVerbs.callback_received, CallbackNotice(delivery_id=theirs.deliveries[0].id))
    await run.signal(DeliveryVerbs.act_was_made, theirs.deliveries[0].id)
    await ask(world, ours, Act.WAIVE)
    await run.result()
    now = [await world.read_number(f"shop/{each.order_no}") for each in (ours, theirs)]
    assert [(each.state, each.deliveries[0].waived) for each in now] == [("failed", True), ("held", False)]
    assert [event for event in now[1].events if "cancel" in event.type or "paused" in event.type] == []
    await nothing_failed(world, run)
