"""Where an order stands: what counts as done, lost and waiting, and that moves are counted right."""

from hypothesis import given
from hypothesis import strategies as st

from domain.fulfilment.states import DeliveryState
from domain.planning.items import Item
from domain.planning.policy import is_doomed, may_pass_pivot
from domain.planning.standing import ANYTHING_GOES, OrderStanding, Terms
from domain.planning.verdict import Known

D = DeliveryState
A1, A2, B1, C1 = ("a", 1, 1), ("a", 2, 1), ("b", 1, 1), ("c", 1, 1)
LOST = (D.FAILED, D.CANCELLED, D.REVOKED, D.REFUNDED)
RELEASES = [A1, A2, B1, C1]

moves = st.lists(
    st.tuples(st.sampled_from(RELEASES), st.sampled_from(list(DeliveryState)), st.booleans(), st.booleans()),
    max_size=20,
)
terms = st.builds(Terms, st.frozensets(st.sampled_from("abc")), st.integers(0, 3))


def standing(of: Terms = ANYTHING_GOES, **states: DeliveryState) -> OrderStanding:
    """All planned but those named, as in `a1=D.DELIVERED`."""
    order = OrderStanding(of)
    for release in RELEASES:
        order.put(release, states.get(f"{release[0]}{release[1]}", D.PLANNED))
    return order


def test_a_component_is_done_once_all_of_it_is_and_lost_once_one_of_it_is() -> None:
    order = standing(a1=D.DELIVERED, a2=D.REVOKED, b1=D.DELIVERED)
    assert order.done == {"a": False, "b": True, "c": False}
    assert order.lost == {"a": True, "b": False, "c": False}


def test_what_was_waived_counts_as_delivered() -> None:
    order = standing(Terms(frozenset({"c"})), a1=D.DELIVERED, a2=D.DELIVERED)
    order.put(C1, D.FAILED, waived=True)
    assert (order.doomed, order.done["c"]) == (False, True)
    assert order.known(confirmed=True) == Known(delivered=frozenset({A1[:2], A2[:2], C1[:2]}), confirmed=True)


def test_a_release_is_delivered_once_all_its_items_are_and_lost_once_one_of_them_is() -> None:
    order = standing(a1=D.DELIVERED)
    order.put(("a", 1, 2), D.IN_PROGRESS)
    assert order.known(confirmed=False) == Known()
    order.put(("a", 1, 2), D.DELIVERED)
    assert order.known(confirmed=False) == Known(delivered=frozenset({("a", 1)}))
    order.put(("a", 1, 2), D.REVOKED)
    assert order.known(confirmed=False) == Known(impossible_releases=frozenset({("a", 1)}))
    order.put(A2, D.FAILED)
    lost = frozenset({("a", 1), ("a", 2)})
    assert order.known(confirmed=False) == Known(impossible=frozenset({"a"}), impossible_releases=lost)


def test_a_release_that_comes_back_fails_the_order_no_more() -> None:
    order = standing(Terms(frozenset({"c"})), c1=D.REVOKED)
    assert order.doomed
    order.put(C1, D.IN_PROGRESS)
    assert not order.doomed


def test_a_pivot_waits_for_what_could_undo_the_order_until_it_is_begun() -> None:
    order = standing(Terms(frozenset({"a", "b"})), a1=D.DELIVERED)
    order.put(B1, D.PLANNED, pivot_ahead=True)
    assert (order.pivot_waits(B1), order.pivot_waits(A2)) == (True, False)
    order.put(A2, D.DELIVERED)
    assert not order.pivot_waits(B1)
    order.put(A2, D.UNCERTAIN)
    order.put(B1, D.IN_PROGRESS)
    assert not order.pivot_waits(B1)


def test_cancelling_undoes_what_the_policy_cannot_keep_without_the_rest() -> None:
    assert standing(Terms(frozenset(), 2), b1=D.DELIVERED).cancelling_undoes
    assert not standing(Terms(frozenset(), 1), b1=D.DELIVERED).cancelling_undoes


@given(terms, moves)
def test_moves_come_to_what_the_last_of_them_say(of: Terms, made: list[tuple[Item, D, bool, bool]]) -> None:
    order = standing(of)
    last = dict.fromkeys(RELEASES, (D.PLANNED, False, False))
    for release, state, waived, ahead in made:
        order.put(release, state, waived=waived, pivot_ahead=ahead)
        last[release] = state, waived, ahead
        is_lost = {release: not waived and state in LOST for release, (state, waived, _) in last.items()}
        is_done = {release: waived or state is D.DELIVERED for release, (state, waived, _) in last.items()}
        lost = {each: any(is_lost[r] for r in RELEASES if r[0] == each) for each in "abc"}
        done = {each: all(is_done[r] for r in RELEASES if r[0] == each) for each in "abc"}
        waiting = {r[0] for r, (_, _, ahead) in last.items() if ahead and not is_lost[r] and not is_done[r]}
        assert (order.lost, order.done) == (lost, done)
        assert order.doomed is is_doomed(*of, lost, waiting)
        for each in "abc":
            assert order.may_pass_pivot(each) is may_pass_pivot(each, *of, done)
