"""What was delivered is shown to whoever may see it, each look is in the book, and nobody else sees it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.fulfilment.fold import fold
from domain.keys import order_workflow_id
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.verbs.human_act import By
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from starter.desk.handing.errors import NotHandedOver
from storage.handing.revealing import Shown
from storage.tables import Attempt, Delivery, RevealLink
from storage.views.orders import OrderView
from tests.support.asking import ask, asked
from tests.support.documents import benefit, offer
from tests.support.notes import english
from tests.support.world import World

KEYS = [
    benefit("handed-key", "key", offer("kayixin", "1001")),
    benefit("handed-failing", "key", offer("fulu", "10000603")),
    benefit("handed-credit", "recharge", offer("kayixin", "1006"), account="phone"),
]
DAY = timedelta(days=1)
BY_SHOP = By("shop", "shown in our app", "read-1")
PHONE = {"shared": {"type": "phone", "value": "13811112222"}}


async def delivered(world: World, *components: dict[str, object], policy: str = "best_effort") -> OrderView:
    """An order of these components once the first is delivered."""
    lines = [{"benefit": "handed-key", **each} for each in components]
    bundle = await world.publish(lines, KEYS, policy=policy)
    named = {"recipients": PHONE} if "credit" in [each["id"] for each in components] else {}
    document = world.order(bundle, **named)
    await world.place(document)
    return await world.until(document, lambda now: now.deliveries[0].state == "delivered")


async def again(world: World, view: OrderView) -> OrderView:
    """The order as the book has it now."""
    return await world.read_number(f"{view.channel}/{view.order_no}")


def sold(world: World, view: OrderView, index: int = 0) -> list[Shown]:
    """What the supplier sold for a delivery, by its own ledger."""
    [sale] = world.simulators["kayixin"].ledger.sales_of(view.deliveries[index].attempts[-1].key)
    return [Shown(card.number, card.password, None, None) for card in sale.credentials]


async def token_of(world: World, view: OrderView, delivery: str | None = None, lasts: timedelta = DAY) -> str:
    made = await world.checkout.handing.make_link(view.order_id, delivery, BY_SHOP, lasts)
    return made.token


async def test_a_channel_reads_what_was_delivered_and_the_book_says_who_and_why(world: World) -> None:
    view = await delivered(world, {"id": "video"})
    shown = await world.checkout.handing.read(view.order_id, view.deliveries[0].id, BY_SHOP)
    assert [(each.number, each.password) for each in shown] == [
        (each.number, each.password) for each in sold(world, view)
    ]
    event = (await again(world, view)).events[-1]
    assert (event.type, event.delivery_id) == ("delivery.read", view.deliveries[0].id)
    assert {name: event.data[name] for name in ("actor", "reason")} == {
        "actor": "shop",
        "reason": "shown in our app",
    }


async def test_a_link_reveals_and_its_token_is_nowhere_in_the_book(world: World) -> None:
    view = await delivered(world, {"id": "video"}, {"id": "gift"})
    video, gift = (each.id for each in view.deliveries)
    token = await token_of(world, view, video)
    opened = await world.checkout.handing.open(token)
    assert opened is not None
    assert [(each.title, each.may_reveal) for each in opened.order.deliveries] == [
        ("handed key", True),
        ("handed key", False),
    ]
    shown = await world.checkout.handing.reveal(token, video)
    assert shown is not None
    assert [each.number for each in shown] == [each.number for each in sold(world, view)]
    assert await world.checkout.handing.reveal(token, gift) is None
    async with world.database.snapshot() as session:
        kept = (await session.scalars(select(RevealLink).where(RevealLink.order_id == view.order_id))).all()
        row = await session.get_one(Delivery, video)
    after = await again(world, view)
    assert token not in json.dumps([each.data for each in after.events], default=str) + str(
        [vars(each) for each in kept]
    )
    told = fold(each.data for each in after.events if each.delivery_id == video)
    assert row.revealed_at is not None and told["revealed_at"] == row.revealed_at.isoformat()
    assert [each.type for each in after.events if each.type in ("link.made", "delivery.revealed")] == [
        "link.made",
        "delivery.revealed",
    ]


async def test_what_opens_nothing_opens_nothing(world: World) -> None:
    view = await delivered(world, {"id": "video"})
    video = view.deliveries[0].id
    token = await token_of(world, view)
    async with world.database.transaction() as session:
        await session.execute(
            update(RevealLink)
            .where(RevealLink.order_id == view.order_id)
            .values(expires_at=RevealLink.created_at)
        )
    for wrong in (token, token[:-1], "", "x" * 5000):
        assert await world.checkout.handing.open(wrong) is None
        assert await world.checkout.handing.reveal(wrong, video) is None


async def test_it_is_shown_as_often_as_the_contract_says_and_no_more(world: World) -> None:
    view = await delivered(world, {"id": "video", "max_reveals": 2})
    video = view.deliveries[0].id
    first, second = await token_of(world, view), await token_of(world, view, video)
    for token in (first, second):
        assert await world.checkout.handing.reveal(token, video) is not None
    with pytest.raises(NotHandedOver) as refused:
        await world.checkout.handing.reveal(first, video)
    assert str(refused.value) == "it was shown as often as was agreed (2)"
    assert len(await world.checkout.handing.read(view.order_id, video, BY_SHOP)) == 1


async def test_a_recharge_leaves_nothing_to_show(world: World) -> None:
    view = await delivered(world, {"id": "credit", "benefit": "handed-credit"})
    with pytest.raises(NotHandedOver) as refused:
        await world.checkout.handing.read(view.order_id, view.deliveries[0].id, BY_SHOP)
    assert str(refused.value) == "it leaves nothing to show: it went to the account"


@pytest.mark.parametrize(
    ("seen", "state", "order"), [(True, "delivered", "partial"), (False, "revoked", "failed")]
)
async def test_what_was_revealed_is_kept_where_the_contract_says_until_then(
    world: World, seen: bool, state: str, order: str
) -> None:
    """An order that fails takes back what nobody has seen, and no more."""
    release = {"when": "confirmed", "by": "P60D", "otherwise": "refund"}
    last: dict[str, object] = {"id": "last", "benefit": "handed-failing", "release": release}
    view = await delivered(
        world, {"id": "video", "reversibility": "until_revealed"}, last, policy="all_or_nothing"
    )
    video = view.deliveries[0].id
    token = await token_of(world, view)
    if seen:
        assert await world.checkout.handing.reveal(token, video) is not None
        assert not (await again(world, view)).deliveries[0].revocable
    event = OrderEvent(event_id="c-1", event=OrderEventKind.CONFIRMED)
    await world.checkout.report(view.order_id, event, actor="channel")
    await world.client.get_workflow_handle(order_workflow_id(view.channel, view.order_no)).result()
    done = await again(world, view)
    assert (done.state, done.deliveries[0].state) == (order, state)
    if seen:
        assert english(done.deliveries[0].note) == "kept: it was revealed"
    else:
        with pytest.raises(NotHandedOver) as refused:
            await world.checkout.handing.reveal(token, video)
        assert str(refused.value) == "it is not delivered"


async def test_support_is_told_why_what_was_seen_is_not_taken_back(world: World) -> None:
    view = await delivered(world, {"id": "video", "reversibility": "until_revealed"})
    await world.checkout.handing.reveal(await token_of(world, view), view.deliveries[0].id)
    await world.client.get_workflow_handle(order_workflow_id(view.channel, view.order_no)).result()
    with pytest.raises(ActRefused, match="its buyer has seen it: replace buys another one"):
        await ask(world, view, Act.REFUND)


async def test_what_is_revocation_under_way_is_shown_to_nobody(world: World) -> None:
    view = await delivered(world, {"id": "video"})
    video = view.deliveries[0].id
    token = await token_of(world, view)
    async with world.database.transaction() as session:
        await session.execute(
            update(Attempt).where(Attempt.delivery_id == video).values(revoking_since=Attempt.opened_at)
        )
    for looking in (
        world.checkout.handing.reveal(token, video),
        world.checkout.handing.read(view.order_id, video, BY_SHOP),
    ):
        with pytest.raises(NotHandedOver) as refused:
            await looking
        assert str(refused.value) == "it is being taken back"


async def test_without_its_payment_nothing_is_shown(world: World) -> None:
    view = await delivered(world, {"id": "video"}, {"id": "later", "release": {"after": "P30D"}})
    video = view.deliveries[0].id
    token = await token_of(world, view)
    event = OrderEvent(event_id="cb-1", event=OrderEventKind.CHARGEBACK)
    await world.checkout.report(view.order_id, event, actor="channel")
    with pytest.raises(NotHandedOver) as refused:
        await world.checkout.handing.reveal(token, video)
    assert str(refused.value) == "its payment was taken back"


async def test_an_erased_buyers_link_opens_nothing(world: World) -> None:
    view = await delivered(world, {"id": "video"})
    token = await token_of(world, view)
    await world.checkout.act_on_order(f"{view.channel}/{view.order_no}", asked(view, Act.ERASE))
    assert await world.checkout.handing.open(token) is None
    assert await world.checkout.handing.reveal(token, view.deliveries[0].id) is None
