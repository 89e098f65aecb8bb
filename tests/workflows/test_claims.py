"""Accounts that the buyer gives later: what waits for one is held, reminds, and ends by its rule."""

from datetime import timedelta
from typing import Any

import pytest

from domain.contract.order import Recipient
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.views.orders import OrderView
from tests.support.asking import asked
from tests.support.skipping import SkippingWorld
from tests.workflows.plans import (
    ANCHOR,
    OTHER,
    OURS,
    accounts,
    at,
    closed_at,
    of,
    ordered,
    part,
    refunds,
    states,
    within_a_minute,
)

DAY = timedelta(days=1)


def claim(otherwise: str = "refund", **more: Any) -> dict[str, Any]:
    """A month to claim, with a reminder every ten days."""
    return {"within": "P30D", "remind_every": "P10D", "otherwise": otherwise, **more}


async def bind(world: SkippingWorld, view: OrderView, recipient: Recipient, request_id: str) -> None:
    """Give the account, as support does."""
    request = asked(view, Act.BIND_RECIPIENT, request_id)
    await world.checkout.bind_recipient(f"shop/{view.order_no}", "shared", recipient, request)


async def test_everything_that_waits_for_an_account_goes_on_once_it_is_given(
    skipping_world: SkippingWorld,
) -> None:
    document, _ = await ordered(
        skipping_world,
        part("phone", 6000, {"every": "P7D", "times": 3}, benefit="plan-phone", claim=claim()),
        part("video", 3900),
    )
    await skipping_world.pass_to(ANCHOR + 8 * DAY)
    view = await skipping_world.until(
        document, lambda order: states(order, "phone") == ["held", "held", "planned"]
    )
    waiting = of(view, "phone")
    assert [each.hold_reason for each in waiting] == ["account_not_bound", "account_not_bound", None]
    ends = [(each.hold_deadline, ANCHOR + days * DAY) for each, days in zip(waiting, (30, 37), strict=False)]
    assert [within_a_minute(end, expected) for end, expected in ends] == [True, True]
    await bind(skipping_world, view, OURS, "b-1")
    await bind(skipping_world, view, OURS, "b-1")
    bound = await skipping_world.until(
        document, lambda order: states(order, "phone") == ["delivered", "delivered", "planned"]
    )
    made = of(bound, "phone")[:2]
    assert [within_a_minute(each.delivered_at, ANCHOR + 8 * DAY) for each in made] == [True, True]
    with pytest.raises(ActRefused, match=r"waits for no account shared; it waits for: none"):
        await bind(skipping_world, view, OTHER, "b-2")
    view = await skipping_world.finish(document)
    assert within_a_minute(of(view, "phone")[2].delivered_at, ANCHOR + 14 * DAY)
    assert (view.state, accounts(skipping_world, view)) == ("completed", ["13800138000"] * 3)
    assert view.refund is None


@pytest.mark.parametrize(("otherwise", "owed"), [("refund", [2001, 2000]), ("forfeit", [0, 0])])
async def test_what_nobody_claims_is_reminded_of_and_ends_by_its_rule(
    skipping_world: SkippingWorld, otherwise: str, owed: list[int]
) -> None:
    document, _ = await ordered(
        skipping_world,
        part(
            "phone",
            4001,
            {"every": "P1M", "times": 2},
            benefit="plan-phone",
            claim=claim(otherwise=otherwise),
        ),
        part("video", 5899),
    )
    view = await skipping_world.finish(document)
    phone = of(view, "phone")
    assert (view.state, [each.state for each in phone]) == ("partial", ["cancelled", "cancelled"])
    starts = [ANCHOR, at("2031-04-01 02:00")]
    for delivery, start in zip(phone, starts, strict=True):
        told = [e.at for e in view.events if e.type == "delivery.reminded" and e.delivery_id == delivery.id]
        expected = [start + 10 * DAY, start + 20 * DAY]
        assert [within_a_minute(*each) for each in zip(told, expected, strict=True)] == [True, True]
        assert within_a_minute(closed_at(view, delivery), start + 30 * DAY)
    assert refunds(phone) == owed
    assert [each.waived for each in phone] == [otherwise == "forfeit"] * 2
    delivered = sum(each.share.amount for each in of(view, "video"))
    retained = sum(each.share.amount for each in phone if each.waived)
    refunded = view.refund.amount if view.refund else 0
    assert (delivered, refunded, retained) == (5899, sum(owed), 4001 - sum(owed))
    assert accounts(skipping_world, view) == []


async def test_a_claim_counts_from_when_its_delivery_could_first_be_made(
    skipping_world: SkippingWorld,
) -> None:
    """It was due forty days before what it needs was delivered; its buyer has a month from then."""
    document, _ = await ordered(
        skipping_world,
        part("phone", 4000, benefit="plan-phone", claim=claim(), needs=["video"]),
        part("video", 5900, {"after": "P40D"}),
    )
    await skipping_world.pass_to(ANCHOR + 40 * DAY)
    view = await skipping_world.until(document, lambda order: states(order, "phone") != ["planned"])
    assert states(view, "phone") == ["held"]
    assert within_a_minute(of(view, "phone")[0].hold_deadline, ANCHOR + 70 * DAY)
    view = await skipping_world.finish(document)
    assert within_a_minute(closed_at(view, of(view, "phone")[0]), ANCHOR + 70 * DAY)
    assert refunds(view.deliveries) == [4000, 0]


async def test_a_pause_takes_nothing_of_the_time_to_claim(skipping_world: SkippingWorld) -> None:
    """Its buyer has a month from when the order went on, whatever reminders come in between."""
    document, _ = await ordered(
        skipping_world,
        part("phone", 4000, {"after": "P5D"}, benefit="plan-phone", claim=claim()),
        part("video", 5900, {"after": "P300D"}),
        hold_for="P60D",
    )
    view = await skipping_world.read(document)
    number = f"shop/{view.order_no}"
    await skipping_world.checkout.act_on_order(number, asked(view, Act.PAUSE))
    await skipping_world.pass_to(ANCHOR + 25 * DAY)
    await skipping_world.until(document, lambda order: states(order, "phone") == ["held"])
    await skipping_world.checkout.act_on_order(number, asked(view, Act.RESUME))
    view = await skipping_world.finish(document)
    assert within_a_minute(closed_at(view, of(view, "phone")[0]), ANCHOR + 55 * DAY)


@pytest.mark.parametrize("how", ["cancelled", "refunded"])
async def test_only_a_claim_that_ran_out_is_forfeited(skipping_world: SkippingWorld, how: str) -> None:
    document, _ = await ordered(
        skipping_world,
        part("phone", 4000, benefit="plan-phone", claim=claim("forfeit")),
        part("video", 5900),
    )
    view = await skipping_world.until(
        document, lambda order: [d.state for d in order.deliveries] == ["held", "delivered"]
    )
    if how == "cancelled":
        await skipping_world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.CANCEL, "c-1"))
    else:
        await skipping_world.checkout.act(f"shop/{view.order_no}", asked(view, Act.REFUND, "r-1"))
    view = await skipping_world.finish(document)
    assert (states(view, "phone"), refunds(of(view, "phone"))) == (["cancelled"], [4000])
