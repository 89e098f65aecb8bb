"""A fault is decided by what a call is: the same seed repeats it, whatever else happens."""

import pytest

from simulator.faults.kinds import ALL_KINDS, KINDS
from simulator.faults.plan import FaultPlan, Timing, plan_from_json


def create_faults(plan: FaultPlan, numbers: range) -> list[str | None]:
    return [plan.fault("kayixin", f"n{i}", "create", 1) for i in numbers]


def test_a_seed_repeats_in_any_order() -> None:
    rates = {"timeout": 0.2, "commit_then_500": 0.2}
    forward = create_faults(FaultPlan(7, rates), range(12))
    plan = FaultPlan(7, rates)
    backward = [plan.fault("kayixin", f"n{i}", "create", 1) for i in reversed(range(12))]
    assert forward == backward[::-1]
    sold = "commit_then_500"
    assert forward == [None, None, "timeout", None, sold, "timeout", sold, None, None, sold, None, None]
    assert forward != create_faults(FaultPlan(8, rates), range(12))


def test_each_part_of_a_call_counts() -> None:
    plan = FaultPlan(7, {"timeout": 0.5})
    calls = [
        ("kayixin", "create", 1),
        ("fulu", "create", 1),
        ("kayixin", "query", 1),
        ("kayixin", "create", 2),
    ]
    drawn = [
        tuple(plan.fault(supplier, f"n{i}", act, call) for i in range(40))  # type: ignore[arg-type]
        for supplier, act, call in calls
    ]
    assert len(set(drawn)) == 4


def test_a_rate_is_kept() -> None:
    drawn = create_faults(FaultPlan(1, {"timeout": 0.1, "error_500": 0.02}), range(5000))
    assert 430 < drawn.count("timeout") < 560
    assert 70 < drawn.count("error_500") < 130


def test_a_further_fault_leaves_the_others_where_they_are() -> None:
    alone = create_faults(FaultPlan(1, {"timeout": 0.1}), range(500))
    both = create_faults(FaultPlan(1, {"timeout": 0.1, "error_500": 0.1}), range(500))
    assert all(pair[0] is None or pair[1] is not None for pair in zip(alone, both, strict=True))
    assert sum(pair == ("timeout", "error_500") for pair in zip(alone, both, strict=True)) < 10


def test_certain_and_impossible_faults() -> None:
    plan = FaultPlan(1, {"timeout": 1, "error_500": 0})
    assert create_faults(plan, range(20)) == ["timeout"] * 20
    assert plan.fault("kayixin", "n1", "sale", 1) is None


def test_one_act_may_have_a_rate_of_its_own() -> None:
    plan = FaultPlan(1, {"timeout": 1, "query:timeout": 0})
    assert plan.fault("fulu", "n1", "create", 1) == "timeout"
    assert plan.fault("fulu", "n1", "query", 1) is None


def test_only_what_can_apply_is_drawn() -> None:
    plan = FaultPlan(1, {"partial_quantity": 1})
    assert plan.fault("kayixin", "n1", "sale", 1, among={"wrong_amount"}) is None
    assert plan.fault("kayixin", "n1", "sale", 1, among={"partial_quantity"}) == "partial_quantity"


def test_stopping_ends_every_fault() -> None:
    plan = FaultPlan(1, dict.fromkeys(ALL_KINDS, 1.0))
    assert plan.fault("fulu", "n1", "query", 1) is not None
    plan.stop()
    assert [plan.fault("fulu", "n1", act, 1) for act in KINDS] == [None] * 5


def test_every_kind_that_was_asked_for_exists() -> None:
    assert sorted(ALL_KINDS) == [
        "commit_after_not_found",
        "commit_then_500",
        "commit_then_html_body",
        "commit_then_malformed_body",
        "commit_then_reset",
        "commit_then_timeout",
        "commit_then_truncated_body",
        "connection_reset",
        "duplicate_callback",
        "duplicate_credential",
        "error_500",
        "forged_callback",
        "html_body",
        "late_callback",
        "lost_callback",
        "malformed_body",
        "misbound_callback",
        "partial_quantity",
        "price_change",
        "reordered_callback",
        "replayed_callback",
        "respelt_credential",
        "reversed_before_answer",
        "slow_drip",
        "success_later_reversed",
        "timeout",
        "too_many_requests",
        "truncated_body",
        "unknown_callback",
        "unlisted_refusal",
        "unusable_card",
        "wallet_empty",
        "wrong_amount",
    ]


def test_a_plan_as_json() -> None:
    plan = plan_from_json({"seed": 3, "rates": {"timeout": 0.5}, "timing": {"drip": 2}})
    assert plan.timing == Timing(drip=2)
    assert plan.to_json() == {
        "seed": 3,
        "rates": {"timeout": 0.5},
        "timing": {
            "hang": 120.0,
            "drip": 2,
            "late_commit": 1.0,
            "late_callback": 5.0,
            "reversal": 2.0,
            "retry_after": 1.0,
        },
        "stopped": False,
    }


@pytest.mark.parametrize(
    "plan",
    [
        [],
        {"rates": {}},
        {"seed": "1", "rates": {}},
        {"seed": 1},
        {"seed": 1, "rates": {"moody": 0.1}},
        {"seed": 1, "rates": {"query:wallet_empty": 0.1}},
        {"seed": 1, "rates": {"mood:timeout": 0.1}},
        {"seed": 1, "rates": {"timeout": 1.1}},
        {"seed": 1, "rates": {"timeout": -0.1}},
        {"seed": 1, "rates": {"timeout": True}},
        {"seed": 1, "rates": {}, "timing": {"tea": 1}},
        {"seed": 1, "rates": {}, "timing": {"drip": "1"}},
        {"seed": 1, "rates": {}, "more": 1},
    ],
)
def test_an_impossible_plan_is_refused(plan: object) -> None:
    with pytest.raises(ValueError):
        plan_from_json(plan)
