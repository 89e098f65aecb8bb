"""Nothing secret or personal in what is printed, raised, logged or kept in Temporal's history."""

import logging
import traceback
from collections.abc import AsyncIterator

import httpx
import pytest
import respx
from pydantic import ValidationError

from adapters.fulu.adapter import Fulu
from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.config import KayixinConfig
from adapters.supplier import NotSent, Supplier, SupplierError
from domain.supply.outcomes import IssuedUnit
from tests.adapters.fulu import gateway
from tests.adapters.kayixin import site
from tests.adapters.support import ACCOUNT, FULU, FULU_SECRET, KAYIXIN, KAYIXIN_SECRET, purchase

ROLE = "剑圣一号"
CARD, PASSWORD = "CARD-NUMBER-1", "CARD-PASSWORD-1"
FORBIDDEN = (KAYIXIN_SECRET, FULU_SECRET, ACCOUNT, ROLE, CARD, PASSWORD)
BOUGHT = purchase("recharge", fields={"role": ROLE})
CARDS = purchase("key", fields={"role": ROLE})


@pytest.fixture(params=["kayixin", "fulu"])
async def supplier(request: pytest.FixtureRequest) -> AsyncIterator[Supplier]:
    adapter: Supplier = Kayixin(KAYIXIN) if request.param == "kayixin" else Fulu(FULU)
    yield adapter
    await adapter.aclose()


def clean(text: str) -> bool:
    return not any(word in text for word in FORBIDDEN)


def test_configurations_do_not_print_their_secret() -> None:
    assert clean(f"{KAYIXIN!r} {KAYIXIN} {FULU!r} {FULU} {KAYIXIN.model_dump_json()}")


def test_a_wrong_configuration_does_not_print_its_values() -> None:
    with pytest.raises(ValidationError) as raised:
        KayixinConfig.model_validate(
            {"protocol": "kayixin", "secret": KAYIXIN_SECRET, "app_id": ACCOUNT, "x": CARD}
        )
    assert clean(str(raised.value) + repr(raised.value))


TATTLERS = [
    httpx.Response(200, json={"code": 1, "msg": f"{ACCOUNT} {ROLE}", "message": f"{ACCOUNT} {ROLE}"}),
    httpx.Response(200, json={"code": ACCOUNT, "data": CARD, "result": [CARD]}),
    httpx.Response(200, json={"code": CARD}),
    httpx.Response(200, json={"code": 1000, "data": {"status": CARD, "cards": [{"cardNo": [CARD]}]}}),
    httpx.Response(500, text=f"{ACCOUNT} {CARD} {KAYIXIN_SECRET}"),
    httpx.Response(200, text=f"<html>{ACCOUNT}{CARD}"),
    httpx.ReadError(f"{ACCOUNT} {KAYIXIN_SECRET}"),
    httpx.Response(200, json=site.order(4, result=f"号码{ACCOUNT}角色{ROLE}")),
    httpx.Response(200, json=site.order(3, {"cardId": 1, "cardNo": CARD, "cardPwd": PASSWORD, "status": 0})),
    httpx.Response(200, json=gateway.order(f"{ACCOUNT}{ROLE}")),
    httpx.Response(200, json=gateway.goods(f"{ACCOUNT}{ROLE}")),
    httpx.Response(200, json=gateway.order("success", {"card_number": CARD, "card_pwd": PASSWORD})),
]


@pytest.mark.parametrize("answer", TATTLERS)
async def test_what_a_supplier_echoes_is_in_no_outcome_error_or_log(
    supplier: Supplier,
    respx_mock: respx.MockRouter,
    caplog: pytest.LogCaptureFixture,
    answer: httpx.Response | Exception,
) -> None:
    caplog.set_level(logging.DEBUG)
    respx_mock.post(url__startswith="http://").mock(side_effect=lambda request: _again(answer))
    unit = IssuedUnit(number=CARD, password=PASSWORD, supplier_card="1")
    printed = [
        await submitted(supplier),
        repr(await supplier.query(BOUGHT)),
        repr(await supplier.revoke(BOUGHT, (unit,))),
        repr(await supplier.query(CARDS)),
    ]
    with pytest.raises(SupplierError) as raised:
        await supplier.stock("1001")
    printed += traceback.format_exception(raised.value)
    assert clean("\n".join(printed))
    assert clean(caplog.text)


async def submitted(supplier: Supplier) -> str:
    """What may be printed of a submission, also where it raises because no price can be read."""
    try:
        return repr(await supplier.submit(BOUGHT))
    except NotSent as error:
        return "".join(traceback.format_exception(error))


def _again(answer: httpx.Response | Exception) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    return httpx.Response(answer.status_code, content=answer.content)


async def test_the_exchange_holds_no_secret(supplier: Supplier, respx_mock: respx.MockRouter) -> None:
    gateway.Gateway(respx_mock).answers(gateway.refused(3001))
    respx_mock.post(url__startswith="http://kayixin.test/").respond(200, json=site.NO_ORDER)
    answer = await supplier.submit(BOUGHT)
    assert KAYIXIN_SECRET not in answer.exchange.request
    assert FULU_SECRET not in answer.exchange.request
    assert ACCOUNT in answer.exchange.request
