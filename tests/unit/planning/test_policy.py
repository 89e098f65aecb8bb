"""Success policies, held against a model that tries every way an order could end."""

from collections.abc import Collection, Iterator
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contract.bundle import AtLeast, Bundle, Component, Role, SuccessPolicy
from domain.planning.policy import irreversible, is_doomed, may_pass_pivot, needed, pivot_problem, required
from tests.unit.builders import bundle, component

ROLES = st.sampled_from(["core", "frequent", "surprise"])
FIXED_OR_NOT = st.sampled_from(["reversible", "until_revealed", "irreversible"])


@st.composite
def contracts(draw: st.DrawFn) -> Bundle:
    """Up to four components under any policy; `at_least` asks for no more than there are."""
    lines = draw(st.lists(st.tuples(ROLES, FIXED_OR_NOT), min_size=1, max_size=4))
    components = [component(f"c{i}", role=r, reversibility=v) for i, (r, v) in enumerate(lines)]
    counts = st.integers(1, len(lines)).map(lambda count: {"at_least": count})
    policy = draw(st.sampled_from(["all_or_nothing", "core_must", "best_effort"]) | counts)
    return bundle(*components, policy=policy)


def ids(components: Collection[Component]) -> set[str]:
    return {c.id for c in components}


def subsets(of: Collection[str]) -> Iterator[set[str]]:
    return (set(chosen) for size in range(len(of) + 1) for chosen in combinations(sorted(of), size))


def stands(contract: Bundle, delivered: set[str]) -> bool:
    """The policies as a composer reads them: whether an order that ended so is a success."""
    if contract.policy == "all_or_nothing":
        return delivered == ids(contract.components)
    if contract.policy == "core_must":
        return all(c.id in delivered for c in contract.components if c.role is Role.CORE)
    return len(delivered) >= contract.policy.at_least if isinstance(contract.policy, AtLeast) else True


def doomed(contract: Bundle, lost: set[str]) -> bool:
    must, count = required(contract.policy, contract.components), needed(contract.policy, contract.components)
    return is_doomed(must, count, {c.id: c.id in lost for c in contract.components})


def may_start(contract: Bundle, one: str, done: set[str]) -> bool:
    must, count = required(contract.policy, contract.components), needed(contract.policy, contract.components)
    return may_pass_pivot(one, must, count, {c.id: c.id in done for c in contract.components})


MIXED = [component("video"), component("music", role="frequent"), component("gift", role="surprise")]


@pytest.mark.parametrize(
    ("policy", "ids_required", "count"),
    [
        ("all_or_nothing", {"video", "music", "gift"}, 0),
        ("core_must", {"video"}, 0),
        ("best_effort", set(), 0),
        (AtLeast(at_least=2), set(), 2),
    ],
)
def test_what_each_policy_requires(policy: SuccessPolicy, ids_required: set[str], count: int) -> None:
    assert required(policy, MIXED) == ids_required
    assert needed(policy, MIXED) == count


@given(contracts())
def test_an_order_is_doomed_when_no_way_it_could_still_end_is_a_success(contract: Bundle) -> None:
    names = ids(contract.components)
    for lost in subsets(names):
        endings = subsets(names - lost)
        assert doomed(contract, lost) is not any(stands(contract, delivered) for delivered in endings)


@given(contracts())
def test_the_pivot_may_start_when_its_success_alone_makes_every_ending_a_success(contract: Bundle) -> None:
    names = ids(contract.components)
    for one, done in product(names, subsets(names)):
        endings = (done | {one} | more for more in subsets(names - done - {one}))
        assert may_start(contract, one, done) is all(stands(contract, delivered) for delivered in endings)


def left_waiting(contract: Bundle) -> set[str]:
    """What never starts though everything that starts succeeds: reversible first, the rest when they may."""
    done = {c.id for c in contract.components if c not in irreversible(contract.components)}
    while ready := {c for c in ids(contract.components) - done if may_start(contract, c, done)}:
        done |= ready
    return ids(contract.components) - done


@given(contracts())
def test_a_contract_has_a_pivot_problem_when_some_component_could_never_start(contract: Bundle) -> None:
    problem = pivot_problem(contract)
    waiting = left_waiting(contract)
    assert (problem is None) is (not waiting)
    assert problem is None or problem[0] in waiting


@given(contracts(), st.data())
def test_what_cannot_be_undone_is_never_delivered_in_an_order_that_must_be_undone(
    contract: Bundle, data: st.DataObject
) -> None:
    fixed = ids(irreversible(contract.components))
    waiting, done, lost = ids(contract.components), set[str](), set[str]()
    while ready := sorted(c for c in waiting if c not in fixed or may_start(contract, c, done)):
        one = data.draw(st.sampled_from(ready))
        waiting.remove(one)
        (done if data.draw(st.booleans()) else lost).add(one)
        if doomed(contract, lost):
            assert not done & fixed
            return


def test_irreversible_components_are_those_that_can_never_be_taken_back() -> None:
    three = [
        component("a", reversibility="reversible"),
        component("b", reversibility="until_revealed"),
        component("c", reversibility="irreversible"),
    ]
    assert irreversible(three) == [three[2]]


FIXED = {"reversibility": "irreversible"}


def test_the_second_irreversible_required_component_is_the_problem() -> None:
    three = [component("a", **FIXED), component("b"), component("c", **FIXED)]
    assert pivot_problem(bundle(*three, policy="all_or_nothing")) == (
        "c",
        "the policy may have to undo every required component, but a, c are irreversible; "
        "at most one may be: make the others reversible or relax the policy",
    )


def test_an_irreversible_component_that_is_not_required_is_no_problem() -> None:
    three = [component("a", **FIXED), component("b", role="frequent", **FIXED)]
    assert pivot_problem(bundle(*three, policy="core_must")) is None


def test_the_last_irreversible_component_is_the_problem_of_a_count() -> None:
    three = [component("a", **FIXED), component("b", **FIXED), component("c")]
    assert pivot_problem(bundle(*three, policy={"at_least": 3})) == (
        "b",
        "at_least: 3 needs 2 components that can be undone before an irreversible one starts, "
        "but only 1 can; make more components reversible or lower at_least",
    )


def test_a_count_of_one_lets_irreversible_components_start_at_once() -> None:
    two = [component("a", **FIXED), component("b", **FIXED)]
    assert pivot_problem(bundle(*two, policy={"at_least": 1})) is None


def test_a_count_beyond_the_components_is_no_crash() -> None:
    pivot_problem(bundle(component("a"), policy={"at_least": 3}))


def test_irreversible_parts_that_wait_for_each_other_doom_the_order() -> None:
    lost = {"reversible": True, "first": False, "second": False}
    assert is_doomed((), 2, lost, waiting={"first", "second"})
    assert not is_doomed((), 2, lost, waiting={"second"})
    assert not is_doomed((), 1, lost, waiting={"first", "second"})
