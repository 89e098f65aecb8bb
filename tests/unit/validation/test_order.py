"""What keeps an order document from being placed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.money import Money
from domain.validation.order import check_order
from tests.unit.builders import benefit, bundle, catalogue, cny, component, offer, order, phone, usd

SHELF = catalogue(
    benefit("video"),
    benefit("phone", kind="recharge", account="phone"),
    benefit("mail", kind="recharge", account="email"),
)
PERSONAL = bundle(component("video"), component("phone"), component("mail", recipient={"platform": "post"}))
NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
MAIL = {"type": "email", "value": "lin@example.com"}


def told(document: OrderDocument) -> list[tuple[str, str]]:
    """Each problem's field and sentence, against a bundle with a phone and an e-mail account."""
    return [(p.field, p.message) for p in check_order(document, PERSONAL, SHELF, NOW)]


def test_an_order_that_names_every_account_has_no_problem() -> None:
    assert told(order(recipients={"shared": phone(), "post": MAIL})) == []


def test_an_order_pays_the_price_of_all_its_bundles() -> None:
    accounts = {"shared": phone(), "post": MAIL}
    assert told(order(recipients=accounts, quantity=2)) == [
        (
            "paid",
            "must be 198.00 CNY, the price of 2 x duo; or state the other 99.00 CNY as `discount`",
        )
    ]
    assert told(order(recipients=accounts, quantity=2, paid=cny(19801))) == [
        ("paid", "must be 198.00 CNY, the price of 2 x duo")
    ]
    assert told(order(recipients=accounts, quantity=2, paid=cny(19800))) == []


@pytest.mark.parametrize(
    ("paid", "discount", "problems"),
    [
        (cny(4900), cny(5000), []),
        (cny(0), cny(9900), []),
        (cny(9900), cny(0), []),
        (
            cny(4900),
            cny(1000),
            [
                (
                    "discount",
                    "must be 50.00 CNY: with `paid`, 49.00 CNY, it makes 99.00 CNY, the price of 1 x duo",
                )
            ],
        ),
        (cny(4900), usd(5000), [("discount.currency", "must be the price's currency CNY")]),
        (usd(4900), cny(5000), [("paid.currency", "must be the price's currency CNY")]),
        (cny(10000), cny(-100), [("discount.amount", "must not be negative")]),
        (cny(-100), cny(10000), [("paid.amount", "must not be negative")]),
    ],
)
def test_what_was_paid_and_the_discount_make_the_price(
    paid: Money, discount: Money, problems: list[tuple[str, str]]
) -> None:
    accounts = {"shared": phone(), "post": MAIL}
    assert told(order(recipients=accounts, paid=paid, discount=discount)) == problems


def test_the_right_amount_in_another_currency_is_not_the_price() -> None:
    (problem,) = told(order(recipients={"shared": phone(), "post": MAIL}, paid=usd(9900)))
    assert problem[0] == "paid"
    assert problem[1].startswith("must be 99.00 CNY, ")


def test_an_account_that_a_component_needs_is_missing() -> None:
    assert told(order(recipients={"shared": phone()})) == [
        ("recipients.post", "missing: component mail goes to an email")
    ]
    assert told(order(recipients={"post": MAIL})) == [
        ("recipients.shared", "missing: component phone goes to a phone")
    ]


def test_an_account_has_the_type_that_the_benefit_goes_to() -> None:
    assert told(order(recipients={"shared": phone(), "post": phone()})) == [
        ("recipients.post.type", "component mail goes to an email, not a phone")
    ]


def test_an_account_that_no_component_uses_is_refused() -> None:
    assert told(order(recipients={"shared": phone(), "post": MAIL, "tv": phone()})) == [
        ("recipients.tv", "no component of the bundle uses it; remove it")
    ]


def test_a_bundle_without_accounts_takes_none() -> None:
    problems = check_order(order(recipients={"shared": phone()}), bundle(), SHELF, NOW)
    assert [(p.field, p.message) for p in problems] == [
        ("recipients.shared", "no component of the bundle uses it; remove it")
    ]
    assert check_order(order(), bundle(), SHELF, NOW) == []


def test_all_problems_of_an_order_are_told_at_once() -> None:
    fields = [field for field, _ in told(order(paid=cny(1), recipients={"post": phone(), "tv": phone()}))]
    assert fields == ["paid", "recipients.shared", "recipients.post.type", "recipients.tv"]


def test_no_problem_repeats_an_account() -> None:
    number = "13912345678"
    wrong = order(recipients={"post": phone(number), "tv": phone(number)}, paid=cny(1))
    assert number not in str(told(wrong))


SINGLE = catalogue(benefit(offers=[offer(max_units=1)]))


def told_of_many(quantity: int, contract: Bundle) -> list[tuple[str, str]]:
    """Each problem of an order of so many bundles whose part is sold one at a time."""
    many = order(quantity=quantity, paid=contract.price.times(quantity))
    return [(p.field, p.message) for p in check_order(many, contract, SINGLE, NOW)]


def test_what_is_sold_one_at_a_time_is_ordered_in_any_number_unless_it_must_come_at_once() -> None:
    assert told_of_many(1000, bundle(component())) == []
    whole = bundle(component(reversibility="irreversible"), policy="all_or_nothing")
    assert told_of_many(1, whole) == []
    assert told_of_many(2, whole) == [
        ("quantity", "no supplier sells 2 units of video in one purchase; order fewer")
    ]


def test_an_order_makes_no_more_deliveries_than_one_order_may_have() -> None:
    weekly = bundle(component(release={"every": "P1W", "times": 52}))
    assert told_of_many(38, weekly) == []
    assert told_of_many(39, weekly) == [
        ("quantity", "makes 2028 deliveries, more than 2000; order fewer at once")
    ]


def told_of(contract: Bundle, **changes: Any) -> list[tuple[str, str]]:
    """Each problem's field and sentence, of an order with these changes placed at `NOW`."""
    return [(p.field, p.message) for p in check_order(order(**changes), contract, SHELF, NOW)]


CLAIM = {"within": "P30D", "otherwise": "refund"}


def test_an_account_that_can_be_given_later_may_be_missing_but_not_wrong() -> None:
    later = bundle(component("phone", claim=CLAIM))
    assert told_of(later) == []
    assert told_of(later, recipients={"shared": phone()}) == []
    assert told_of(later, recipients={"shared": MAIL}) == [
        ("recipients.shared.type", "component phone goes to a phone, not an email")
    ]


def test_an_account_that_another_component_needs_at_once_is_not_left_for_later() -> None:
    both = bundle(component("phone", claim=CLAIM), component("phone", id="second"))
    assert told_of(both) == [("recipients.shared", "missing: component second goes to a phone")]


STATING = {"tier": "text", "visits": "number", "birthday": "date"}


def test_an_order_states_what_the_bundle_asks_for() -> None:
    asking = bundle(attributes=STATING)
    assert told_of(asking, attributes={"tier": "gold", "visits": 3, "birthday": "1990-02-28"}) == []
    assert told_of(asking) == [
        ("attributes.tier", "missing: the bundle asks for a text; put it in quotes"),
        ("attributes.visits", "missing: the bundle asks for a whole number, without quotes"),
        ("attributes.birthday", "missing: the bundle asks for a date like 1990-12-31"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("tier", 3, "must be a text; put it in quotes"),
        ("visits", "3", "must be a whole number, without quotes"),
        ("birthday", 19900228, "must be a date like 1990-12-31"),
        ("birthday", "1990-02-29", "must be a date like 1990-12-31"),
        ("birthday", "19900228", "must be a date like 1990-12-31"),
        ("birthday", "1990-2-28", "must be a date like 1990-12-31"),
        ("shoe", 42, "the bundle asks for no such attribute; remove it"),
    ],
)
def test_an_attribute_of_another_type_or_name_is_refused(name: str, value: object, told: str) -> None:
    stated = {"tier": "gold", "visits": 3, "birthday": "1990-02-28"}
    assert told_of(bundle(attributes=STATING), attributes={**stated, name: value}) == [
        (f"attributes.{name}", told)
    ]


def test_no_problem_repeats_an_attribute() -> None:
    assert "1990" not in str(
        told_of(bundle(attributes={"birthday": "number"}), attributes={"birthday": "1990"})
    )


NEWER = "order a version of the bundle that is still sold"


def test_an_order_after_the_last_date_of_a_rule_is_refused() -> None:
    rule = {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=0;BYMINUTE=0;BYSECOND=0;UNTIL=20260331T160000Z"}
    until = bundle(component(release=rule))
    assert told_of(until, placed_at="2026-03-31T16:00:00Z") == []
    assert told_of(until, placed_at="2026-03-31T16:00:01Z") == [
        ("version", f"video has no release after this order; {NEWER}")
    ]


def test_an_order_after_the_deadline_of_a_condition_is_refused() -> None:
    rule = {"when": "confirmed", "by": "2026-04-01 00:00", "otherwise": "refund"}
    assert told_of(bundle(component(release=rule)), placed_at="2026-03-31T15:59:59Z") == []
    assert told_of(bundle(component(release=rule)), placed_at="2026-03-31T16:00:00Z") == [
        ("version", f"the deadline of video, 2026-04-01 00:00:00+08:00, is over; {NEWER}")
    ]
    released = {**rule, "otherwise": "release"}
    assert told_of(bundle(component(release=released)), placed_at="2026-03-31T16:00:00Z") == []


def test_an_order_on_a_day_from_which_a_rule_takes_too_long_is_refused() -> None:
    """No such rule is published any more; from some days one that is may still take longer."""
    monthly = bundle(component(release={"rrule": "FREQ=MONTHLY;COUNT=100"}))
    assert told_of(monthly, placed_at="2028-01-30T15:59:59Z") == []
    assert told_of(monthly, placed_at="2028-01-30T16:00:00Z") == [
        (
            "version",
            "video has a release more than 3660 days after its start on 2028-01-31; "
            "order on another day, or a version that ends sooner",
        )
    ]
    every = bundle(component(release={"every": "P1M", "times": 100}))
    assert told_of(every, placed_at="2028-01-30T16:00:00Z") == []


def test_an_order_whose_rule_comes_true_too_seldom_to_be_searched_for_is_refused() -> None:
    leap = bundle(component(release={"rrule": "FREQ=YEARLY;COUNT=20"}))
    assert told_of(leap, placed_at="2028-02-29T00:00:00Z") == [
        (
            "version",
            "video has a release more than 3660 days after its start on 2028-02-29; "
            "order on another day, or a version that ends sooner",
        )
    ]


LATER = "order a version of the bundle with a later deadline"


def test_an_order_whose_deadline_comes_before_the_release_is_refused_with_both_moments() -> None:
    rule = {"at": "2027-01-01 00:00", "when": "confirmed", "by": "P1D", "otherwise": "refund"}
    both = "2026-12-31 00:00:00+08:00, is no later than its earliest release, 2027-01-01 00:00:00+08:00"
    contract = bundle(component(release=rule))
    assert told_of(contract, placed_at="2026-12-29T16:00:00Z") == [
        ("version", f"the deadline of video, {both}; {LATER}")
    ]
    assert told_of(contract, placed_at="2026-12-31T16:00:00Z") == []


def test_a_day_of_the_year_after_the_deadline_is_told_by_its_attribute_but_not_by_its_date() -> None:
    at = {"attribute": "birthday", "time": "09:00"}
    rule = {"at": at, "when": "confirmed", "by": "2026-05-01 00:00", "otherwise": "refund"}
    contract = bundle(component(release=rule), attributes={"birthday": "date"})
    assert told_of(contract, attributes={"birthday": "1990-05-02"}) == [
        (
            "attributes.birthday",
            "the deadline of video, 2026-05-01 00:00:00+08:00, is no later than its earliest release, "
            f"the day in birthday; {LATER}",
        )
    ]
    assert told_of(contract, attributes={"birthday": "1990-04-30"}) == []


def test_what_an_order_rules_out_by_itself_has_no_deadline_to_miss() -> None:
    rule = {"when": {"all": ["confirmed", "quantity >= 2"]}, "by": "2026-03-01 00:00", "otherwise": "refund"}
    assert told_of(bundle(component(release=rule))) == []
    assert told_of(bundle(component(release=rule)), quantity=2, paid=cny(19800)) == [
        ("version", f"the deadline of video, 2026-03-01 00:00:00+08:00, is over; {NEWER}")
    ]


def test_a_deadline_of_a_need_that_is_over_refuses_the_order() -> None:
    late = component(
        "phone", needs=["video"], claim=CLAIM, release={"by": "2026-03-01 00:00", "otherwise": "refund"}
    )
    assert told_of(bundle(component("video"), late)) == [
        ("version", f"the deadline of phone, 2026-03-01 00:00:00+08:00, is over; {NEWER}")
    ]


def test_an_order_that_makes_too_many_releases_or_deliveries_is_refused() -> None:
    daily = {"rrule": "FREQ=DAILY;UNTIL=20270330T000000Z"}
    assert told_of(bundle(component(release=daily))) == [
        ("version", f"video has more than 366 releases; {NEWER}")
    ]
    many = [component(id=f"c{i}", benefit="video", release={"every": "P1D", "times": 334}) for i in range(6)]
    assert told_of(bundle(*many)) == [("version", f"makes 2004 deliveries, more than 2000; {NEWER}")]
