"""Holds before payment: who gets what is held, and that it counts for limits."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.money import Money
from starter.desk.selling.check import check
from tests.integration.stock.held import SUPPLY, held, hold, kept, place
from tests.integration.stock.shelves import selling, shelve
from tests.support.world import World

PHONE = {"shared": {"type": "phone", "value": "13800138051"}}


@pytest.mark.parametrize(
    ("asked", "keys"),
    [(50, 10), pytest.param(500, 100, marks=[pytest.mark.slow, pytest.mark.timeout(600)])],
)
async def test_a_crowd_of_holds_and_then_exactly_the_holders_get_the_keys(
    world: World, asked: int, keys: int
) -> None:
    product = f"hold-crowd-{asked}"
    await shelve(world, product, keys)
    bundle = await selling(world, product)
    documents = [world.order(bundle) for _ in range(asked)]
    answers = await asyncio.gather(*(hold(world, each) for each in documents))
    codes = Counter(each.refusal.code if each.refusal else "held" for each in answers)
    assert codes == {"held": keys, "out_of_stock": asked - keys}
    assert await kept(world, product) == (0, keys, 0, 0)
    tokens = {d.order_no: a.hold.token for d, a in zip(documents, answers, strict=True) if a.hold}
    holders = [document for document in documents if document.order_no in tokens]
    others = [world.order(bundle) for _ in range(keys)]
    came = await asyncio.gather(
        *(
            place(world, each, tokens.get(each.order_no))
            for pair in zip(others, holders, strict=True)
            for each in pair
        )
    )
    assert Counter(came[0::2]) == {"out_of_stock": keys}
    assert Counter(came[1::2]) == {"accepted": keys}
    for document in holders:
        assert (await world.finish(document)).state == "completed"
    assert await kept(world, product) == (0, 0, 0, keys)


CLAIM = {"claim": {"within": "P1D", "otherwise": "refund"}}


@pytest.mark.parametrize("kind", ["per_buyer", "per_benefit", "per_account", "per_benefit_and_account"])
async def test_what_is_held_counts_for_each_kind_of_limit(world: World, kind: str) -> None:
    product = f"hold-{kind}".replace("_", "-")
    by_benefit, to_account = "benefit" in kind, "account" in kind
    limits: dict[str, Any] = {kind: {f"shelf-{product}": 3} if by_benefit else 3}
    await shelve(world, product, 20)
    bundle = await selling(world, product, limits=limits, line=CLAIM if to_account else {})
    same: dict[str, Any] = {"recipients": PHONE} if to_account else {"buyer": {"ref": f"{product}-buyer"}}
    documents = [world.order(bundle, **same) for _ in range(12)]
    answers = await asyncio.gather(*(hold(world, each) for each in documents))
    codes = Counter(each.refusal.code if each.refusal else "held" for each in answers)
    assert codes == {"held": 3, "limit_exceeded": 9}
    pairs = [(d, a.hold.token if a.hold else None) for d, a in zip(documents, answers, strict=True)]
    came = await asyncio.gather(*(place(world, document, token) for document, token in pairs))
    assert [each for each, (_, token) in zip(came, pairs, strict=True) if token] == ["accepted"] * 3
    assert Counter(came) == {"accepted": 3, "limit_exceeded": 9}


async def test_a_token_is_for_one_purchase_of_its_channel_and_once(world: World) -> None:
    await shelve(world, "hold-own", 4)
    bundle = await selling(world, "hold-own", limits={"per_buyer": 2})
    document = world.order(bundle)
    token = (await held(world, document)).token
    mine = {"buyer": document.buyer.model_dump()}
    for other in (
        world.order(bundle),
        world.order(bundle, quantity=2, **mine),
        world.order(await selling(world, "hold-own", limits={"per_buyer": 2}), **mine),
    ):
        assert await place(world, other, token) == "hold_mismatch"
    stranger = document.model_copy(update={"channel": "another"})
    assert await place(world, stranger, token) == "hold_unknown"
    assert await place(world, document, "hold_" + "x" * 43) == "hold_unknown"
    assert await kept(world, "hold-own") == (3, 1, 0, 0)
    renumbered = world.order(bundle, **mine)
    assert await place(world, renumbered, token) == "accepted"
    assert await place(world, renumbered, token) == "accepted"
    assert await place(world, renumbered) == "accepted"
    assert await place(world, document, token) == "hold_used"
    assert (await world.finish(renumbered)).state == "completed"
    assert await kept(world, "hold-own") == (3, 0, 0, 1)


async def test_of_two_orders_at_once_one_redeems_a_token(world: World) -> None:
    await shelve(world, "hold-twice", 5)
    bundle = await selling(world, "hold-twice")
    documents = [world.order(bundle, buyer={"ref": "twice"}) for _ in range(6)]
    token = (await held(world, documents[0])).token
    came = await asyncio.gather(*(place(world, each, token) for each in documents))
    assert Counter(came) == {"accepted": 1, "hold_used": 5}


@pytest.mark.parametrize("token", ["none", "replaced"])
async def test_what_is_held_for_an_order_never_stands_in_its_own_way(world: World, token: str) -> None:
    """The buyer took another one while he paid; or the page was loaded twice, or the token was lost."""
    product = f"hold-own-{token}"
    await shelve(world, product, 2)
    bundle = await selling(world, product, limits={"per_buyer": 2})
    document = world.order(bundle, buyer={"ref": product})
    first = (await held(world, document)).token
    more = document.model_copy(update={"quantity": 2})
    paid = more.model_copy(update={"paid": Money(amount=2 * document.paid.amount, currency="CNY")})
    if token == "replaced":
        await held(world, paid)
    assert (await check(world.checkout.runs, paid, SUPPLY)).refusal is None
    assert await place(world, paid, first if token == "replaced" else None) == "accepted"
    assert (await world.finish(paid)).state == "completed"
    assert await kept(world, product) == (0, 0, 0, 2)
