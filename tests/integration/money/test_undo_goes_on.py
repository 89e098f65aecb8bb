"""A supplier that cannot be reached keeps nobody else's delivery and refund when an order is undone."""

from adapters.supplier import NotSent
from domain.notes.aftercare import BeingRevoked
from domain.notes.general import Because
from domain.notes.supply.answers import NoConnection, Unreachable
from domain.supply.outcomes import Delivered, IssuedUnit, Revoked
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.documents import benefit, offer
from tests.support.skipping import SkippingWorld

KEY = benefit("undo-key", "key", offer("kayixin", "1001"))
AWAY = benefit("undo-away", "key", offer("kayixin", "away"))
REFUSED = benefit("undo-refused", "key", offer("kayixin", "2002"))
REVERSIBLE = {"reversibility": "reversible"}


def standing(view: OrderView) -> list[tuple[str, str | None]]:
    return [(delivery.state, delivery.next_action) for delivery in view.deliveries]


async def test_a_supplier_that_is_away_keeps_no_other_delivery_from_revocation_under_way(
    skipping_world: SkippingWorld, answering: Answering
) -> None:
    answering.with_("submit", "away", Delivered((IssuedUnit(number=f"AWAY-{skipping_world.token}"),)))
    answering.with_("revoke", "away", NotSent(NoConnection()))
    bundle = await skipping_world.publish(
        [
            {"id": "first", "benefit": "undo-key", **REVERSIBLE},
            {"id": "second", "benefit": "undo-away", "release": {"after": "PT1S"}, **REVERSIBLE},
            {"id": "third", "benefit": "undo-refused", "release": {"after": "PT3S"}, **REVERSIBLE},
        ],
        [KEY, AWAY, REFUSED],
        policy="all_or_nothing",
        hold_for="PT0S",
    )
    document = skipping_world.order(bundle)
    await skipping_world.place(document)
    view = await skipping_world.skip_until(document, lambda order: order.deliveries[0].state == "revoked")
    assert standing(view) == [("revoked", None), ("delivered", "revoke"), ("failed", None)]
    away = Because(what=Unreachable(supplier="kayixin"), why=NoConnection())
    assert view.deliveries[1].note == BeingRevoked(why=away)
    assert [sale.status for sale in skipping_world.sales(view)] == ["refunded"]
    answering.with_("revoke", "away", Revoked())
    done = await skipping_world.finish(document)
    assert standing(done) == [("revoked", None), ("revoked", None), ("failed", None)]
    assert (done.state, done.refund) == ("failed", done.price)
