"""The pool of our own keys over a stock in memory."""

from datetime import timedelta

from adapters.pool.adapter import Pool
from adapters.pool.config import PoolConfig
from adapters.supplier import StockLevel
from domain.notes.supply.goods import NoLinkInCard, PoolKeeps, PoolKindUnsupported, PoolShort
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    Delivered,
    IssuedUnit,
    NotRevocable,
    Rejected,
    Revoked,
    Uncertain,
    UnknownOrder,
)
from tests.adapters.pool.shelf import Shelf
from tests.adapters.support import cny, purchase

ONE, TWO = IssuedUnit(number="A1"), IssuedUnit(number="A2")


def pool(shelf: Shelf) -> Pool:
    return Pool("own-keys", PoolConfig(protocol="pool"), shelf)


async def test_keys_are_issued_once_under_a_number() -> None:
    shelf = Shelf(ONE, TWO)
    own = pool(shelf)
    first = await own.submit(purchase())
    again = await own.submit(purchase())
    assert first.outcome == again.outcome == Delivered((ONE,))
    assert shelf.free == [TWO]
    assert (await own.query(purchase())).outcome == Delivered((ONE,))
    assert first.exchange.request == (
        '{"verb":"issue","product":"1001","key":"k7d2f9a1b3c5e7f9","quantity":1}'
    )
    assert first.exchange.response == '{"units":1}'


async def test_a_short_pool_issues_nothing() -> None:
    own = pool(Shelf(ONE))
    short = Rejected("pool_short", PoolShort(), "offer", out_of_stock=True)
    assert (await own.submit(purchase(quantity=2))).outcome == short
    assert (await own.query(purchase(quantity=2))).outcome == UnknownOrder()


async def test_a_pool_does_not_recharge() -> None:
    refused = Rejected("kind_unsupported", PoolKindUnsupported(), "offer")
    assert (await pool(Shelf(ONE)).submit(purchase("recharge"))).outcome == refused
    assert (await pool(Shelf(ONE)).submit(purchase("shipment"))).outcome == refused


async def test_keys_are_taken_back_and_repeating_is_harmless() -> None:
    shelf = Shelf(ONE)
    own = pool(shelf)
    await own.submit(purchase())
    for _ in range(2):
        assert (await own.revoke(purchase(), (ONE,))).outcome == Revoked()
    assert shelf.free == [ONE]


async def test_keys_that_stay_with_the_buyer() -> None:
    own = pool(Shelf(ONE, kept=True))
    await own.submit(purchase())
    kept = NotRevocable(PoolKeeps())
    assert (await own.revoke(purchase(), (ONE,))).outcome == kept


async def test_levels_and_capabilities() -> None:
    assert await pool(Shelf(ONE, TWO)).stock("1001") == StockLevel("1001", cny(1200), "in_stock", 2)
    assert await pool(Shelf()).stock("1001") == StockLevel("1001", cny(1200), "out_of_stock", 0)
    assert pool(Shelf()).capabilities == Capabilities(
        "replay", True, True, timedelta(0), tells_charge=False, kept_here=True
    )


async def test_a_key_in_the_place_of_a_link_is_not_handed_over() -> None:
    own = pool(Shelf(ONE, IssuedUnit(password="https://t.cn/a")))
    why = Uncertain(NoLinkInCard())
    assert (await own.submit(purchase("link"))).outcome == why
    assert (await own.query(purchase("link"))).outcome == why
