"""One request id names one act: asked again with anything else, it is refused with what it was."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.contract.order import Recipient
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from storage.views.orders import OrderView
from tests.support.asking import asked
from tests.support.documents import benefit, offer
from tests.support.world import World

SCARCE = benefit("id-scarce", "key", offer("kayixin", "2004"), offer("fulu", "10000604", priority=20))
PLAIN = benefit("id-plain", "key", offer("kayixin", "1001"))
CREDIT = benefit("id-credit", "recharge", offer("kayixin", "1006"), account="phone")
LATER = {"id": "later", "benefit": "id-plain", "release": {"after": "P30D"}}
TO_A_PHONE = {"id": "phone", "benefit": "id-credit", "release": {"after": "P30D"}}
PHONE: dict[str, Any] = {"recipients": {"shared": {"type": "phone", "value": "13800000001"}}}


async def ordered(
    world: World, *components: dict[str, Any], first: str = "planned", **order: Any
) -> OrderView:
    """An order as soon as its first delivery stands there."""
    benefits = [b for b in (SCARCE, PLAIN, CREDIT) if b["id"] in {each["benefit"] for each in components}]
    bundle = await world.publish([*components], benefits, hold_for="P90D")
    document = world.order(bundle, **order)
    await world.place(document)
    return await world.until(document, lambda view: view.deliveries[0].state == first)


def under(request_id: str, request: HumanAct) -> HumanAct:
    return request.model_copy(update={"request_id": request_id})


def used_for(what: str) -> str:
    at = r"20\d\d-\d\d-\d\d \d\d:\d\d UTC"
    return rf"^request id r-1 was used before for something else: {what}, at {at} by lin: the buyer called\. "


async def test_a_pause_under_the_id_of_another_act_is_refused_and_pauses_nothing(world: World) -> None:
    view = await ordered(world, LATER)
    number = f"shop/{view.order_no}"
    await world.checkout.act(number, under("r-1", asked(view, Act.HOLD)))
    with pytest.raises(ActRefused, match=used_for("hold on later#1")):
        await world.checkout.act_on_order(number, under("r-1", asked(view, Act.PAUSE)))
    assert (await world.read_number(number)).paused is None


async def test_a_cancel_under_the_id_of_another_act_is_refused_and_cancels_nothing(world: World) -> None:
    view = await ordered(world, {"id": "later", "benefit": "id-plain", "release": {"after": "PT3S"}})
    number = f"shop/{view.order_no}"
    await world.checkout.act_on_order(number, under("r-1", asked(view, Act.PAUSE)))
    await world.checkout.act_on_order(number, asked(view, Act.RESUME))
    with pytest.raises(ActRefused, match=used_for("pause on the whole order")):
        await world.checkout.act_on_order(number, under("r-1", asked(view, Act.CANCEL)))
    await world.client.get_workflow_handle(f"order/{number}").result()
    done = await world.read_number(number)
    assert (done.state, done.refund) == ("completed", None)
    assert [event.type for event in done.events if event.type == "order.cancelling"] == []
    with pytest.raises(ActRefused, match=used_for("pause on the whole order")):
        await world.checkout.act_on_order(number, under("r-1", asked(view, Act.CANCEL)))


async def test_a_run_that_is_told_to_cancel_under_another_acts_id_believes_the_book(world: World) -> None:
    """Whoever asks the run itself is answered by what the book says, too."""
    view = await ordered(world, {"id": "later", "benefit": "id-plain", "release": {"after": "PT3S"}})
    number = f"shop/{view.order_no}"
    await world.checkout.act(number, under("r-1", asked(view, Act.HOLD)))
    await world.checkout.act(number, asked(view, Act.RELEASE))
    with pytest.raises(ActRefused, match=used_for("hold on later#1")):
        await world.checkout.runs.update(
            f"order/{number}", under("r-1", asked(view, Act.CANCEL)), "another", HumanAct
        )
    await world.client.get_workflow_handle(f"order/{number}").result()
    assert (await world.read_number(number)).state == "completed"


@pytest.mark.parametrize(
    "other",
    [
        {"act": Act.RETRY},
        {"connection": "kayixin"},
        {"reason": "another"},
        {"actor": "wu"},
        {"supplier_says": "not_sold"},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_another_body_under_the_same_id_is_refused(world: World, other: dict[str, Any]) -> None:
    view = await ordered(world, {"id": "video", "benefit": "id-scarce"}, LATER, first="held")
    number = f"shop/{view.order_no}"
    request = under("r-1", asked(view, Act.SUBSTITUTE, connection="fulu"))
    await world.checkout.act(number, request)
    assert (await world.checkout.act(number, request)).case is None
    with pytest.raises(ActRefused, match=used_for("substitute on video#1")):
        await world.checkout.act(number, request.model_copy(update=other))


async def test_of_two_different_acts_at_once_under_one_id_one_is_done(world: World) -> None:
    view = await ordered(world, LATER)
    number = f"shop/{view.order_no}"
    both = [under("r-1", asked(view, act, connection="kayixin")) for act in (Act.HOLD, Act.SUBSTITUTE)]
    answers = await asyncio.gather(
        *(world.checkout.act(number, each) for each in both), return_exceptions=True
    )
    refused = [str(each) for each in answers if isinstance(each, ActRefused)]
    done = await world.read_number(number)
    assert len(refused) == 1
    assert len([event for event in done.events if event.type.startswith("human.")]) == 1


async def test_another_account_under_the_same_id_is_refused_and_the_same_one_is_not(world: World) -> None:
    view = await ordered(world, TO_A_PHONE, **PHONE)
    number, delivery = f"shop/{view.order_no}", view.deliveries[0].id

    async def readdress(phone: str) -> None:
        recipient = Recipient.model_validate({"type": "phone", "value": phone})
        name = await world.checkout.hand_in_recipient(view.order_id, delivery, recipient)
        await world.checkout.act(number, under("r-1", asked(view, Act.CHANGE_RECIPIENT, recipient=name)))

    await readdress("13900000001")
    await readdress("13900000001")
    with pytest.raises(ActRefused, match=used_for("change recipient on phone#1")):
        await readdress("13900000002")
    told = [e for e in (await world.read_number(number)).events if e.type == "human.change_recipient"]
    assert len(told) == 1


async def test_another_key_under_the_same_id_is_refused_and_the_same_one_is_not(world: World) -> None:
    view = await ordered(world, {"id": "video", "benefit": "id-scarce"}, LATER, first="held")
    number, delivery = f"shop/{view.order_no}", view.deliveries[0].id
    ours, other = IssuedUnit(number=f"OURS-{view.order_no}"), IssuedUnit(number=f"OTHER-{view.order_no}")
    ids = await world.checkout.hand_in(view.order_id, delivery, [ours])
    request = under("r-1", asked(view, Act.DELIVER_BY_HAND, credentials=ids))
    await world.checkout.act(number, request)
    plain = request.model_copy(update={"credentials": ()})
    done = await world.checkout.done_before(plain, [ours])
    assert done is not None
    assert done.step.state == "delivered"
    with pytest.raises(ActRefused, match=used_for("deliver by hand on video#1")):
        await world.checkout.done_before(plain, [other])


async def test_the_id_of_a_reissue_names_nothing_else(world: World) -> None:
    view = await ordered(world, {"id": "video", "benefit": "id-plain"}, LATER, first="delivered")
    number = f"shop/{view.order_no}"
    request = under("r-1", asked(view, Act.REISSUE))
    assert [(await world.checkout.act(number, request)).case for _ in range(2)] == [1, 1]
    with pytest.raises(ActRefused, match=used_for("reissue on video#1")):
        await world.checkout.act(number, under("r-1", asked(view, Act.HOLD, index=1)))
    with pytest.raises(ActRefused, match=used_for("reissue on video#1")):
        await world.checkout.act_on_order(number, under("r-1", asked(view, Act.PAUSE)))


async def test_an_event_id_names_one_report_with_its_instant(world: World) -> None:
    view = await ordered(world, LATER)
    at = datetime(2026, 1, 31, 10, 0, tzinfo=UTC)
    fact = OrderEvent(event_id="e-1", event=OrderEventKind.CONFIRMED, at=at)
    news = [await world.checkout.report(view.order_id, fact, actor="shop") for _ in range(2)]
    other = fact.model_copy(update={"at": at.replace(hour=11)})
    told = "event id e-1 is another report already: confirmed, at 2026-01-31 10:00:00 UTC"
    with pytest.raises(ActRefused, match=f"^{told}$"):
        await world.checkout.report(view.order_id, other, actor="shop")
    assert news == [True, False]


async def test_two_acts_for_the_same_reason_each_tell_who_and_why(world: World) -> None:
    view = await ordered(world, TO_A_PHONE, **PHONE)
    number, delivery = f"shop/{view.order_no}", view.deliveries[0].id
    for index in range(2):
        recipient = Recipient.model_validate({"type": "phone", "value": f"1390000000{index}"})
        name = await world.checkout.hand_in_recipient(view.order_id, delivery, recipient)
        await world.checkout.act(number, asked(view, Act.CHANGE_RECIPIENT, f"c-{index}", recipient=name))
    told = [
        (event.data["actor"], event.data["reason"], event.data["request_id"])
        for event in (await world.read_number(number)).events
        if event.type == "human.change_recipient"
    ]
    assert told == [("lin", "the buyer called", f"change_recipient-c-{index}") for index in range(2)]


async def test_a_refunds_report_tells_who_said_so(world: World) -> None:
    view = await ordered(world, {"id": "video", "benefit": "id-scarce"}, LATER, first="held")
    number = f"shop/{view.order_no}"
    await world.checkout.act(number, asked(view, Act.REFUND))
    await world.checkout.act(number, asked(view, Act.WAIVE, index=1))
    await world.client.get_workflow_handle(f"order/{number}").result()
    refund = str((await world.read_number(number)).deliveries[0].refund_id)
    await world.checkout.report_refund(refund, confirmed=True, note="bank-7", actor="the shop")
    [told] = [e.data for e in (await world.read_number(number)).events if e.type == "refund.confirmed"]
    assert (told["actor"], told["reason"], told["request_id"]) == ("the shop", "bank-7", refund)
