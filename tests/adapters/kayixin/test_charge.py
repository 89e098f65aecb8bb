"""What a delivery in the create answer cost: one query tells, and never changes that it is a delivery."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import respx

from adapters.kayixin.adapter import Kayixin
from domain.supply.outcomes import Delivered, IssuedUnit, Receipt
from tests.adapters.kayixin.site import NO_ORDER, Answer, Site, card, created, order, refused
from tests.adapters.support import KAYIXIN, KEY, cny, purchase

UNIT_1 = IssuedUnit(number="C1", password="P1", supplier_card="9001")

PAID = Receipt("S1", cny(1500))

CHARGES: list[tuple[Answer, Receipt]] = [
    (order(3, card(1, 0)), PAID),
    (order(3, card(1, 0), money="9.955"), Receipt("S1", cny(996))),
    (order(2), PAID),
    (order(9, card(1, 4), retMoney="5.009"), Receipt("S1", cny(1500), credited=cny(500))),
    (order(3, orderNumber=None, outerNumber=None), PAID),
    # cards of the query are not looked at: those of the create are in hand already
    (order(3, card(2, 0), card(3, 0)), PAID),
]


@pytest.mark.parametrize(("answer", "receipt"), CHARGES)
async def test_the_charge_of_a_delivery_is_asked_for(
    kayixin: Kayixin, site: Site, answer: Answer, receipt: Receipt
) -> None:
    site.on("order/create", created(card(1)))
    site.on("order/getDetail", answer)
    submitted = await kayixin.submit(purchase())
    assert submitted.outcome == Delivered((UNIT_1,), receipt)
    assert site.asked[1:] == [("order/getDetail", {"outerNumber": KEY})]
    assert '"safePrice":19.99' in submitted.exchange.request
    assert '"cardPwd":"P1"' in submitted.exchange.response


UNKNOWN: list[Answer] = [
    NO_ORDER,
    refused("系统繁忙"),
    httpx.ConnectError,
    httpx.PoolTimeout,
    httpx.ReadTimeout,
    httpx.RemoteProtocolError,
    RuntimeError,
    httpx.Response(500),
    httpx.Response(200, text="<html>"),
    httpx.Response(200, json=[]),
    order("done", card(1, 0)),
    order(3, money="a lot"),
    order(3, money=None),
    order(3, outerNumber="another"),
    order(4, orderNumber="S2"),
]


@pytest.mark.parametrize("answer", UNKNOWN)
async def test_a_delivery_stays_one_when_its_charge_cannot_be_read(
    kayixin: Kayixin, site: Site, answer: Answer
) -> None:
    site.on("order/create", created(card(1)))
    site.on("order/getDetail", answer)
    submitted = await kayixin.submit(purchase())
    assert submitted.outcome == Delivered((UNIT_1,), Receipt("S1"))
    assert '"cardPwd":"P1"' in submitted.exchange.response
    assert site.paths == ["order/create", "order/getDetail"]


async def never(request: httpx.Request) -> httpx.Response:
    await asyncio.sleep(60)
    raise AssertionError("nobody waits this long")


@pytest.fixture
async def hasty() -> AsyncIterator[Kayixin]:
    adapter = Kayixin(KAYIXIN.model_copy(update={"timeout": timedelta(seconds=0.2)}))
    yield adapter
    await adapter.aclose()


async def test_a_silent_supplier_delays_a_delivery_by_its_timeout_at_most(
    hasty: Kayixin, site: Site, respx_mock: respx.MockRouter
) -> None:
    site.on("order/create", created(card(1)))
    respx_mock.post("http://kayixin.test/api/v3/order/getDetail").mock(side_effect=never)
    started = time.monotonic()
    assert (await hasty.submit(purchase())).outcome == Delivered((UNIT_1,), Receipt("S1"))
    assert time.monotonic() - started < 1


async def test_a_silent_supplier_delays_a_delivery_by_a_few_seconds_at_most(
    kayixin: Kayixin, site: Site, respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.kayixin.adapter.LONGEST_COST_QUERY", timedelta(seconds=0.1))
    site.on("order/create", created(card(1)))
    respx_mock.post("http://kayixin.test/api/v3/order/getDetail").mock(side_effect=never)
    started = time.monotonic()
    assert (await kayixin.submit(purchase())).outcome == Delivered((UNIT_1,), Receipt("S1"))
    assert time.monotonic() - started < 1
