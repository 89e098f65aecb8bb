"""Each mode of a product does at both suppliers what its name says, and sells what it says it sells."""

import threading
import time

import httpx
import pytest

from simulator.faults.plan import FaultPlan, Timing
from simulator.shop.products import Mode
from tests.simulator.clients import Client, FuluClient, KayixinClient, wait_for

NUMBER = "n1"


def code_of(client: Client, mode: Mode) -> str:
    """The first product of the default catalogue in this mode."""
    return next(code for code, product in client.supplier.products.items() if product.mode == mode)


def sales(client: Client) -> int:
    return len(client.supplier.ledger.sales_of(NUMBER))


def buy_in_vain(client: Client, code: str) -> None:
    client.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        client.buy(code, NUMBER)
    client.http.timeout = httpx.Timeout(5)


def test_slow_answers_after_its_delay(client: Client) -> None:
    code = code_of(client, "slow")
    client.supplier.products[code].delay = 0.4
    start = time.monotonic()
    answer = client.buy(code, NUMBER)
    assert 0.4 <= time.monotonic() - start < 2
    assert (client.refused(answer), client.state(NUMBER), sales(client)) == (False, "delivered", 1)


@pytest.mark.parametrize(
    ("mode", "kayixin_msg", "fulu_code"),
    [
        ("reject", "商品已停售", 3001),
        ("out_of_stock", "库存不足", 3002),
    ],
)
def test_a_refusal_sells_nothing(client: Client, mode: Mode, kayixin_msg: str, fulu_code: int) -> None:
    answer = client.buy(code_of(client, mode), NUMBER).json()
    if isinstance(client, KayixinClient):
        assert (answer["code"], answer["msg"]) == (1001, kayixin_msg)
    else:
        assert answer["code"] == fulu_code
    assert (client.state(NUMBER), sales(client)) == ("not found", 0)


def test_fail_is_accepted_and_paid_back_later(client: Client) -> None:
    answer = client.buy(code_of(client, "fail"), NUMBER)
    assert (client.refused(answer), client.state(NUMBER)) == (False, "pending")
    wait_for(client, NUMBER, "failed")
    [sale] = client.supplier.ledger.sales()
    assert (sale.money_minor, sale.credited_minor, sale.credentials) == (1000, 1000, ())
    assert client.supplier.shop.balance_minor == 1_000_000_00


def test_a_failed_kayixin_order_is_withdrawn_with_all_its_money(kayixin: KayixinClient) -> None:
    kayixin.buy("2003", NUMBER)
    wait_for(kayixin, NUMBER, "failed")
    order = kayixin.call("order/getDetail", outerNumber=NUMBER)["data"]
    assert (order["status"], order["money"], order["retMoney"], order["cards"]) == (4, 10.0, 10.0, [])


def test_error_500_sells_nothing(client: Client) -> None:
    assert client.buy(code_of(client, "error_500"), NUMBER).status_code == 500
    assert (client.state(NUMBER), sales(client)) == ("not found", 0)


def test_hang_never_answers_and_sells_nothing(client: Client) -> None:
    buy_in_vain(client, code_of(client, "hang"))
    assert (client.state(NUMBER), sales(client)) == ("not found", 0)


def test_commit_then_500_sells(client: Client) -> None:
    code = code_of(client, "commit_then_500")
    assert client.buy(code, NUMBER).status_code == 500
    wait_for(client, NUMBER, "delivered")
    assert client.refused(client.buy(code, NUMBER))
    assert sales(client) == 1


def test_commit_then_hang_sells(client: Client) -> None:
    code = code_of(client, "commit_then_hang")
    buy_in_vain(client, code)
    wait_for(client, NUMBER, "delivered")
    assert client.refused(client.buy(code, NUMBER))
    assert sales(client) == 1


def test_a_late_sale_appears_only_after_a_not_found(client: Client) -> None:
    buy_in_vain(client, code_of(client, "commit_after_not_found"))
    time.sleep(0.5)
    assert sales(client) == 0
    assert client.state(NUMBER) == "not found"
    assert client.state(NUMBER) == "not found"
    wait_for(client, NUMBER, "delivered")
    assert sales(client) == 1


def test_a_late_sale_is_committed_though_nobody_asks_again(client: Client) -> None:
    buy_in_vain(client, code_of(client, "commit_after_not_found"))
    assert client.state(NUMBER) == "not found"
    time.sleep(0.6)
    assert sales(client) == 1


def test_a_resubmission_before_the_late_commit_is_the_only_sale(client: Client) -> None:
    code = code_of(client, "commit_after_not_found")
    buy_in_vain(client, code)
    assert client.state(NUMBER) == "not found"
    assert not client.refused(client.buy(code, NUMBER))
    time.sleep(0.6)
    assert sales(client) == 1
    assert client.refused(client.buy(code, NUMBER))
    assert client.supplier.ledger.duplicate_numbers() == []


def test_twenty_at_once_under_one_number_are_one_sale(client: Client) -> None:
    code = code_of(client, "ok")
    accepted: list[bool] = []
    threads = [
        threading.Thread(target=lambda: accepted.append(not client.refused(client.buy(code, NUMBER))))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(accepted) == [False] * 19 + [True]
    assert sales(client) == 1


def test_what_is_dearer_than_listed_is_refused_above_the_ceiling_and_sold_without_one(
    kayixin: KayixinClient, fulu: FuluClient
) -> None:
    code = code_of(kayixin, "dearer")
    assert kayixin.call("goods/getDetail", goodsId=int(code))["data"]["salesPrice"] == 10.0
    assert kayixin.refused(kayixin.buy(code, NUMBER, safePrice=11.99))
    assert sales(kayixin) == 0
    assert not kayixin.refused(kayixin.buy(code, NUMBER, safePrice=12.0))
    assert [sale.money_minor for sale in kayixin.supplier.ledger.sales_of(NUMBER)] == [1200]
    assert not fulu.refused(fulu.buy(code_of(fulu, "dearer"), NUMBER))
    assert [sale.money_minor for sale in fulu.supplier.ledger.sales_of(NUMBER)] == [1200]


def test_partial_issues_a_card_less_than_was_bought(kayixin: KayixinClient) -> None:
    kayixin.buy(code_of(kayixin, "partial"), NUMBER, count=2)
    wait_for(kayixin, NUMBER, "refunded")
    [sale] = kayixin.supplier.ledger.sales_of(NUMBER)
    assert (len(sale.credentials), sale.money_minor, sale.credited_minor) == (1, 2000, 1000)


def test_a_duplicate_is_the_first_card_that_was_sold(client: Client) -> None:
    code = code_of(client, "duplicate")
    for number in ("first", "second"):
        client.buy(code, number)
        wait_for(client, number, "delivered")
    [first], [second] = (client.supplier.ledger.sales_of(number) for number in ("first", "second"))
    assert [card.number for card in first.credentials] == [card.number for card in second.credentials]


def test_what_is_reversed_later_is_paid_back_after_it_was_delivered(kayixin: KayixinClient) -> None:
    code = code_of(kayixin, "reversed_later")
    kayixin.supplier.use_faults(FaultPlan(0, {}, Timing(reversal=0.5)))
    answer = kayixin.buy(code, NUMBER).json()
    assert len(answer["data"]["cards"]) == 1
    wait_for(kayixin, NUMBER, "refunded")
    [sale] = kayixin.supplier.ledger.sales_of(NUMBER)
    assert (sale.credited_minor, [card.void for card in sale.credentials]) == (1000, [True])
