"""A success that is taken back, and reported so, while it is being answered."""

from tests.simulator.callbacks.told import listen, status_of
from tests.simulator.clients import FuluClient, KayixinClient, detail, under, wait_for
from tests.simulator.receiver import Receiver, wait_until


def test_a_reversal_is_told_before_the_answer(
    kayixin_calm: KayixinClient, receiver: Receiver, number: str
) -> None:
    plan = under(kayixin_calm, {"reversed_before_answer": 1}, late_callback=30)
    kayixin_calm.buy("1001", number, **listen(kayixin_calm, receiver))
    wait_until(lambda: kayixin_calm.supplier.ledger.notices.acknowledged(number) == 1)
    order = detail(kayixin_calm, number)
    assert [status_of(each) for each in receiver.received] == [3, 5]
    assert (order["status"], order["retMoney"], len(order["cards"])) == (3, 0.0, 1)
    plan.stop()
    order = detail(kayixin_calm, number)
    assert (order["status"], order["money"], order["retMoney"]) == (5, 15.0, 15.0)
    assert kayixin_calm.supplier.ledger.sales_of(number)[0].faults == ("reversed_before_answer",)


def test_it_is_answered_in_time_though_nobody_listens(kayixin_calm: KayixinClient, number: str) -> None:
    under(kayixin_calm, {"reversed_before_answer": 1}, late_callback=0.2)
    kayixin_calm.buy("1001", number)
    assert [detail(kayixin_calm, number)["status"] for _ in range(2)] == [3, 5]


def test_fulu_takes_nothing_back(fulu_calm: FuluClient, number: str) -> None:
    under(fulu_calm, {"reversed_before_answer": 1})
    fulu_calm.buy("10000587", number)
    wait_for(fulu_calm, number, "delivered")
    assert fulu_calm.supplier.ledger.sales_of(number)[0].faults == ()
