"""Faults that refuse a purchase, make it dearer, or write it only after it was not found."""

import time

from tests.simulator.clients import Client, FuluClient, KayixinClient, a_card, under, wait_for
from tests.simulator.faults.struck import assert_broken, listed_without_sale, noted, sold


def test_too_many_requests_say_when_to_come_back(either: Client, number: str) -> None:
    plan = under(either, {"too_many_requests": 1}, retry_after=3)
    answer = either.buy(a_card(either), number)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert (sold(either, number), noted(either, number)) == (0, [("create", 1, "too_many_requests")])
    plan.stop()
    assert not either.refused(either.buy(a_card(either), number))


def test_an_empty_wallet_refuses_this_call(either: Client, number: str) -> None:
    plan = under(either, {"wallet_empty": 1})
    answer = either.buy(a_card(either), number).json()
    assert "余额不足" in (answer.get("msg"), answer.get("message"))
    assert (sold(either, number), noted(either, number)) == (0, [("create", 1, "wallet_empty")])
    plan.stop()
    assert not either.refused(either.buy(a_card(either), number))
    under(either, {"wallet_empty": 1})
    answer = either.buy(a_card(either), number).json()
    assert {"外部订单号重复", "订单号重复"} & {answer.get("msg"), answer.get("message")}


def test_a_refusal_names_its_cause_under_a_code_of_no_table(either: Client, number: str) -> None:
    plan = under(either, {"unlisted_refusal": 1})
    answer = either.buy(a_card(either), number).json()
    assert answer["code"] in (1999, 2999)
    assert "库存不足" in (answer.get("msg") or answer.get("message"))
    assert (sold(either, number), noted(either, number)) == (0, [("create", 1, "unlisted_refusal")])
    plan.stop()
    assert not either.refused(either.buy(a_card(either), number))


def test_a_sale_is_committed_after_a_not_found(either: Client, number: str) -> None:
    under(either, {"commit_after_not_found": 1}, late_commit=0.5)
    assert_broken("timeout", either, number)
    time.sleep(0.6)
    assert sold(either, number) == 0
    assert [either.state(number), either.state(number)] == ["not found", "not found"]
    assert listed_without_sale(either, number) == ["commit_after_not_found"]
    wait_for(either, number, "delivered")
    [sale] = either.supplier.ledger.sales_of(number)
    assert (sale.faults, listed_without_sale(either, number)) == (("commit_after_not_found",), [])


def test_a_resubmission_after_not_found_is_the_only_sale(either: Client, number: str) -> None:
    under(either, {"commit_after_not_found": 1}, late_commit=0.6)
    assert_broken("timeout", either, number)
    assert either.state(number) == "not found"
    assert not either.refused(either.buy(a_card(either), number))
    time.sleep(0.8)
    assert sold(either, number) == 1


def test_a_refusal_is_final(either: Client, number: str) -> None:
    under(either, {"commit_after_not_found": 1}, late_commit=0.5)
    assert_broken("timeout", either, number)
    assert either.state(number) == "not found"
    under(either, {"wallet_empty": 1})
    assert either.refused(either.buy(a_card(either), number))
    time.sleep(0.7)
    assert sold(either, number) == 0


def test_a_price_change_is_refused_above_the_ceiling(kayixin_calm: KayixinClient, number: str) -> None:
    under(kayixin_calm, {"price_change": 1})
    assert kayixin_calm.buy("1001", number, safePrice=17.99).json()["msg"] == "订单金额超过安全进价"
    assert listed_without_sale(kayixin_calm, number) == ["price_change"]
    assert kayixin_calm.call("goods/getDetail", goodsId=1001)["data"]["salesPrice"] == 15.0
    assert kayixin_calm.buy("1001", number, safePrice=18).json()["code"] == 1000
    [sale] = kayixin_calm.supplier.ledger.sales_of(number)
    assert (sale.money_minor, sale.faults) == (1800, ("price_change", "price_change"))


def test_a_price_change_is_charged_where_there_is_no_ceiling(fulu_calm: FuluClient, number: str) -> None:
    under(fulu_calm, {"price_change": 1})
    fulu_calm.buy("10000587", number, buy_num=2)
    [sale] = fulu_calm.supplier.ledger.sales_of(number)
    assert (sale.money_minor, sale.faults) == (4776, ("price_change",))
