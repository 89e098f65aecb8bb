"""Fulu's signature against the vendor's vectors, and as it goes out."""

import json

import httpx
import pytest

from adapters.fulu.adapter import Fulu
from adapters.fulu.signing import matches, sign_fields, sign_text
from domain.notes.general import Said
from domain.notes.supply.exchanges import NotSigned, SignatureWrong
from domain.supply.outcomes import Rejected, Uncertain, UnknownOrder
from tests.adapters.fulu.gateway import NO_ORDER, Gateway, order, refused, signed
from tests.adapters.support import FULU_APP_KEY, FULU_SECRET, KEY, purchase

DIRECT_ADD = {
    "app_key": FULU_APP_KEY,
    "method": "fulu.order.direct.add",
    "timestamp": "2019-07-27 16:44:30",
    "version": "2.0",
    "format": "json",
    "charset": "utf-8",
    "sign_type": "md5",
    "app_auth_token": "",
    "biz_content": (
        '{"customer_order_no":"201906281030191013526","product_id":10000001,"charge_account":"888888",'
        '"buy_num":1,"charge_ip":"192.168.1.100","charge_game_name":"三国群英传",'
        '"charge_game_region":"电信一区","charge_game_srv":"逐鹿中原","charge_type":"Q币"}'
    ),
}


def test_the_published_answer() -> None:
    result = '{"name":"OpenApi2.0对接专用商户","balance":344283.1608,"is_open":1}'
    assert sign_text(result, FULU_SECRET) == "af223d55aaab949a4061d651cc4b2765"


def test_the_computed_request_whatever_its_sign_says() -> None:
    assert sign_fields(DIRECT_ADD, FULU_SECRET) == "823eee32a0ea8c6e907abe59d4d253ec"
    assert sign_fields({"sign": "x", **DIRECT_ADD}, FULU_SECRET) == "823eee32a0ea8c6e907abe59d4d253ec"


def test_a_signature_is_compared_whatever_its_case() -> None:
    assert matches("ab12", "AB12")
    assert not matches("ab12", "ab13")


async def test_the_envelope_as_it_is_sent(fulu: Fulu, gateway: Gateway) -> None:
    gateway.answers(NO_ORDER)
    await fulu.query(purchase())
    unsigned = {
        "app_key": FULU_APP_KEY,
        "method": "fulu.order.info.get",
        "timestamp": "2026-11-23 16:30:00",
        "version": "2.0",
        "format": "json",
        "charset": "utf-8",
        "sign_type": "md5",
        "app_auth_token": "",
        "biz_content": f'{{"customer_order_no":"{KEY}"}}',
    }
    text = json.dumps(unsigned, ensure_ascii=False, separators=(",", ":"))
    assert gateway.bodies == [f'{text[:-1]},"sign":"{signed(text)}"}}']


@pytest.mark.parametrize("sign", [None, ""])
async def test_a_success_without_a_signature_decides_nothing(
    fulu: Fulu, gateway: Gateway, sign: str | None
) -> None:
    bare = {"code": 0, "message": "接口调用成功"}
    gateway.answers(*[{**order(state), "sign": sign} for state in ("success", "failed", "processing")], bare)
    outcomes = [(await fulu.query(purchase())).outcome for _ in range(3)]
    outcomes.append((await fulu.submit(purchase())).outcome)
    assert outcomes == [Uncertain(NotSigned())] * 4


@pytest.mark.parametrize("sign", [None, ""])
async def test_an_error_without_a_signature_is_read(fulu: Fulu, gateway: Gateway, sign: str | None) -> None:
    gateway.answers({**NO_ORDER, "sign": sign}, {**refused(3001, "库存不足"), "sign": sign})
    assert (await fulu.query(purchase())).outcome == UnknownOrder()
    submitted = (await fulu.submit(purchase())).outcome
    assert submitted == Rejected("3001", Said(text="库存不足"), "offer", out_of_stock=True)


@pytest.mark.parametrize("sign", ["0" * 32, "签名", "x"])
async def test_an_answer_with_a_wrong_signature_decides_nothing(
    fulu: Fulu, gateway: Gateway, sign: str
) -> None:
    forged = httpx.Response(200, json={**order("failed"), "sign": sign})
    refusal = httpx.Response(200, json={"code": 3001, "message": "库存不足", "result": "", "sign": sign})
    gateway.answers(forged, refusal)
    wrong = Uncertain(SignatureWrong())
    assert (await fulu.query(purchase())).outcome == wrong
    assert (await fulu.submit(purchase())).outcome == wrong
