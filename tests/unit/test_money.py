"""Money is divided exactly: nothing is lost, nothing is invented, and always the same way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.money import Money, allocate
from tests.unit.builders import cny

TOTALS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


def test_what_divides_evenly_is_divided_evenly() -> None:
    assert allocate(9900, [1, 2]) == [3300, 6600]


def test_the_largest_remainder_gets_the_odd_cent_wherever_it_stands() -> None:
    assert allocate(10, [1, 2]) == [3, 7]
    assert allocate(10, [2, 1]) == [7, 3]


def test_remainders_that_tie_go_to_the_earlier_parts() -> None:
    assert allocate(1, [1, 1]) == [1, 0]
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(2, [5, 5, 5, 5]) == [1, 1, 0, 0]


def test_a_part_without_weight_gets_nothing() -> None:
    assert allocate(101, [0, 1, 0, 1]) == [0, 51, 0, 50]


def test_nothing_is_divided_into_nothing() -> None:
    assert allocate(0, [3, 4]) == [0, 0]


def test_a_single_part_gets_all() -> None:
    assert allocate(9900, [7]) == [9900]


def test_a_negative_total_is_divided_exactly_too() -> None:
    assert allocate(-100, [1, 1, 1]) == [-33, -33, -34]
    assert allocate(-10, [1, 2]) == [-3, -7]


def test_amounts_beyond_what_a_float_can_hold_stay_exact() -> None:
    assert allocate(10**30 + 1, [1, 1]) == [5 * 10**29 + 1, 5 * 10**29]
    assert allocate(3, [10**40, 2 * 10**40]) == [1, 2]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [2, -1], [-1], [3, -3]])
def test_weights_that_divide_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^weights must be non-negative and sum to more than zero$"):
        allocate(100, weights)


@given(TOTALS, WEIGHTS)
def test_the_parts_sum_to_the_total(total: int, weights: list[int]) -> None:
    assert sum(allocate(total, weights)) == total


@given(TOTALS, WEIGHTS)
def test_each_part_is_less_than_one_minor_unit_from_its_proportion(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    for part, weight in zip(allocate(total, weights), weights, strict=True):
        assert abs(part * whole - total * weight) < whole


@given(TOTALS, WEIGHTS, st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_counts(total: int, weights: list[int], factor: int) -> None:
    assert allocate(total, [weight * factor for weight in weights]) == allocate(total, weights)


@given(TOTALS, st.integers(1, 20))
def test_among_equal_weights_no_later_part_gets_more(total: int, count: int) -> None:
    parts = allocate(total, [7] * count)
    assert parts == sorted(parts, reverse=True)


def test_money_times_a_quantity_keeps_its_currency() -> None:
    assert Money(amount=1990, currency="USD").times(3) == Money(amount=5970, currency="USD")


@pytest.mark.parametrize(
    ("amount", "text"),
    [(9900, "99.00 CNY"), (7, "0.07 CNY"), (0, "0.00 CNY"), (-5, "-0.05 CNY"), (-12345, "-123.45 CNY")],
)
def test_money_is_written_with_two_decimals_and_its_currency(amount: int, text: str) -> None:
    assert str(cny(amount)) == text


@pytest.mark.parametrize(("currency", "text"), [("JPY", "1500 JPY"), ("KWD", "1.500 KWD")])
def test_money_is_written_with_the_decimals_that_its_currency_has(currency: str, text: str) -> None:
    assert str(Money(amount=1500, currency=currency)) == text


@pytest.mark.parametrize("amount", ["100", 1.0, 99.5, None, True])
def test_an_amount_is_an_integer_and_nothing_like_one(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "CNY"})


@pytest.mark.parametrize("currency", ["cny", "CN", "CNYX", "¥", "CNY\n", ""])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": 100, "currency": currency})
