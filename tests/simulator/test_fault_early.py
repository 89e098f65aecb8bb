"""A sale that is taken back, and reported so, before its buyer hears of it."""

from tests.simulator.clients import KayixinClient, detail, under
from tests.simulator.receiver import Receiver
from tests.simulator.told import listen, status_of


def test_a_reversal_is_told_before_the_answer(
    kayixin_calm: KayixinClient, receiver: Receiver, number: str
) -> None:
    under(kayixin_calm, {"reversed_before_answer": 1}, late_callback=30)
    answer = kayixin_calm.buy("1001", number, **listen(kayixin_calm, receiver)).json()
    assert sorted(str(status_of(each)) for each in receiver.received) == ["3", "5"]
    assert (answer["code"], len(answer["data"]["cards"])) == (1000, 1)
    order = detail(kayixin_calm, number)
    assert (order["status"], order["money"], order["retMoney"]) == (5, 15.0, 15.0)
    assert kayixin_calm.supplier.ledger.sales_of(number)[0].faults == ("reversed_before_answer",)


def test_it_is_answered_in_time_though_nobody_listens(kayixin_calm: KayixinClient, number: str) -> None:
    under(kayixin_calm, {"reversed_before_answer": 1}, late_callback=0.2)
    assert not kayixin_calm.refused(kayixin_calm.buy("1001", number))
    assert detail(kayixin_calm, number)["status"] == 5
