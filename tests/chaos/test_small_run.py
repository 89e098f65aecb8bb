"""A fault run small enough for every day."""

import pytest

from tests.chaos.audit.everything import AUDITS
from tests.chaos.plan import Plan
from tests.chaos.promises import not_met
from tests.chaos.run import run

pytestmark = pytest.mark.slow


@pytest.mark.timeout(1800)
async def test_three_hundred_orders_through_every_fault_break_no_invariant() -> None:
    plan = Plan(orders=300, seed=11, rounds=3)
    verdict = await run(plan, print)
    assert len(verdict.lines) == len(AUDITS)
    assert {n: found.violations for n, (_, found) in enumerate(verdict.lines, start=1)} == {
        n: [] for n in range(1, len(AUDITS) + 1)
    }
    assert verdict.missing == verdict.crashes == []
    assert not_met(plan, verdict.struck) == []
    disturbed = {name: verdict.broken[name] for name in plan.promised}
    assert disturbed == {"worker kills": 3, "server restarts": 1, "database stops": 1, "suppliers down": 1}
