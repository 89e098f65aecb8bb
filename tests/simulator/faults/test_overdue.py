"""Faults that chance left out hit the next call that they can, until they took effect."""

from simulator.faults.plan import FaultPlan

SELDOM = {"timeout": 1e-9, "wallet_empty": 1e-9}


def test_what_is_overdue_hits_until_it_struck() -> None:
    plan = FaultPlan(1, SELDOM, overdue_after=3)
    assert plan.overdue is not None
    hits = [plan.fault("kayixin", f"n{i}", "create", 1) for i in range(5)]
    assert hits == [None, None, None, "timeout", "wallet_empty"]
    assert plan.overdue.left_out == {"timeout", "wallet_empty"}
    plan.overdue.struck("timeout")
    again = [plan.fault("kayixin", f"n{i}", "create", 1) for i in range(5, 12)]
    assert again == [None, "wallet_empty", None, None, "wallet_empty", None, None]
    plan.overdue.struck("wallet_empty")
    assert plan.fault("kayixin", "n12", "create", 1) is None
    assert plan.overdue.left_out == set()


def test_the_same_call_is_told_the_same() -> None:
    plan = FaultPlan(1, SELDOM, overdue_after=2)
    asked = [plan.fault("kayixin", number, "create", 1) for number in ("a", "b", "a", "c", "c", "b")]
    assert asked == [None, None, None, "timeout", "timeout", None]


def test_a_fault_that_is_not_asked_for_is_never_overdue() -> None:
    plan = FaultPlan(1, {"timeout": 0}, overdue_after=0)
    assert [plan.fault("fulu", f"n{i}", "create", 1) for i in range(5)] == [None] * 5
