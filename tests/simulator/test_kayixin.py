"""Kayixin: what an order, a query, a void and a refund answer, and which requests are turned away."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest

from simulator.kayixin.account import ACCOUNT
from simulator.serving.server import running_simulators
from tests.simulator.clients import KayixinClient, dumps, kayixin_headers, wait_for


def refusal(answer: Any) -> tuple[int, str]:
    return answer["code"], answer["msg"]


def test_a_card_comes_with_the_create_answer(kayixin: KayixinClient) -> None:
    answer = kayixin.buy("1001", "n1", count=2, safePrice=30).json()
    assert (answer["code"], len(answer["data"]["cards"])) == (1000, 2)
    for card in answer["data"]["cards"]:
        assert set(card) == {"cardId", "cardNo", "cardPwd", "cancelRequest"}
        assert re.fullmatch(r"PLANTED[0-9]{16}", card["cardNo"])
        assert re.fullmatch(r"PLANTED[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", card["cardPwd"])
        assert card["cancelRequest"] == 1
    order = kayixin.call("order/getDetail", outerNumber="n1", orderNumber="")["data"]
    assert (order["status"], order["count"], order["money"], order["retMoney"]) == (3, 2, 30.0, 0.0)
    assert order["cards"] == [{**card, "status": 0, "result": ""} for card in answer["data"]["cards"]]
    assert kayixin.call("order/getDetail", orderNumber=answer["data"]["orderNumber"])["data"] == order


def test_an_asynchronous_card_comes_later(kayixin: KayixinClient) -> None:
    answer = kayixin.buy("1002", "n1").json()
    assert (answer["code"], answer["data"]["cards"]) == (1000, [])
    assert kayixin.state("n1") == "pending"
    wait_for(kayixin, "n1", "delivered")
    assert len(kayixin.call("order/getDetail", outerNumber="n1")["data"]["cards"]) == 1


def test_an_order_comes_due_though_nobody_asks(kayixin: KayixinClient) -> None:
    kayixin.supplier.products["1002"].delay = 0.05
    kayixin.buy("1002", "n1")
    time.sleep(0.3)
    assert [sale.status for sale in kayixin.supplier.ledger.sales()] == ["delivered"]


def test_a_direct_product_tops_up_the_account(kayixin: KayixinClient) -> None:
    kayixin.buy("1003", "n1")
    wait_for(kayixin, "n1", "delivered")
    [sale] = kayixin.supplier.ledger.sales_of("n1")
    assert (sale.account, sale.money_minor, sale.credentials) == ("13800000001", 1680, ())
    assert refusal(kayixin.buy("1003", "n2", attach=[]).json()) == (1003, "充值账号 不能为空")


def test_a_link_is_the_password_of_a_card(kayixin: KayixinClient) -> None:
    [card] = kayixin.buy("1004", "n1").json()["data"]["cards"]
    assert re.fullmatch(r"PLANTED[A-Z2-7]{10}", card["cardNo"])
    assert re.fullmatch(r"https://s\.example\.com/PLANTED[A-Z2-7]{12}", card["cardPwd"])


def test_a_number_is_sold_once(kayixin: KayixinClient) -> None:
    kayixin.buy("1001", "n1")
    assert refusal(kayixin.buy("1001", "n1").json()) == (1001, "外部订单号重复")
    assert refusal(kayixin.buy("1005", "n1").json()) == (1001, "外部订单号重复")
    assert len(kayixin.supplier.ledger.sales_of("n1")) == 1


@pytest.mark.parametrize("ceiling", [14.99, "14.99", 14])
def test_the_safe_price_limits_the_total(kayixin: KayixinClient, ceiling: object) -> None:
    assert refusal(kayixin.buy("1001", "n1", safePrice=ceiling).json()) == (1001, "订单金额超过安全进价")
    assert kayixin.state("n1") == "not found"
    assert kayixin.buy("1001", "n1", safePrice=15.00).json()["code"] == 1000


def test_stock_runs_out(kayixin: KayixinClient) -> None:
    kayixin.supplier.products["1001"].stock = 3
    assert kayixin.buy("1001", "n1", count=2).json()["code"] == 1000
    assert kayixin.call("goods/getDetail", goodsId=1001)["data"]["stockCount"] == 1
    assert refusal(kayixin.buy("1001", "n2", count=2).json()) == (1001, "库存不足")


def test_goods_describe_themselves(kayixin: KayixinClient) -> None:
    card = kayixin.call("goods/getDetail", goodsId=1001)["data"]
    assert [card[name] for name in ("goodsId", "salesPrice", "goodsType", "status", "stockCount")] == [
        1001,
        15.0,
        1,
        1,
        9999,
    ]
    direct = kayixin.call("goods/getDetail", goodsId=1003)["data"]
    assert (direct["goodsType"], direct["rechargeTemplates"][0]["title"]) == (3, "充值账号")
    assert kayixin.call("goods/getDetail", goodsId=2004)["data"]["stockCount"] == 0
    assert refusal(kayixin.call("goods/getDetail", goodsId=1)) == (1001, "商品不存在")


def test_the_wallet_pays_and_is_paid_back(kayixin: KayixinClient) -> None:
    assert kayixin.call("user/getAccount")["data"] == {"balance": 1_000_000.0}
    [first, second] = kayixin.buy("1001", "n1", count=2).json()["data"]["cards"]
    assert kayixin.call("user/getAccount")["data"] == {"balance": 999_970.0}
    assert kayixin.call("card/void", cardId=first["cardId"])["data"] == {"status": 2, "result": "已作废"}
    assert kayixin.call("card/void", cardId=str(first["cardId"]))["data"]["status"] == 2
    assert kayixin.call("user/getAccount")["data"] == {"balance": 999_985.0}
    assert kayixin.call("card/getDetail", cardId=first["cardId"])["data"]["status"] == 2
    assert kayixin.call("card/getDetail", cardId=second["cardId"])["data"]["status"] == 0
    order = kayixin.call("order/getDetail", outerNumber="n1")["data"]
    assert (order["status"], order["money"], order["retMoney"]) == (5, 30.0, 15.0)
    assert [card["cancelRequest"] for card in order["cards"]] == [0, 1]
    ledger = kayixin.supplier.ledger
    assert (ledger.debits_minor(), ledger.credits_minor()) == (3000, 1500)


def test_only_voidable_cards_are_voided(kayixin: KayixinClient) -> None:
    [card] = kayixin.buy("1005", "n1").json()["data"]["cards"]
    assert card["cancelRequest"] == 0
    assert refusal(kayixin.call("card/void", cardId=card["cardId"])) == (1001, "不支持退款")
    assert refusal(kayixin.call("card/void", cardId=999)) == (1001, "卡密不存在")
    assert kayixin.supplier.ledger.credits_minor() == 0


def test_a_refund_voids_what_is_left_once(kayixin: KayixinClient) -> None:
    cards = kayixin.buy("1001", "n1", count=3).json()["data"]["cards"]
    kayixin.call("card/void", cardId=cards[0]["cardId"])
    assert kayixin.call("order/refunds", outerNumber="n1")["data"] == {"status": 5}
    assert kayixin.call("order/refunds", outerNumber="n1")["data"] == {"status": 5}
    [sale] = kayixin.supplier.ledger.sales()
    assert (sale.credited_minor, [card.void for card in sale.credentials]) == (4500, [True, True, True])


def test_a_pending_order_is_withdrawn(kayixin: KayixinClient) -> None:
    kayixin.buy("1002", "n1")
    assert kayixin.call("order/refunds", outerNumber="n1")["data"] == {"status": 4}
    time.sleep(0.6)
    order = kayixin.call("order/getDetail", outerNumber="n1")["data"]
    assert (order["status"], order["retMoney"], order["cards"]) == (4, 38.0, [])


def test_an_empty_wallet_buys_nothing() -> None:
    with running_simulators({"kayixin": replace(ACCOUNT, opening_balance_minor=2999)}) as running:
        kayixin = KayixinClient(running["kayixin"])
        assert refusal(kayixin.buy("1001", "n1", count=2).json()) == (1001, "余额不足")
        assert kayixin.buy("1001", "n1").json()["code"] == 1000


@pytest.mark.parametrize(
    "fields",
    [
        {"goodsId": "1001"},
        {"count": "1"},
        {"count": 0},
        {"count": 101},
        {"count": True},
        {"outerNumber": ""},
        {"outerNumber": 7},
        {"outerNumber": "x" * 51},
        {"safePrice": "dear"},
        {"attach": {"name": "充值账号"}},
    ],
)
def test_a_malformed_order_is_refused(kayixin: KayixinClient, fields: dict[str, object]) -> None:
    order = {"goodsId": 1001, "count": 1, "outerNumber": "n1", **fields}
    assert kayixin.send("order/create", dumps(order).encode()).json()["code"] == 1003
    assert kayixin.supplier.ledger.sales() == []


@pytest.mark.parametrize(
    ("headers", "msg"),
    [
        ({"X-App-Id": "10001"}, "商户不存在"),
        ({"X-Version": "2.0"}, "版本号错误"),
        ({"X-Timestamp": "1760767397000"}, "时间戳格式错误"),
        ({"X-Timestamp": ""}, "缺少请求头"),
    ],
)
def test_wrong_headers_are_refused(kayixin: KayixinClient, headers: dict[str, str], msg: str) -> None:
    assert refusal(kayixin.send("user/getAccount", b"{}", **headers).json()) == (1004, msg)


def test_an_old_request_is_refused(kayixin: KayixinClient) -> None:
    old = kayixin_headers("10000", kayixin.supplier.secret, str(int(time.time()) - 301), b"{}")
    assert refusal(kayixin.send("user/getAccount", b"{}", **old).json()) == (1004, "时间戳已过期")
    assert kayixin.supplier.shop.refused_signatures == 0


def test_a_wrong_signature_is_refused_and_counted(kayixin: KayixinClient) -> None:
    order = dumps({"goodsId": 1001, "count": 1, "outerNumber": "n1"}).encode()
    answer = kayixin.send("order/create", order, **{"X-Signature": "0" * 32})
    assert refusal(answer.json()) == (1004, "签名错误")
    assert kayixin.supplier.shop.refused_signatures == 1
    assert kayixin.supplier.ledger.sales() == []
