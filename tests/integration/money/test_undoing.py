"""Undoing an order beside what people and cases do to its deliveries."""

from typing import Any

from domain.supply.outcomes import IssuedUnit, PartlyDelivered, Receipt, Revoked
from domain.verbs.verb import Act
from tests.support.answering import Answering
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World

REVERSIBLE = {"reversibility": "reversible"}
PAIR = benefit("undone-pair", "key", offer("kayixin", "half-undone"))
KEY = benefit("undone-key", "key", offer("kayixin", "1001"))
REFUSED = benefit("undone-refused", "key", offer("kayixin", "2002"))


async def test_what_somebody_left_out_is_not_taken_back_when_the_order_is_undone(
    world: World, answering: Answering
) -> None:
    unit = IssuedUnit(number="left-out-1", password="p", supplier_card="7")
    answering.with_("submit", "half-undone", PartlyDelivered((unit,), Receipt("S1")))
    answering.with_("revoke", "half-undone", Revoked())
    bundle = await world.publish(
        [
            {"id": "pair", "benefit": "undone-pair", "quantity": 2, **REVERSIBLE},
            {"id": "refused", "benefit": "undone-refused", "release": {"after": "PT3S"}, **REVERSIBLE},
        ],
        [PAIR, REFUSED],
        policy="all_or_nothing",
        hold_for="PT2S",
    )
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.deliveries[0].state == "held")
    await ask(world, view, Act.WAIVE)
    done = await world.finish(document)
    kept = done.deliveries[0]
    assert [d.state for d in done.deliveries] == ["failed", "failed"]
    assert (kept.waived, kept.units_delivered, answering.asked) == (True, 1, ["submit"])
    assert (kept.refund, done.refund) == (None, done.deliveries[1].share)


async def test_nothing_waits_for_what_was_left_out_and_nothing_is_undone_by_it(world: World) -> None:
    lines: list[dict[str, Any]] = [
        {"id": "first", "benefit": "undone-key", "release": {"after": "P1D"}, **REVERSIBLE},
        {"id": "last", "benefit": "undone-key", "needs": ["first"]},
    ]
    document = world.order(await world.publish(lines, [KEY], policy="all_or_nothing"))
    await world.place(document)
    await ask(world, await world.read(document), Act.WAIVE)
    done = await world.finish(document)
    assert [delivery.state for delivery in done.deliveries] == ["cancelled", "delivered"]
    assert (done.state, done.refund, len(world.sales(done))) == ("partial", None, 1)
