"""A plan as a timeline: what comes when, and what a cancellation at each moment would pay back."""

from datetime import UTC, datetime
from typing import Any

from domain.check import check_bundle
from domain.contract import Bundle, Reversibility
from domain.order import OrderDocument
from domain.release import Otherwise
from domain.timeline import Timeline, Undoable, timeline
from tests.unit.builders import after, benefit, bundle, catalogue, cny, component, order, phone

ANCHOR = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)
SHELF = catalogue(
    benefit("video"), benefit("music"), benefit("coupon"), benefit("phone", kind="recharge", account="phone")
)


def of(contract: Bundle, document: OrderDocument | None = None) -> Timeline:
    """The timeline of a valid contract, ordered at `ANCHOR`."""
    assert check_bundle(contract, SHELF) == []
    return timeline(contract, SHELF, document or order(), ANCHOR)


def lines(found: Timeline) -> list[tuple[str, str, int, int]]:
    """Each moment: when, what comes, and the refund before and after it in fen."""
    return [
        (
            f"{moment.at:%Y-%m-%d}",
            " ".join(f"{r.component}{'!' if r.given_up else ''}#{r.release}" for r in moment.releases),
            moment.refund_before.amount,
            moment.refund_after.amount,
        )
        for moment in found.moments
    ]


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


WAITING: dict[str, Any] = {"when": "activated(video)", "by": "P60D", "otherwise": "refund"}


def test_a_condition_is_shown_at_its_deadline_with_what_happens_otherwise() -> None:
    found = of(bundle(component("video"), component("music", release=WAITING), price=cny(2000)))
    assert lines(found) == [("2027-01-31", "video#1", 2000, 1000), ("2027-04-01", "music#1", 1000, 0)]
    (music,) = found.moments[1].releases
    assert (music.waits_for, music.by, music.otherwise) == (
        "activated(video)",
        datetime(2027, 4, 1, 2, 0, tzinfo=UTC),
        Otherwise.REFUND,
    )


def test_a_schedule_starts_at_the_deadline_of_its_condition() -> None:
    schedule = {**WAITING, "every": "P1M", "times": 2}
    found = of(bundle(component("video"), component("music", release=schedule), price=cny(3000)))
    assert lines(found)[1:] == [("2027-04-01", "music#1", 2000, 1000), ("2027-05-01", "music#2", 1000, 0)]


def test_a_need_is_waited_for_also_when_it_waits_itself() -> None:
    parts = [
        component("coupon", needs=["music"], release={"every": "P1M", "times": 3}),
        component("video"),
        component("music", release=WAITING),
    ]
    found = of(bundle(*parts, price=cny(5000)))
    assert [(at, what) for at, what, _, _ in lines(found)] == [
        ("2027-01-31", "video#1"),
        ("2027-04-01", "music#1 coupon#1 coupon#2 coupon#3"),
    ]
    assert found.moments[1].releases[1].waits_for == "delivered(music)"


def test_what_the_order_rules_out_is_refunded_at_once_with_what_needs_it() -> None:
    never = {**WAITING, "when": {"all": ["activated(video)", "quantity >= 2"]}}
    parts = [component("video"), component("music", release=never), component("coupon", needs=["music"])]
    found = of(bundle(*parts, price=cny(3000)))
    assert lines(found) == [("2027-01-31", "video#1 music!#1 coupon!#1", 3000, 2000)]
    _, music, coupon = found.moments[0].releases
    assert (music.ruled_out, music.waits_for) == ("quantity >= 2, and this order has 1", "")
    assert (music.by, music.otherwise) == (None, None)
    assert (coupon.ruled_out, coupon.waits_for) == ("", "delivered(music)")
    two = of(bundle(*parts, price=cny(3000)), order(quantity=2))
    assert lines(two)[-1] == ("2027-04-01", "music#1 coupon#1", 4000, 0)


def test_what_needs_something_that_comes_after_its_deadline_is_refunded_at_it() -> None:
    hurried = {"by": "P59D", "otherwise": "refund"}
    parts = [
        component("video"),
        component("music", release=WAITING),
        component("coupon", needs=["music"], release=hurried),
    ]
    found = of(bundle(*parts, price=cny(3000)))
    assert lines(found) == [
        ("2027-01-31", "video#1", 3000, 2000),
        ("2027-03-31", "coupon!#1", 2000, 2000),
        ("2027-04-01", "music#1", 2000, 1000),
    ]


def test_what_the_order_rules_out_is_released_at_once_if_the_contract_says_so() -> None:
    never = {**WAITING, "when": "quantity >= 2", "otherwise": "release"}
    music = component("music", release=never, needs=["video"])
    found = of(bundle(component("video"), music, price=cny(2000)))
    assert lines(found) == [("2027-01-31", "video#1 music#1", 2000, 0)]
    _, shown = found.moments[0].releases
    assert (shown.ruled_out, shown.waits_for) == ("quantity >= 2, and this order has 1", "delivered(video)")
    assert (shown.by, shown.otherwise) == (None, None)


def test_a_claim_is_shown_while_the_order_does_not_name_the_account() -> None:
    contract = bundle(component("phone", claim={"within": "P30D", "otherwise": "forfeit"}))
    assert of(contract).moments[0].releases[0].claim == contract.components[0].claim
    named = order(recipients={"shared": phone()})
    assert of(contract, named).moments[0].releases[0].claim is None


def test_the_refund_never_grows_and_ends_with_nothing_left() -> None:
    parts = [component(f"c{i}", benefit="video", release={"every": "P1D", "times": 40}) for i in range(50)]
    found = of(bundle(*parts, price=cny(12345)))
    amounts = [amount for m in found.moments for amount in (m.refund_before.amount, m.refund_after.amount)]
    assert amounts == sorted(amounts, reverse=True)
    assert (amounts[0], amounts[-1], len(found.moments)) == (12345, 0, 40)
