"""Faults of the sale itself: charged wrongly, one piece short, a used credential, taken back later."""

import time

from tests.simulator.clients import Client, FuluClient, KayixinClient, a_card, detail, under, wait_for
from tests.simulator.receiver import wait_until


def test_more_is_charged_than_the_price(kayixin_calm: KayixinClient, number: str) -> None:
    before = kayixin_calm.supplier.shop.balance_minor
    under(kayixin_calm, {"wrong_amount": 1})
    assert kayixin_calm.buy("1001", number, count=2, safePrice=30).json()["code"] == 1000
    [sale] = kayixin_calm.supplier.ledger.sales_of(number)
    assert (sale.money_minor, sale.faults, detail(kayixin_calm, number)["money"]) == (
        3300,
        ("wrong_amount",),
        33.0,
    )
    assert before - kayixin_calm.supplier.shop.balance_minor == 3300


def test_more_is_charged_at_fulu_too(fulu_calm: FuluClient, number: str) -> None:
    under(fulu_calm, {"wrong_amount": 1})
    fulu_calm.buy("10000587", number)
    wait_for(fulu_calm, number, "delivered")
    assert detail(fulu_calm, number)["order_price"] == 21.89
    assert [sale.money_minor for sale in fulu_calm.supplier.ledger.sales_of(number)] == [2189]


def test_one_card_of_three_is_missing_and_paid_back(kayixin_calm: KayixinClient, number: str) -> None:
    under(kayixin_calm, {"partial_quantity": 1})
    assert len(kayixin_calm.buy("1001", number, count=3).json()["data"]["cards"]) == 2
    order = detail(kayixin_calm, number)
    assert (order["status"], order["count"], order["money"], order["retMoney"]) == (5, 3, 45.0, 15.0)
    [sale] = kayixin_calm.supplier.ledger.sales_of(number)
    assert (sale.credited_minor, len(sale.credentials), sale.faults) == (1500, 2, ("partial_quantity",))


def test_a_recharge_is_short_by_one(kayixin_calm: KayixinClient, number: str) -> None:
    under(kayixin_calm, {"partial_quantity": 1})
    kayixin_calm.buy("1003", number, count=2)
    wait_for(kayixin_calm, number, "refunded")
    assert (detail(kayixin_calm, number)["money"], detail(kayixin_calm, number)["retMoney"]) == (33.6, 16.8)


def test_fulu_keeps_the_money_for_the_missing_card(fulu_calm: FuluClient, number: str) -> None:
    under(fulu_calm, {"partial_quantity": 1})
    fulu_calm.buy("10000587", number, buy_num=2)
    wait_for(fulu_calm, number, "delivered")
    order = detail(fulu_calm, number)
    assert (order["buy_num"], order["order_price"], len(order["cards"])) == (2, 39.8, 1)
    [sale] = fulu_calm.supplier.ledger.sales_of(number)
    assert (sale.credited_minor, sale.faults) == (0, ("partial_quantity",))


def test_one_piece_cannot_be_partial(either: Client, number: str) -> None:
    under(either, {"partial_quantity": 1})
    either.buy(a_card(either), number)
    wait_for(either, number, "delivered")
    assert [sale.faults for sale in either.supplier.ledger.sales_of(number)] == [()]


def test_a_sold_credential_is_issued_again(either: Client, number: str) -> None:
    ledger, code = either.supplier.ledger, a_card(either)
    for name in (f"{number}a", f"{number}b"):
        either.buy(code, name)
        wait_for(either, name, "delivered")
    first = ledger.first_issued(code)
    under(either, {"duplicate_credential": 1})
    either.buy(code, number, **({"count": 2} if isinstance(either, KayixinClient) else {"buy_num": 2}))
    wait_for(either, number, "delivered")
    [sale] = ledger.sales_of(number)
    assert first is not None
    again, fresh = sale.credentials
    assert (again.number, again.password) == (first.number, first.password)
    assert fresh.number != first.number
    assert sale.faults == ("duplicate_credential",)


def test_the_first_credential_of_all_repeats_nothing(kayixin_calm: KayixinClient, number: str) -> None:
    under(kayixin_calm, {"duplicate_credential": 1})
    kayixin_calm.buy("1005", number)
    [sale] = kayixin_calm.supplier.ledger.sales_of(number)
    assert (len(sale.credentials), sale.faults) == (1, ())


def test_a_success_is_taken_back_later(kayixin_calm: KayixinClient, number: str) -> None:
    before = kayixin_calm.supplier.shop.balance_minor
    under(kayixin_calm, {"success_later_reversed": 1}, reversal=0.6)
    assert len(kayixin_calm.buy("1001", number, count=2).json()["data"]["cards"]) == 2
    assert kayixin_calm.state(number) == "delivered"
    assert [sale.faults for sale in kayixin_calm.supplier.ledger.sales_of(number)] == [()]
    wait_for(kayixin_calm, number, "refunded")
    order = detail(kayixin_calm, number)
    assert (order["status"], order["money"], order["retMoney"]) == (5, 30.0, 30.0)
    assert [card["status"] for card in order["cards"]] == [2, 2]
    [sale] = kayixin_calm.supplier.ledger.sales_of(number)
    assert (sale.credited_minor, sale.faults) == (3000, ("success_later_reversed",))
    assert kayixin_calm.supplier.shop.balance_minor == before


def test_a_stopped_plan_takes_nothing_back(kayixin_calm: KayixinClient, number: str) -> None:
    plan = under(kayixin_calm, {"success_later_reversed": 1}, reversal=0.4)
    kayixin_calm.buy("1001", number)
    plan.stop()
    time.sleep(0.6)
    assert kayixin_calm.state(number) == "delivered"


def test_a_voided_order_is_not_taken_back_again(kayixin_calm: KayixinClient, number: str) -> None:
    under(kayixin_calm, {"success_later_reversed": 1}, reversal=0.4)
    kayixin_calm.buy("1001", number)
    kayixin_calm.call("order/refunds", outerNumber=number)
    time.sleep(0.6)
    [sale] = kayixin_calm.supplier.ledger.sales_of(number)
    assert (sale.credited_minor, sale.faults) == (1500, ())


def test_whatever_happens_a_number_is_sold_once(either: Client, number: str) -> None:
    """Every kind at once, the same twelve numbers bought four times each."""
    rates = {
        "error_500": 0.2,
        "commit_then_500": 0.2,
        "commit_then_html_body": 0.2,
        "wallet_empty": 0.1,
        "price_change": 0.1,
        "too_many_requests": 0.1,
        "wrong_amount": 0.3,
        "partial_quantity": 0.3,
        "duplicate_credential": 0.3,
    }
    under(either, rates)
    numbers = [f"{number}x{i}" for i in range(12)]
    for _ in range(4):
        for each in numbers:
            either.buy(a_card(either), each)
    ledger = either.supplier.ledger
    assert ledger.duplicate_numbers() == []
    assert max(len(ledger.sales_of(each)) for each in numbers) == 1
    wait_until(lambda: not [sale for sale in ledger.sales() if sale.status == "pending"])
    spent = ledger.debits_minor() - ledger.credits_minor()
    assert either.supplier.shop.balance_minor == 1_000_000_00 - spent
