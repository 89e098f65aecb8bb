"""Fulu: every order is asynchronous, cards come encrypted with the query, and checks are strict."""

import json
import re
from typing import Any

import pytest

from tests.simulator.clients import FuluClient, fulu_decrypt, wait_for


def refusal(answer: Any) -> tuple[int, str]:
    return answer["code"], answer["message"]


def test_a_card_is_accepted_then_queried(fulu: FuluClient) -> None:
    answer = fulu.buy("10000587", "n1", buy_num=2).json()
    order = json.loads(answer["result"])
    assert (answer["code"], answer["message"]) == (0, "接口调用成功")
    assert (order["order_state"], order["order_type"], order["buy_num"]) == ("untreated", 3, 2)
    assert (order["customer_order_no"], order["product_id"], order["order_price"]) == ("n1", 10000587, 39.8)
    assert "cards" not in order
    pending = fulu.call("fulu.order.info.get", customer_order_no="n1")["result"]
    assert (pending["order_state"], "cards" in pending) == ("processing", False)
    wait_for(fulu, "n1", "delivered")
    done = fulu.call("fulu.order.info.get", customer_order_no="n1")["result"]
    assert (done["order_state"], done["order_id"], len(done["cards"])) == ("success", order["order_id"], 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", done["finish_time"])
    [sale] = fulu.supplier.ledger.sales_of("n1")
    for card, issued in zip(done["cards"], sale.credentials, strict=True):
        assert card["card_type"] == 0
        assert fulu_decrypt(card["card_number"], fulu.supplier.secret) == issued.number
        assert fulu_decrypt(card["card_pwd"], fulu.supplier.secret) == issued.password
        assert re.fullmatch(r"PLANTED[0-9]{16}", issued.number)


def test_a_link_has_card_type_2(fulu: FuluClient) -> None:
    fulu.buy("10000588", "n1")
    wait_for(fulu, "n1", "delivered")
    [card] = fulu.call("fulu.order.info.get", customer_order_no="n1")["result"]["cards"]
    link = fulu_decrypt(card["card_pwd"], fulu.supplier.secret)
    assert card["card_type"] == 2
    assert re.fullmatch(r"https://s\.example\.com/PLANTED[A-Z2-7]{12}", link)


@pytest.mark.parametrize("code", ["10000585", "10000586"])
def test_a_direct_product_tops_up_the_account(fulu: FuluClient, code: str) -> None:
    order = json.loads(fulu.buy(code, "n1", charge_ip="192.168.1.100").json()["result"])
    assert (order["order_type"], order["charge_account"]) == (4, "13800000001")
    wait_for(fulu, "n1", "delivered")
    assert fulu.call("fulu.order.info.get", customer_order_no="n1")["result"]["cards"] == []
    assert [sale.account for sale in fulu.supplier.ledger.sales()] == ["13800000001"]


def test_phone_credit_is_ordered_by_its_value(fulu: FuluClient) -> None:
    order = {"charge_phone": "13800000001", "customer_order_no": "n1", "charge_value": 50.0}
    answer = fulu.call("fulu.order.mobile.add", **order)["result"]
    assert (answer["order_type"], answer["product_id"], answer["order_price"]) == (1, 10000702, 49.75)
    wait_for(fulu, "n1", "delivered")
    no_value = {**order, "customer_order_no": "n2", "charge_value": 51}
    assert refusal(fulu.call("fulu.order.mobile.add", **no_value)) == (2107, "没有该面值的话费商品")
    no_phone = {**order, "customer_order_no": "n2", "charge_phone": "1380"}
    assert fulu.call("fulu.order.mobile.add", **no_phone)["code"] == 2001


def test_a_number_is_sold_once(fulu: FuluClient) -> None:
    fulu.buy("10000587", "n1")
    assert refusal(fulu.buy("10000587", "n1").json()) == (2105, "订单号重复")
    assert refusal(fulu.buy("10000585", "n1").json()) == (2105, "订单号重复")
    assert len(fulu.supplier.ledger.sales_of("n1")) == 1


def test_the_account_products_and_stock(fulu: FuluClient) -> None:
    user = fulu.call("fulu.user.info.get")["result"]
    assert (user["balance"], user["is_open"]) == (1_000_000.0, 1)
    product = fulu.call("fulu.goods.info.get", product_id=10000587)["result"]
    assert (product["product_type"], product["purchase_price"]) == ("卡密", 19.9)
    assert (product["sales_status"], product["stock_status"]) == ("上架", "充足")
    assert refusal(fulu.call("fulu.goods.info.get", product_id=1)) == (2107, "商品不存在")
    fulu.supplier.products["10000587"].stock = 3

    def stock_for(quantity: int) -> object:
        return fulu.call("fulu.goods.stock.check", product_id=10000587, buy_num=quantity)["result"]

    assert stock_for(3) == {"product_id": 10000587, "stock_status": "警报"}
    assert stock_for(4) == {"product_id": 10000587, "stock_status": "断货"}


def test_the_sale_is_paid_from_the_balance(fulu: FuluClient) -> None:
    fulu.buy("10000587", "n1")
    assert fulu.call("fulu.user.info.get")["result"]["balance"] == 999_980.1
    fulu.supplier.shop.balance_minor = 1989
    assert refusal(fulu.buy("10000587", "n2").json()) == (2106, "余额不足")


@pytest.mark.parametrize(
    "fields",
    [
        {"product_id": "10000587"},
        {"buy_num": "1"},
        {"buy_num": 0},
        {"customer_order_no": ""},
        {"customer_order_no": 7},
        {"customer_order_no": "x" * 51},
        {"shop_type": 1},
        {"customer_price": "dear"},
    ],
)
def test_a_malformed_order_is_refused(fulu: FuluClient, fields: dict[str, object]) -> None:
    order = {"product_id": 10000587, "buy_num": 1, "customer_order_no": "n1", **fields}
    assert fulu.call("fulu.order.card.add", **order)["code"] == 2001
    assert fulu.supplier.ledger.sales() == []


def test_each_kind_has_its_own_method(fulu: FuluClient) -> None:
    card = {"product_id": 10000587, "buy_num": 1, "customer_order_no": "n1", "charge_account": "a"}
    assert refusal(fulu.call("fulu.order.direct.add", **card)) == (2107, "商品不存在")
    direct = {"product_id": 10000585, "buy_num": 1, "customer_order_no": "n1"}
    assert fulu.call("fulu.order.direct.add", **direct)["code"] == 2001
    assert fulu.call("fulu.order.direct.add", **direct, charge_account="x" * 51)["code"] == 2001
    assert refusal(fulu.call("fulu.order.refund")) == (2003, "接口不存在")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"app_key": "other"}, 2002),
        ({"version": "1.0"}, 2001),
        ({"sign_type": "sha256"}, 2001),
        ({"app_auth_token": "token"}, 2001),
        ({"timestamp": "2019-07-27 16:44:30"}, 2002),
        ({"timestamp": "2019-7-27 16:44:30"}, 2001),
        ({"biz_content": {}}, 2001),
        ({"biz_content": "not JSON"}, 2001),
        ({"surplus": "field"}, 2001),
    ],
)
def test_a_wrong_envelope_is_refused(fulu: FuluClient, changed: dict[str, object], code: int) -> None:
    answer = fulu.send(fulu.envelope("fulu.user.info.get", {}, **changed)).json()
    assert (answer["code"], answer["result"]) == (code, "")
    assert fulu.supplier.shop.refused_signatures == 0


def test_the_content_type_is_mandatory(fulu: FuluClient) -> None:
    body = json.dumps(fulu.envelope("fulu.user.info.get", {}))
    answer = fulu.http.post(fulu.supplier.url, content=body, headers={"Content-Type": "text/plain"})
    assert refusal(answer.json()) == (2001, "Content-Type 必须是 application/json")


def test_a_wrong_signature_is_refused_and_counted(fulu: FuluClient) -> None:
    order = {"product_id": 10000587, "buy_num": 1, "customer_order_no": "n1"}
    signed = fulu.envelope("fulu.order.card.add", order)
    assert refusal(fulu.send({**signed, "sign": "0" * 32}).json()) == (2002, "签名错误")
    assert fulu.supplier.shop.refused_signatures == 1
    assert fulu.supplier.ledger.sales() == []
