"""What a run writes into Temporal is in the language that its order was placed in, for all of its life."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHandle

from domain.contract.order import OrderDocument
from domain.keys import case_workflow_id
from domain.notes.words import Language
from domain.verbs.verb import Act
from tests.integration.runs.run_histories import chain_of
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World
from workflows.run.verbs import DeliveryVerbs

Run = WorkflowHandle[Any, Any]
KEY = benefit("spoken-key", "key", offer("kayixin", "1001"))
NOW_AND_LATER: list[dict[str, Any]] = [
    {"id": "video", "benefit": "spoken-key"},
    {"id": "gift", "benefit": "spoken-key", "release": {"after": "P300D"}},
]
SUMMARY = {Language.EN: "{}: 1 x {}", Language.ZH: "{}：{} × 1"}
NAMES = {
    Language.EN: {"accept", "video #1: buy from kayixin", "release gift #1", "hold by lin"},
    Language.ZH: {"接单", "video #1：向 kayixin 购买", "放行 gift #1", "lin 执行“挂起”"},
}
TABLE = {
    Language.EN: ["| delivery | supplier | state | reason | next | note |", "waits for a person until"],
    Language.ZH: ["| 发放单 | 货源 | 状态 | 原因 | 下一步 | 备注 |", "等待人工处理，至"],
}


@pytest.mark.parametrize("lang", Language)
async def test_a_run_speaks_the_language_that_its_order_was_placed_in(world: World, lang: Language) -> None:
    there = replace(world, lang=lang)
    document = await placed(there)
    run = there.run_of(document)
    described = await run.describe()
    number = f"shop/{document.order_no}"
    assert await described.static_summary() == SUMMARY[lang].format(number, f"{document.bundle} v1")
    assert await names(there, run) >= NAMES[lang]
    told = await details(run)
    assert all(each in told for each in TABLE[lang])
    other = next(each for each in Language if each is not lang)
    assert not any(each in told for each in TABLE[other])
    assert not await names(there, run) & NAMES[other]


async def test_a_run_that_goes_on_as_a_new_one_keeps_its_language(world: World) -> None:
    document = await placed(replace(world, lang=Language.ZH))
    run = world.run_of(document)
    await run.signal(DeliveryVerbs.read_the_book)
    await again(world, document)
    await reach(world, run, "接单")
    assert TABLE[Language.ZH][0] in await details(run)


async def test_a_run_that_takes_over_an_order_speaks_its_language(world: World) -> None:
    """Whatever the language of whoever has it start."""
    document = await placed(replace(world, lang=Language.ZH))
    await world.run_of(document).terminate("lost")
    await world.place(document)
    run = world.run_of(document)
    assert await (await run.describe()).static_summary() == f"shop/{document.order_no}，由账本接管"
    await reach(world, run, "读取账本")
    assert TABLE[Language.ZH][0] in await details(run)


async def test_a_case_speaks_the_language_of_its_order(world: World) -> None:
    document = await placed(replace(world, lang=Language.ZH))
    await ask(world, await world.read(document), Act.REISSUE)
    case: Run = world.client.get_workflow_handle(case_workflow_id("shop", document.order_no, 1))
    assert await (await case.describe()).static_summary() == f"shop/{document.order_no} 的发放单：补发"
    await case.result()
    assert await names(world, case) >= {"开始", "video #1：向 kayixin 申请撤回", "结案"}
    assert TABLE[Language.ZH][0] in await details(case)


async def placed(world: World) -> OrderDocument:
    """An order one part of which is delivered, and the other is held by a person."""
    bundle = await world.publish(NOW_AND_LATER, [KEY])
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "delivered")
    await ask(world, view, Act.HOLD, index=1)
    return document


async def again(world: World, document: OrderDocument) -> None:
    """Wait until the order has its second run."""
    for _ in range(100):
        if len(await chain_of(world, document)) == 2:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not go on as a new one")


async def reach(world: World, run: Run, name: str) -> None:
    """Wait until a run has done or begun what is called so."""
    for _ in range(100):
        if name in (told := await names(world, run)):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(told)


async def names(world: World, run: Run) -> set[str]:
    """What the calls and timers of a run are called."""
    events = [event async for event in run.fetch_history_events()]
    payloads = [event.user_metadata.summary for event in events if event.user_metadata.HasField("summary")]
    return {await text_of(world, payload) for payload in payloads}


async def text_of(world: World, payload: Payload) -> str:
    [text] = await world.client.data_converter.decode([payload], [str])
    return str(text)


async def details(run: Run) -> str:
    """What Temporal's UI shows of a run."""
    told = await run.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return str(told.current_details)
