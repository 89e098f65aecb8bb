"""An order that cannot be kept is undone: last delivery first, and every cent decided back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage.supply.pool_stock import ImportedKey
from storage.tables import Credential
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.skipping import SkippingWorld
from tests.support.world import World

KEYS = [
    benefit("video-key", "key", offer("kayixin", "1001")),
    benefit("pool-key", "key", offer("pool", "gift")),
    benefit("refused-key", "key", offer("kayixin", "2002")),
    benefit("failing-key", "key", offer("fulu", "10000603")),
    benefit("fixed-key", "key", offer("kayixin", "1005")),
]
REVERSIBLE = {"reversibility": "reversible"}


async def test_all_or_nothing_revokes_in_reverse_order_and_refunds_everything(world: World) -> None:
    await world.stock_pool("gift", ImportedKey(cost=300, number="g-1", password="undo-1"))
    bundle = await world.publish(
        [
            {"id": "video", "benefit": "video-key", **REVERSIBLE},
            {"id": "gift", "benefit": "pool-key", "release": {"after": "PT1S"}, **REVERSIBLE},
            {"id": "last", "benefit": "failing-key", "release": {"after": "PT2S"}},
        ],
        KEYS,
        policy="all_or_nothing",
    )
    view = await world.fulfil(world.order(bundle))
    assert view.state == "failed"
    assert [(d.component, d.state) for d in view.deliveries] == [
        ("video", "revoked"),
        ("gift", "revoked"),
        ("last", "failed"),
    ]
    revoked = [e.delivery_id for e in view.events if e.type == "delivery.revoked"]
    assert revoked == [view.deliveries[1].id, view.deliveries[0].id]
    assert view.refund is not None and view.refund.amount == 9900
    assert [d.refund_state for d in view.deliveries] == ["decided", "decided", "decided"]
    video = world.simulators["kayixin"].ledger.sales_of(view.deliveries[0].attempts[0].key)
    assert [(sale.status, sale.credited_minor) for sale in video] == [("refunded", 1500)]


async def test_what_was_not_released_yet_is_cancelled_and_nothing_is_bought_for_it(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "refused", "benefit": "refused-key", **REVERSIBLE},
            {"id": "later", "benefit": "video-key", "release": {"after": "P30D"}, **REVERSIBLE},
        ],
        KEYS,
        policy="all_or_nothing",
    )
    view = await world.fulfil(world.order(bundle))
    assert view.state == "failed"
    assert [(d.component, d.state, len(d.attempts)) for d in view.deliveries] == [
        ("refused", "failed", 1),
        ("later", "cancelled", 0),
    ]
    assert view.refund is not None and view.refund.amount == 9900
    assert world.sales(view) == []


async def test_the_irreversible_part_waits_until_everything_else_is_delivered(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "fixed", "benefit": "fixed-key"},
            {"id": "refused", "benefit": "refused-key", **REVERSIBLE},
        ],
        KEYS,
        policy="all_or_nothing",
    )
    view = await world.fulfil(world.order(bundle))
    assert [(d.component, d.state, len(d.attempts)) for d in view.deliveries] == [
        ("fixed", "cancelled", 0),
        ("refused", "failed", 1),
    ]


async def test_best_effort_keeps_what_came_and_refunds_the_rest(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "video-key"}, {"id": "refused", "benefit": "refused-key"}],
        KEYS,
        price=10001,
        hold_for="PT0S",
    )
    view = await world.fulfil(world.order(bundle))
    assert view.state == "partial"
    assert [d.share.amount for d in view.deliveries] == [5001, 5000]
    assert view.refund is not None and view.refund.amount == 5000
    assert len(world.sales(view)) == 1


async def test_a_key_that_cannot_be_taken_back_is_kept_and_not_refunded(world: World) -> None:
    bundle = await world.publish(
        [
            {"id": "fixed", "benefit": "fixed-key", **REVERSIBLE},
            {"id": "later", "benefit": "failing-key", "release": {"after": "PT1S"}, **REVERSIBLE},
        ],
        KEYS,
        policy="all_or_nothing",
    )
    view = await world.fulfil(world.order(bundle))
    assert view.state == "partial"
    assert [(d.component, d.state) for d in view.deliveries] == [("fixed", "delivered"), ("later", "failed")]
    assert english(view.deliveries[0].note).startswith("kept: ")
    assert view.refund is not None and view.refund.amount == view.deliveries[1].share.amount


async def test_a_refused_offer_is_followed_by_the_next_one(skipping_world: SkippingWorld) -> None:
    bundle = await skipping_world.publish(
        [{"id": "video", "benefit": "two-offers"}],
        [
            benefit(
                "two-offers",
                "key",
                offer("kayixin", "2004", priority=1),
                offer("dead", "1001", priority=2),
                offer("fulu", "10000587", priority=3),
            )
        ],
    )
    view = await skipping_world.fulfil(skipping_world.order(bundle))
    assert view.state == "completed"
    attempts = [(a.number, a.connection, a.state, a.code) for a in view.deliveries[0].attempts]
    assert [(number, connection, state) for number, connection, state, _ in attempts] == [
        (1, "kayixin", "rejected"),
        (2, "dead", "rejected"),
        (3, "fulu", "delivered"),
    ]
    assert attempts[1][3] == "unreachable"
    assert [sale.product_code for sale in skipping_world.sales(view)] == ["10000587"]


async def test_out_of_stock_is_held_with_reason_age_and_deadline(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "no-stock"}],
        [benefit("no-stock", "key", offer("kayixin", "2004"))],
        hold_for="P2D",
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    delivery = view.deliveries[0]
    assert (delivery.state, delivery.hold_reason, delivery.next_action) == ("held", "out_of_stock", "hold")
    assert delivery.hold_deadline is not None
    assert timedelta(days=1, hours=23) < delivery.hold_deadline - datetime.now(UTC) <= timedelta(days=2)


@pytest.mark.parametrize("expiry", [True, False], ids=["earliest expiry first", "no expiry last"])
async def test_the_pool_issues_the_key_that_expires_first(world: World, expiry: bool) -> None:
    product = f"expiring-{expiry}"
    soon, late = datetime(2031, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
    await world.stock_pool(
        product,
        ImportedKey(cost=1, number=f"late-{expiry}", expires_at=late if expiry else None),
        ImportedKey(cost=1, number=f"soon-{expiry}", expires_at=soon),
        ImportedKey(cost=1, number=f"gone-{expiry}", expires_at=datetime(2020, 1, 1, tzinfo=UTC)),
    )
    bundle = await world.publish(
        [{"id": "gift", "benefit": f"gift-{expiry}".lower()}],
        [benefit(f"gift-{expiry}".lower(), "key", offer("pool", product))],
    )
    view = await world.fulfil(world.order(bundle))
    assert view.state == "completed"
    async with world.database.transaction() as session:
        row = await session.scalar(select(Credential).where(Credential.delivery_id == view.deliveries[0].id))
    assert row is not None and row.expires_at == soon
