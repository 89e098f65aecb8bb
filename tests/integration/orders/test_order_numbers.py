"""Order numbers as shops write them, on a real Temporal server and a real database."""

import pytest

from domain.contract.order import OrderDocument
from starter.desk.errors import OrderRejected
from tests.support.documents import benefit, offer
from tests.support.world import World


@pytest.mark.parametrize("number", ["#1001", "WC/2024/1", "order:12", "订单-1", "a/", "%2F"])
async def test_a_number_is_kept_and_finds_its_order(world: World, number: str) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}], [benefit("video-key", "key", offer("kayixin", "1001"))]
    )
    plain = world.order(bundle)
    document = plain.model_copy(update={"order_no": f"{number}{plain.order_no}"})
    await world.place(document)
    view = await world.finish(document)
    assert (view.order_no, view.state, len(world.sales(view))) == (document.order_no, "completed", 1)
    assert (await world.read_number(f"{document.channel}/{document.order_no}")).order_id == view.order_id


async def test_the_same_moment_in_another_zone_gets_the_same_receipt(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}], [benefit("video-key", "key", offer("kayixin", "1001"))]
    )
    body = world.order(bundle).model_dump(mode="json", exclude_unset=True)

    def paid_at(moment: str) -> OrderDocument:
        return OrderDocument.model_validate({**body, "placed_at": moment})

    first = await world.place(paid_at("2026-03-28T22:30:00Z"))
    again = await world.place(paid_at("2026-03-29T06:30:00+08:00"))
    assert (again.order_id, again.placed_at) == (first.order_id, first.placed_at)
    with pytest.raises(OrderRejected):
        await world.place(paid_at("2026-03-29T06:30:01+08:00"))
