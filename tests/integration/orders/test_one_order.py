"""One bundle order on a real Temporal server, a real database and real HTTP."""

import asyncio

import pytest

from domain.fulfilment.states import OrderState
from domain.messages import OrderReceipt
from starter.desk.errors import InvalidOrder, OrderRejected
from storage.views.orders import read_order
from tests.support.documents import benefit, money, offer
from tests.support.world import World

PHONE = {"shared": {"type": "phone", "value": "13800138000"}}


async def test_a_key_a_recharge_and_a_link_arrive(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "video", "benefit": "video-key"},
            {"id": "phone", "benefit": "phone-credit"},
            {"id": "coupon", "benefit": "coffee-link"},
        ],
        [
            benefit("video-key", "key", offer("kayixin", "1001")),
            benefit("phone-credit", "recharge", offer("fulu", "10000585"), account="phone"),
            benefit("coffee-link", "link", offer("fulu", "10000588")),
        ],
    )
    view = await world.fulfil(world.order(bundle, recipients=PHONE))
    assert view.state == "completed"
    assert [(d.component, d.state, d.units_delivered) for d in view.deliveries] == [
        ("video", "delivered", 1),
        ("phone", "delivered", 1),
        ("coupon", "delivered", 1),
    ]
    assert [(s.supplier, s.product_code, s.account, s.quantity) for s in world.sales(view)] == [
        ("kayixin", "1001", "", 1),
        ("fulu", "10000585", "13800138000", 1),
        ("fulu", "10000588", "", 1),
    ]
    assert [d.attempts[0].charged.amount for d in view.deliveries if d.attempts[0].charged] == [
        1500,
        1000,
        880,
    ]
    assert view.refund is None


async def test_the_same_order_placed_five_times_at_once_is_one_order(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}], [benefit("video-key", "key", offer("kayixin", "1001"))]
    )
    document = world.order(bundle)
    receipts: list[OrderReceipt] = await asyncio.gather(*(world.place(document) for _ in range(5)))
    view = await world.finish(document)
    assert {receipt.order_id for receipt in receipts} == {view.order_id}
    assert len(world.sales(view)) == 1


async def test_a_closed_order_answers_with_its_receipt_from_the_book(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}], [benefit("video-key", "key", offer("kayixin", "1001"))]
    )
    document = world.order(bundle)
    first = await world.place(document)
    await world.finish(document)
    run_before = (await world.run_of(document).describe()).run_id
    again = await world.place(document)
    assert (again.order_id, again.state) == (first.order_id, OrderState.COMPLETED)
    assert (await world.run_of(document).describe()).run_id == run_before


@pytest.mark.parametrize("closed", [False, True], ids=["while it runs", "after it closed"])
async def test_a_number_reused_with_another_body_is_a_conflict(world: World, closed: bool) -> None:
    later = {"release": {"after": "PT0S" if closed else "PT1H"}}
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key", **later}],
        [benefit("video-key", "key", offer("kayixin", "1001"))],
    )
    document = world.order(bundle)
    await world.place(document)
    if closed:
        await world.finish(document)
    other = document.model_copy(update={"quantity": 2, "paid": bundle.price.times(2)})
    with pytest.raises(OrderRejected) as refused:
        await world.place(other)
    assert refused.value.code == "order_number_conflict"
    view = await world.read(document)
    assert view.quantity == 1


async def test_a_limit_rejects_and_leaves_the_number_free(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}],
        [benefit("video-key", "key", offer("kayixin", "1001"))],
        limits={"per_buyer": 2},
    )
    buyer = {"buyer": {"ref": "collector"}}
    await world.fulfil(world.order(bundle, **buyer))
    greedy = world.order(bundle, quantity=2, **buyer)
    with pytest.raises(OrderRejected) as refused:
        await world.place(greedy)
    assert refused.value.code == "limit_exceeded"
    assert "1 bought before, 2 more asked for" in str(refused.value)
    result = await world.run_of(greedy).result()
    assert result.state == OrderState.REJECTED

    modest = greedy.model_copy(update={"quantity": 1, "paid": bundle.price})
    view = await world.fulfil(modest)
    assert view.state == "completed"


async def test_a_limit_counts_a_buyer_however_the_reference_is_written(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}],
        [benefit("video-key", "key", offer("kayixin", "1001"))],
        limits={"per_buyer": 1, "per_benefit": {"video-key": 9}},
    )
    for refs in (
        ["same@x.com", "Same@X.com", "\uff53ame@x.com"],
        ["13800138077", "+86 138-0013-8077", "008613800138077", "１３８００１３８０７７"],
    ):
        first, *others = [world.order(bundle, buyer={"ref": ref}) for ref in refs]
        await world.fulfil(first)
        for other in others:
            with pytest.raises(OrderRejected) as refused:
                await world.place(other)
            assert refused.value.code == "limit_exceeded", other.buyer.ref
    assert (await world.fulfil(world.order(bundle, buyer={"ref": "+1 380 013 8077"}))).state == "completed"


async def test_two_spellings_of_one_buyer_at_once_are_one_buyer(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}],
        [benefit("video-key", "key", offer("kayixin", "1001"))],
        limits={"per_buyer": 1},
    )
    refs = ["racing@x.com", "RACING@x.com", "Racing@X.com"]
    placed = await asyncio.gather(
        *(world.place(world.order(bundle, buyer={"ref": ref})) for ref in refs), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in placed) == ["OrderReceipt", *["OrderRejected"] * 2]


async def test_a_benefit_limit_counts_over_bundles(world: World) -> None:
    benefits = [benefit("limited-key", "key", offer("kayixin", "1001"))]
    first = await world.publish([{"id": "video", "benefit": "limited-key"}], benefits)
    second = await world.publish(
        [{"id": "video", "benefit": "limited-key"}], benefits, limits={"per_benefit": {"limited-key": 1}}
    )
    buyer = {"buyer": {"ref": "hunter"}}
    await world.fulfil(world.order(first, **buyer))
    with pytest.raises(OrderRejected) as refused:
        await world.place(world.order(second, **buyer))
    assert refused.value.code == "limit_exceeded"


async def test_a_wrong_document_starts_no_run_and_writes_nothing(world: World) -> None:
    bundle = await world.publish(
        [{"id": "phone", "benefit": "phone-credit"}],
        [benefit("phone-credit", "recharge", offer("fulu", "10000585"), account="phone")],
    )
    document = world.order(bundle, paid=money(1))
    with pytest.raises(InvalidOrder) as invalid:
        await world.place(document)
    assert [problem.field for problem in invalid.value.problems] == ["paid", "recipients.shared"]
    async with world.database.transaction() as session:
        assert await read_order(session, f"shop/{document.order_no}") is None


async def test_quantity_buys_every_unit_in_one_purchase(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key", "quantity": 2}],
        [benefit("video-key", "key", offer("kayixin", "1001"))],
    )
    view = await world.fulfil(world.order(bundle, quantity=3))
    assert [d.units_delivered for d in view.deliveries] == [6]
    assert [(sale.quantity, sale.money_minor) for sale in world.sales(view)] == [(6, 9000)]
