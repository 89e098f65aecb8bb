"""A run reads a large order in pages: every delivery once, in plan order, in payloads that stay small."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from domain.messages import Page, PageRef
from domain.notes.general import Said
from storage.orders import recall
from storage.orders.recall import A_PAGE
from storage.tables import Delivery
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("paged-key", "key", offer("kayixin", "1001"))
KEY["title"] = "视频会员"
NOTE = Said(text="按客户要求" * 120)


async def pages_of(world: World, order_id: str) -> AsyncIterator[Page]:
    after: int | None = -1
    while after is not None:
        async with world.database.transaction() as session:
            page = await recall.page(session, PageRef(order_id=order_id, after=after))
        yield page
        after = page.more_after


@pytest.mark.parametrize(
    ("times", "plain", "lengthy"),
    [
        (A_PAGE // 2, [A_PAGE], [60, 40]),
        (A_PAGE // 2 + 1, [A_PAGE, 2], [60, 42]),
        (A_PAGE, [A_PAGE, A_PAGE], [60, 60, 60, 20]),
    ],
)
async def test_pages_hold_every_delivery_once_and_fewer_where_notes_are_long(
    world: World, times: int, plain: list[int], lengthy: list[int]
) -> None:
    later = {"after": "P300D", "every": "P1D", "times": times}
    bundle = await world.publish(
        [{"id": name, "benefit": "paged-key", "release": later} for name in ("first", "second")], [KEY]
    )
    receipt = await world.place(world.order(bundle))
    planned = [line.delivery_id for line in receipt.deliveries]

    sizes = []
    for note in (None, NOTE):
        async with world.database.transaction() as session:
            mine = update(Delivery).where(Delivery.order_id == receipt.order_id)
            await session.execute(mine.values(note=note))
        pages = [page async for page in pages_of(world, receipt.order_id)]
        assert [brief.id for page in pages for brief in page.deliveries] == planned
        assert max(len(page.model_dump_json().encode()) for page in pages) < 100_000
        sizes.append([len(page.deliveries) for page in pages])
    assert sizes == [plain, lengthy]
