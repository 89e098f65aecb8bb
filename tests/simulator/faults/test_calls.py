"""Faults that hit a call: what the client sees, what was sold all the same, and what the ledger noted."""

import threading
import time

import httpx
import pytest

from simulator.faults.kinds import BREAKS, COMMIT_THEN
from tests.simulator.clients import Client, KayixinClient, a_card, under, wait_for
from tests.simulator.faults.struck import assert_broken, listed_without_sale, noted, sold


@pytest.mark.parametrize("kind", sorted(BREAKS))
def test_a_break_sells_nothing(either: Client, number: str, kind: str) -> None:
    plan = under(either, {f"create:{kind}": 1})
    assert_broken(kind, either, number)
    assert (sold(either, number), either.state(number)) == (0, "not found")
    assert noted(either, number) == [("create", 1, kind)]
    assert listed_without_sale(either, number) == [kind]
    plan.stop()
    assert not either.refused(either.buy(a_card(either), number))
    [sale] = either.supplier.ledger.sales_of(number)
    assert (sale.faults, listed_without_sale(either, number)) == ((kind,), [])


@pytest.mark.parametrize("kind", sorted(COMMIT_THEN))
def test_a_commit_before_the_break_sells(either: Client, number: str, kind: str) -> None:
    under(either, {kind: 1})
    assert_broken(COMMIT_THEN[kind], either, number)
    wait_for(either, number, "delivered")
    [sale] = either.supplier.ledger.sales_of(number)
    assert (sale.faults, listed_without_sale(either, number)) == ((kind,), [])
    answer = either.buy(a_card(either), number)
    assert either.refused(answer), "a duplicate is refused whatever the plan says"
    assert (sold(either, number), noted(either, number)) == (1, [("create", 1, kind)])


@pytest.mark.parametrize("kind", ["error_500", "malformed_body"])
def test_a_query_breaks_too(either: Client, number: str, kind: str) -> None:
    either.buy(a_card(either), number)
    plan = under(either, {kind: 1})
    with pytest.raises(ValueError):
        either.state(number)
    assert noted(either, number) == [("query", 1, kind)]
    plan.stop()
    wait_for(either, number, "delivered")


def test_a_void_that_loses_its_answer_has_voided(kayixin_calm: KayixinClient, number: str) -> None:
    [card] = kayixin_calm.buy("1001", number).json()["data"]["cards"]
    plan = under(kayixin_calm, {"commit_then_500": 1})
    assert kayixin_calm.send("card/void", b'{"cardId":%d}' % card["cardId"]).status_code == 500
    assert noted(kayixin_calm, number) == [("revoke", 1, "commit_then_500")]
    plan.stop()
    assert kayixin_calm.state(number) == "refunded"


def test_stopping_the_plan_ends_a_hanging_call(either: Client, number: str) -> None:
    plan = under(either, {"timeout": 1})
    threading.Timer(0.2, plan.stop).start()
    start = time.monotonic()
    assert either.buy(a_card(either), number).status_code == 504
    assert time.monotonic() - start < 1.5


def test_a_slow_drip_is_a_whole_answer_in_the_end(either: Client, number: str) -> None:
    under(either, {"create:slow_drip": 1}, drip=0.8)
    either.http.timeout = httpx.Timeout(0.4)
    start = time.monotonic()
    assert not either.refused(either.buy(a_card(either), number))
    assert 0.7 <= time.monotonic() - start < 4
    assert (sold(either, number), noted(either, number)) == (1, [("create", 1, "slow_drip")])


def test_while_down_every_call_is_reset(either: Client, number: str) -> None:
    either.supplier.down_for(60)
    for attempt in (lambda: either.buy(a_card(either), number), lambda: either.state(number)):
        with pytest.raises(httpx.ReadError, match="reset"):
            attempt()
    assert noted(either, number) == [("create", 0, "down"), ("query", 0, "down")]
    assert either.http.get(f"{either.supplier.origin}/_admin/faults").json()["down"] is True
    either.supplier.down_for(0.2)
    time.sleep(0.25)
    assert either.state(number) == "not found"


def test_while_down_accounts_are_silent_too(kayixin_calm: KayixinClient) -> None:
    kayixin_calm.supplier.down_for(60)
    with pytest.raises(httpx.ReadError):
        kayixin_calm.call("user/getAccount")
    kayixin_calm.supplier.shop.faults.plan.stop()
    assert kayixin_calm.call("user/getAccount")["code"] == 1000


def test_the_same_calls_meet_the_same_faults_again(either: Client, number: str) -> None:
    """At even chances, and though the second run comes in another order."""
    numbers = [f"{number}x{i}" for i in range(4)]
    runs: list[dict[str, list[int]]] = []
    for order in (numbers * 3, sorted(numbers * 3)):
        under(either, {"create:error_500": 0.5})
        runs.append({each: [] for each in numbers})
        for each in order:
            runs[-1][each].append(either.buy(a_card(either), each).status_code)
    assert runs[0] == runs[1]
    assert {status for statuses in runs[0].values() for status in statuses} == {200, 500}
