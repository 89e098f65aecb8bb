"""A plan as a timeline: what comes when, and what a cancellation at each moment would pay back."""

from domain.contract.bundle import Reversibility
from domain.simulation.tally import Undoable
from tests.unit.builders import after, bundle, cny, component, order
from tests.unit.simulation.timelines import ANCHOR, lines, of

UNTIL = {"by": "P60D", "otherwise": "refund"}


def test_what_is_left_is_paid_back() -> None:
    parts = [
        component("video", release={"every": "P1M", "times": 3}),
        component("coupon", release=after(days=28)),
    ]
    found = of(bundle(*parts, price=cny(4003)))
    assert lines(found) == [
        ("2027-01-31", "video#1", 4003, 3002),
        ("2027-02-28", "video#2 coupon#1", 3002, 1000),
        ("2027-03-31", "video#3", 1000, 0),
    ]
    assert (found.price, found.quantity, found.ordered_at) == (cny(4003), 1, ANCHOR)


def test_what_is_sold_one_at_a_time_is_a_line_each_and_met_once_all_of_it_came() -> None:
    parts = [
        component("credit", release={"when": "confirmed", "every": "P1M", "times": 2, **UNTIL}),
        component("coupon", release={"when": "delivered(credit, 2)", **UNTIL}),
    ]
    shares = {"credit": cny(1001), "coupon": cny(1002)}
    parts = [each.model_copy(update={"share": shares[each.id]}) for each in parts]
    found = of(bundle(*parts, price=cny(2003)), order(quantity=2, paid=cny(4006)))
    assert lines(found) == [
        ("2027-01-31", "credit#1.1 credit#1.2", 4006, 3005),
        ("2027-02-28", "credit#2.1 credit#2.2 coupon#1", 3005, 0),
        ("2027-04-01", "", 0, 0),
    ]
    assert [(each.share.amount, each.of) for each in found.moments[0].releases] == [(501, 2), (500, 2)]
    assert found.moments[1].undoable[0] == Undoable(
        component="credit", releases=4, reversibility=Reversibility.REVERSIBLE
    )


def test_a_policy_that_undoes_pays_back_what_it_takes_back_too() -> None:
    parts = [component("video", release={"every": "P1M", "times": 2}), component("coupon")]
    found = of(bundle(*parts, price=cny(3000), policy="all_or_nothing"))
    assert lines(found) == [
        ("2027-01-31", "video#1 coupon#1", 3000, 3000),
        ("2027-02-28", "video#2", 3000, 0),
    ]
    assert [moment.policy_undoes for moment in found.moments] == [True, False]
    assert found.moments[0].undoable == [
        Undoable(component="video", releases=1, reversibility=Reversibility.REVERSIBLE),
        Undoable(component="coupon", releases=1, reversibility=Reversibility.REVERSIBLE),
    ]


def test_a_policy_that_is_satisfied_takes_nothing_back() -> None:
    parts = [
        component("coupon", reversibility="irreversible", needs=["music"]),
        component("music", release=after(days=1)),
        component("video", release=after(days=2)),
    ]
    found = of(bundle(*parts, price=cny(3000), policy={"at_least": 2}))
    assert lines(found) == [
        ("2027-02-01", "music#1 coupon#1", 3000, 1000),
        ("2027-02-02", "video#1", 1000, 0),
    ]
    assert [moment.policy_undoes for moment in found.moments] == [False, False]


def test_the_irreversible_part_of_a_moment_comes_last() -> None:
    parts = [component("coupon", reversibility="irreversible"), component("video")]
    (moment,) = of(bundle(*parts, policy="all_or_nothing")).moments
    assert [release.component for release in moment.releases] == ["video", "coupon"]
    assert [each.component for each in moment.undoable] == ["video"]


def test_the_refund_never_grows_and_ends_with_nothing_left() -> None:
    parts = [component(f"c{i}", benefit="video", release={"every": "P1D", "times": 40}) for i in range(50)]
    found = of(bundle(*parts, price=cny(12345)))
    amounts = [amount for m in found.moments for amount in (m.refund_before.amount, m.refund_after.amount)]
    assert amounts == sorted(amounts, reverse=True)
    assert (amounts[0], amounts[-1], len(found.moments)) == (12345, 0, 40)
