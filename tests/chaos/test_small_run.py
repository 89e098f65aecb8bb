"""A fault run small enough for every day, and the defects that it must catch."""

import pytest

from simulator.faults.kinds import ALL_KINDS
from tests.chaos.audit.everything import AUDITS
from tests.chaos.mutants import MUTANTS
from tests.chaos.run import Plan, mutated, run
from tests.chaos.verdict import Verdict


def violations(verdict: Verdict) -> dict[int, list[str]]:
    """Invariant by number to what broke it, for those that are broken."""
    return {n: found.violations for n, (_, found) in enumerate(verdict.lines, start=1) if found.violations}


@pytest.mark.timeout(900)
async def test_three_hundred_orders_through_every_fault_break_no_invariant() -> None:
    verdict = await run(Plan(orders=300, seed=11, rounds=3), print)
    assert len(verdict.lines) == len(AUDITS) == 9
    assert violations(verdict) == {}
    assert verdict.missing == verdict.crashes == []
    assert set(verdict.struck) == {*ALL_KINDS, "down"}
    disturbed = {name: verdict.broken[name] for name in ("worker kills", "server restarts", "database stops")}
    assert disturbed == {"worker kills": 3, "server restarts": 1, "database stops": 1}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", MUTANTS)
async def test_a_defect_is_caught_by_the_line_of_its_own_invariant(name: str) -> None:
    mutant = MUTANTS[name]
    verdict = await run(mutated(name), print)
    assert mutant.invariant in violations(verdict), mutant.what
