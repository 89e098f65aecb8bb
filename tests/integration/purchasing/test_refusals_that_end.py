"""A refusal that names its cause ends an attempt once its supplier has no such order; every way out works."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.contract.order import OrderDocument, Recipient
from domain.notes.general import Said
from domain.supply.outcomes import ActionRequired, Uncertain, UnknownOrder
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from starter.desk.explain.options import options
from storage.supply import health
from storage.supply.health import HealthView
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World

CREDIT = {"method": "mobile", "charge_value": "30"}
PHONE = benefit("phone-30", "recharge", offer("fulu", "10000701", options=CREDIT), account="phone")
BROKE = benefit("broke-key", "key", offer("fulu", "10000587"), offer("kayixin", "1001", priority=20))
ALONE = benefit("broke-alone", "key", offer("fulu", "10000587"))
ODD = benefit("ends-key", "key", offer("kayixin", "ends"), offer("fulu", "10000587", priority=20))
NOT_A_LINK = benefit("not-a-link", "link", offer("kayixin", "1001"))
WRONG, RIGHT = "+85251234567", "13800138077"
SAID: dict[str, Any] = {"supplier_says": "not_sold"}


@pytest.fixture
def world(fresh_world: World) -> World:
    """A world of each test's own: how its suppliers fare is what is asked."""
    return fresh_world


@pytest.fixture
async def empty_wallet(world: World) -> AsyncIterator[None]:
    """Fulu refuses with a code that no page lists: the balance is used up."""
    shop = world.simulators["fulu"].shop
    filled, shop.balance_minor = shop.balance_minor, 0
    yield
    shop.balance_minor = filled


async def fares(world: World, connection: str) -> HealthView | None:
    async with world.database.transaction() as session:
        return next(
            (each for each in await health.read_health(session) if each.connection == connection), None
        )


async def placed(world: World, what: dict[str, Any], **changes: Any) -> tuple[OrderDocument, OrderView]:
    """An order of one benefit whose purchase has been begun."""
    bundle = await world.publish([{"id": "it", "benefit": what["id"]}], [what], hold_for="P1D")
    document = world.order(bundle, **changes)
    await world.place(document)
    return document, await world.until(document, lambda view: bool(view.deliveries[0].attempts))


async def held(world: World, document: OrderDocument) -> OrderView:
    return await world.until(document, lambda view: view.state == "held")


def ways_out(view: OrderView) -> set[str]:
    """The commands that `explain` names, without the order."""
    commands = [each.command.split() for each in options(view, view.deliveries[0], datetime.now(UTC))]
    return {" ".join([each[2], *each[5:-2]]) for each in commands}


@pytest.mark.usefixtures("empty_wallet")
async def test_an_empty_wallet_under_an_unlisted_code_goes_to_the_next_offer(world: World) -> None:
    document, _ = await placed(world, BROKE)
    done = await world.finish(document)
    assert [(a.connection, a.state, a.code, a.submissions) for a in done.deliveries[0].attempts] == [
        ("fulu", "rejected", "2106", 1),
        ("kayixin", "delivered", None, 1),
    ]
    troubled = await fares(world, "fulu")
    assert troubled is not None
    assert (troubled.circuit, troubled.trouble, english(troubled.trouble_message)) == (
        "closed",
        "balance",
        "2106: 余额不足",
    )


async def test_an_empty_wallet_with_no_other_offer_is_held_for_the_balance(
    world: World, empty_wallet: None
) -> None:
    document, _ = await placed(world, ALONE)
    view = await held(world, document)
    assert (view.deliveries[0].hold_reason, english(view.deliveries[0].note)) == (
        "supplier_balance",
        "2106: 余额不足",
    )
    world.simulators["fulu"].shop.balance_minor = 10**8
    await ask(world, view, Act.RETRY)
    assert (await world.finish(document)).state == "completed"
    assert await fares(world, "fulu") == HealthView(connection="fulu")


async def wrong_phone(world: World) -> tuple[OrderDocument, OrderView]:
    """An order whose number its supplier refused, as in so many shops that write it with a country code."""
    document, _ = await placed(world, PHONE, recipients={"shared": {"type": "phone", "value": WRONG}})
    view = await held(world, document)
    [attempt] = view.deliveries[0].attempts
    assert (view.deliveries[0].hold_reason, attempt.state, attempt.number) == (
        "account_not_bound",
        "rejected",
        1,
    )
    return document, view


async def test_a_wrong_phone_is_corrected_and_not_bought_for_again(world: World) -> None:
    document, view = await wrong_phone(world)
    assert ways_out(view) == {"deliver", "readdress -", "refund", "skip"}
    for act in (Act.RETRY, Act.RELEASE):
        with pytest.raises(ActRefused, match="its supplier refused the account that it goes to"):
            await ask(world, view, act)
    right = Recipient.model_validate({"type": "phone", "value": RIGHT})
    name = await world.checkout.hand_in_recipient(view.order_id, view.deliveries[0].id, right)
    await ask(world, view, Act.CHANGE_RECIPIENT, recipient=name)
    done = await world.finish(document)
    assert [sale.account for sale in world.sales(done)] == [RIGHT]
    assert [(a.number, a.state) for a in done.deliveries[0].attempts] == [(1, "rejected"), (2, "delivered")]


@pytest.mark.parametrize(
    ("act", "state", "refunded"), [(Act.REFUND, "failed", True), (Act.WAIVE, "failed", False)]
)
async def test_a_wrong_phone_is_given_up(world: World, act: Act, state: str, refunded: bool) -> None:
    document, view = await wrong_phone(world)
    await ask(world, view, act)
    done = await world.finish(document)
    assert (done.deliveries[0].state, done.refund is not None) == (state, refunded)
    assert world.sales(done) == []


async def test_without_credentials_the_next_offer_serves_and_people_are_told(
    world: World, answering: Answering
) -> None:
    refused = ActionRequired("credentials", "1004", Said(text="签名错误"))
    answering.with_("submit", "ends", Uncertain(Said(text="code 1004"), refusal=refused))
    answering.with_("query", "ends", Uncertain(Said(text="the query got code 1004"), refusal=refused))
    document, _ = await placed(world, ODD)
    done = await world.finish(document)
    assert [(a.connection, a.state, a.code) for a in done.deliveries[0].attempts] == [
        ("kayixin", "rejected", "1004"),
        ("fulu", "delivered", None),
    ]
    assert answering.asked == ["submit", "query"]
    troubled = await fares(world, "kayixin")
    assert troubled is not None and (troubled.trouble, troubled.failures) == ("credentials", 0)


async def test_what_nobody_understands_is_held_and_a_retry_asks_before_anything_is_sent(
    world: World, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.fulfilment.steps.MAX_SUBMISSIONS", 1)
    answering.with_("submit", "ends", Uncertain(Said(text="code 31337: ?")))
    answering.with_("query", "ends", UnknownOrder())
    document, _ = await placed(world, ODD)
    view = await held(world, document)
    assert (view.deliveries[0].hold_reason, view.deliveries[0].next_action) == ("needs_attention", "hold")
    assert english(view.deliveries[0].note).endswith("does not know the order: code 31337: ?")
    assert ways_out(view) == {"retry"}
    before = answering.asked.count("query")
    await ask(world, view, Act.RETRY)
    view = await world.until(
        document, lambda order: order.state == "held" and answering.asked.count("query") > before
    )
    assert answering.asked.count("submit") == 1
    said = " --supplier-says not_sold"
    assert ways_out(view) == {
        f"retry{said}",
        f"substitute fulu{said}",
        "deliver --credentials -",
        f"refund{said}",
        f"skip{said}",
    }
    await ask(world, view, Act.SUBSTITUTE, connection="fulu", **SAID)
    done = await world.finish(document)
    assert [(a.connection, a.state, a.code) for a in done.deliveries[0].attempts] == [
        ("kayixin", "rejected", "said_not_sold"),
        ("fulu", "delivered", None),
    ]


async def ask_once_free(world: World, view: OrderView, act: Act, name: str, **more: Any) -> None:
    """Ask it again while its supplier is being asked, as the refusal says."""
    for number in itertools.count():
        try:
            await ask(world, view, act, f"{name}-{number}", **more)
            return
        except ActRefused as refused:
            if "try again in a moment" not in str(refused):
                raise
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("act", [Act.REFUND, Act.WAIVE, Act.HOLD, Act.SUBSTITUTE])
async def test_a_paused_supplier_locks_no_order(world: World, answering: Answering, act: Act) -> None:
    silent = Uncertain(Said(text="no answer"), silent=True)
    answering.with_("submit", "ends", silent)
    answering.with_("query", "ends", silent)
    asked_as = "skip" if act is Act.WAIVE else act.value
    document, view = await placed(world, ODD)
    with pytest.raises(ActRefused, match="nobody needs to say what it did"):
        await ask_once_free(world, view, act, "early", connection="fulu", **SAID)
    async with world.database.transaction() as session:
        await health.pause(session, "kayixin", "lin", "it answers nothing", datetime.now(UTC))
    before = answering.asked.count("query")
    await ask_once_free(world, view, Act.RETRY, "again")
    await world.until(document, lambda order: answering.asked.count("query") > before)
    view = await world.until(
        document,
        lambda order: (
            f"{asked_as} --supplier-says not_sold" in str(ways_out(order))
            or act in (Act.HOLD, Act.SUBSTITUTE)
        ),
    )
    await ask_once_free(world, view, act, "now", connection="fulu", **SAID)
    left = await world.until(document, lambda order: order.deliveries[0].attempts[0].state == "rejected")
    if act is Act.HOLD:
        assert (left.state, left.deliveries[0].hold_reason) == ("held", "by_operator")
        await ask_once_free(world, left, Act.REFUND, "in the end")
    done = await world.finish(document)
    assert (done.deliveries[0].state, done.deliveries[0].waived) == (
        "delivered" if act is Act.SUBSTITUTE else "failed",
        act is Act.WAIVE,
    )


async def test_a_card_that_cannot_be_used_is_a_persons_business_and_costs_nobody_else_anything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.fulfilment.steps.UNCLEAR_ANSWERS", 1)
    document, _ = await placed(world, NOT_A_LINK)
    view = await held(world, document)
    [attempt] = view.deliveries[0].attempts
    assert (view.deliveries[0].hold_reason, attempt.state, attempt.submissions) == (
        "needs_attention",
        "uncertain",
        1,
    )
    assert (
        english(view.deliveries[0].note)
        == "a link was bought and a card holds no http(s) address; asked 1 times"
    )
    assert attempt.charged is not None and attempt.charged.amount == world.sales(view)[0].money_minor
    assert await fares(world, "kayixin") is None


@pytest.mark.parametrize("written", ["+8613800138077", "008613800138077", "+86 138-0013-8077"])
async def test_a_phone_with_a_country_code_is_charged_as_its_supplier_writes_it(
    world: World, written: str
) -> None:
    document, _ = await placed(world, PHONE, recipients={"shared": {"type": "phone", "value": written}})
    done = await world.finish(document)
    assert [sale.account for sale in world.sales(done)] == [RIGHT]
