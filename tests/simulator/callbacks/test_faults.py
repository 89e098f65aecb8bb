"""Callbacks that come twice, late, never, out of order, from a forger, or about a success taken back."""

import time

from tests.simulator.callbacks.told import is_signed, listen, status_of, success
from tests.simulator.clients import Client, FuluClient, KayixinClient, a_card, under, wait_for
from tests.simulator.receiver import Receiver


def test_a_callback_comes_twice(either: Client, receiver: Receiver, number: str) -> None:
    under(either, {"duplicate_callback": 1})
    either.buy(a_card(either), number, **listen(either, receiver))
    first, second = receiver.wait_for(2)
    assert first.fields == second.fields
    assert is_signed(either, first) and is_signed(either, second)
    assert either.supplier.ledger.sales_of(number)[0].faults == ("duplicate_callback",)


def test_a_callback_comes_late(either: Client, receiver: Receiver, number: str) -> None:
    under(either, {"late_callback": 1}, late_callback=0.6)
    either.buy(a_card(either), number, **listen(either, receiver))
    [callback] = receiver.wait_for(1)
    [sale] = either.supplier.ledger.sales_of(number)
    assert sale.finished_at is not None
    assert 0.6 <= callback.at - sale.finished_at < 4
    assert sale.faults == ("late_callback",)


def test_a_callback_is_lost(either: Client, receiver: Receiver, number: str) -> None:
    under(either, {"lost_callback": 1})
    either.buy(a_card(either), number, **listen(either, receiver))
    wait_for(either, number, "delivered")
    receiver.wait_for(0)
    assert either.supplier.ledger.sales_of(number)[0].faults == ("lost_callback",)


def test_a_forged_callback_comes_first(either: Client, receiver: Receiver, number: str) -> None:
    under(either, {"forged_callback": 1})
    either.buy(a_card(either), number, **listen(either, receiver))
    forged, true = receiver.wait_for(2)
    assert (is_signed(either, forged), is_signed(either, true)) == (False, True)
    assert status_of(forged) == (4 if isinstance(either, KayixinClient) else "failed")
    assert status_of(true) == success(either)
    assert either.supplier.ledger.sales_of(number)[0].faults == ("forged_callback",)


def test_a_misbound_callback_is_rightly_signed(either: Client, receiver: Receiver, number: str) -> None:
    under(either, {"misbound_callback": 1})
    either.buy(a_card(either), number, **listen(either, receiver))
    misbound, true = receiver.wait_for(2)
    name = "orderNumber" if isinstance(either, KayixinClient) else "order_id"
    assert is_signed(either, misbound) and is_signed(either, true)
    assert misbound.fields[name] == true.fields[name] + "9"
    assert status_of(misbound) != success(either)


def test_an_earlier_kayixin_callback_comes_last(
    kayixin_calm: KayixinClient, receiver: Receiver, number: str
) -> None:
    under(kayixin_calm, {"reordered_callback": 1})
    kayixin_calm.buy("1001", number, **listen(kayixin_calm, receiver))
    assert [status_of(callback) for callback in receiver.wait_for(2)] == [3, 2]
    assert is_signed(kayixin_calm, receiver.received[1])
    assert receiver.received[1].fields["cards"] == ""


def test_a_fulu_callback_lets_the_next_one_pass(
    fulu_calm: FuluClient, receiver: Receiver, number: str
) -> None:
    plan = under(fulu_calm, {"reordered_callback": 0.5}, late_callback=30)
    held, free = f"{number}held", f"{number}free"
    while plan.fault("fulu", held, "callback", 1) is None:
        held += "x"
    while plan.fault("fulu", free, "callback", 1) is not None:
        free += "x"
    listen(fulu_calm, receiver)
    fulu_calm.buy("10000587", held)
    wait_for(fulu_calm, held, "delivered")
    receiver.wait_for(0)
    fulu_calm.buy("10000587", free)
    received = receiver.wait_for(2)
    assert [callback.fields["customer_order_no"] for callback in received] == [free, held]


def test_a_reversal_is_reported(kayixin_calm: KayixinClient, receiver: Receiver, number: str) -> None:
    under(kayixin_calm, {"success_later_reversed": 1}, reversal=0.3)
    kayixin_calm.buy("1001", number, **listen(kayixin_calm, receiver))
    done, reversal = receiver.wait_for(2)
    assert (status_of(done), status_of(reversal)) == (3, 5)
    told = {name: reversal.fields[name] for name in ("money", "retMoney", "result", "cards")}
    assert told == {"money": 15.0, "retMoney": 15.0, "result": "已退款", "cards": ""}


def test_a_supplier_that_is_down_tells_nobody(either: Client, receiver: Receiver, number: str) -> None:
    told = listen(either, receiver)
    either.buy("1002" if isinstance(either, KayixinClient) else "10000587", number, **told)
    either.supplier.down_for(0.6)
    time.sleep(0.05)
    already = len(receiver.received)
    time.sleep(0.3)
    assert len(receiver.received) == already
    receiver.wait_for(1)
