"""Where a problem stands, written as a person writes it."""

import pytest

from domain.validation.problems import Location, Problem


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ((), "(document)"),
        (("price",), "price"),
        (("price", "amount"), "price.amount"),
        (("components", 2, "share"), "components[2].share"),
        (("components", 0), "components[0]"),
        ((3,), "[3]"),
        ((3, "id"), "[3].id"),
        (("a", 0, 1, "b"), "a[0][1].b"),
        (("limits", "per_benefit", "phone-30"), "limits.per_benefit.phone-30"),
    ],
)
def test_a_location_reads_like_a_path(where: Location, field: str) -> None:
    assert Problem(where, "wrong").field == field
