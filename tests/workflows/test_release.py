"""Releases that wait: weeks are skipped, and nothing is delivered before its instant."""

from datetime import UTC, datetime, timedelta

from tests.support.documents import benefit, offer
from tests.support.world import World
from tests.workflows.plans import within_a_minute

KEY = benefit("video-key", "key", offer("kayixin", "1001"))
LINK = benefit("coffee-link", "link", offer("fulu", "10000588"))


async def test_a_component_is_delivered_at_its_instant_and_not_before(skipping_world: World) -> None:
    bundle = await skipping_world.publish(
        [
            {"id": "now", "benefit": "video-key"},
            {"id": "soon", "benefit": "video-key", "release": {"after": "P3D"}},
            {"id": "late", "benefit": "coffee-link", "release": {"after": "P90DT30M"}},
        ],
        [KEY, LINK],
    )
    document = skipping_world.order(bundle)
    receipt = await skipping_world.place(document)
    view = await skipping_world.finish(document)
    waits = [timedelta(0), timedelta(days=3), timedelta(days=90, minutes=30)]
    assert [line.due_at and line.due_at - receipt.placed_at for line in receipt.deliveries] == waits
    assert view.state == "completed"
    times = [(each.delivered_at, each.due_at) for each in view.deliveries]
    assert [due is not None and within_a_minute(made, due) for made, due in times] == [True] * 3


async def test_an_order_that_arrives_late_counts_from_when_it_was_paid(skipping_world: World) -> None:
    bundle = await skipping_world.publish(
        [{"id": "soon", "benefit": "video-key", "release": {"after": "PT12H"}}], [KEY]
    )
    paid = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    document = skipping_world.order(bundle, placed_at=paid.isoformat())
    receipt = await skipping_world.place(document)
    assert [line.due_at for line in receipt.deliveries] == [datetime(2026, 2, 1, 11, 30, tzinfo=UTC)]
    assert (await skipping_world.finish(document)).state == "completed"


async def test_a_hold_compensates_by_itself_at_its_deadline(skipping_world: World) -> None:
    bundle = await skipping_world.publish(
        [{"id": "scarce", "benefit": "scarce-key"}, {"id": "video", "benefit": "video-key"}],
        [KEY, benefit("scarce-key", "key", offer("kayixin", "2004"))],
        hold_for="P2D",
    )
    document = skipping_world.order(bundle)
    await skipping_world.place(document)
    view = await skipping_world.finish(document)
    assert view.state == "partial"
    assert [(d.component, d.state) for d in view.deliveries] == [("scarce", "failed"), ("video", "delivered")]
    assert view.refund == view.deliveries[0].share
    assert {a.code is not None for a in view.deliveries[0].attempts} == {True}


async def test_stock_that_comes_back_during_a_hold_is_delivered(skipping_world: World) -> None:
    products = skipping_world.simulators["kayixin"].products
    bundle = await skipping_world.publish(
        [{"id": "later", "benefit": "restocked-key"}],
        [benefit("restocked-key", "key", offer("kayixin", "2004"))],
        hold_for="P365D",
    )
    document = skipping_world.order(bundle)
    await skipping_world.place(document)
    before = products["2004"]
    skipping_world.simulators["kayixin"].shop.products["2004"] = products["1001"]
    try:
        view = await skipping_world.finish(document)
    finally:
        skipping_world.simulators["kayixin"].shop.products["2004"] = before
    assert view.state == "completed"
    assert len(skipping_world.sales(view)) == 1
