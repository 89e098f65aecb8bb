"""What an order of one moment could not use of a bundle's dates."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.validation.dates import check_dates
from tests.unit.builders import bundle, cny, component

NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
OVER = "video has no release after this order"
MANY = "video has more than 366 releases"
LONG = "video has a release more than 3660 days after its start on 2026-03-29"


def told(release: dict[str, Any]) -> list[tuple[str, str]]:
    """Each field below the component's release, and why an order placed now could not use it."""
    one = bundle(component("video", release=release, share=cny(9900)))
    return [(str(found.where[-1]), found.what) for found in check_dates(one, NOW, {})]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("FREQ=DAILY;UNTIL=20260328T222959Z", OVER),
        ("FREQ=DAILY;UNTIL=20270329T223000Z", MANY),
        ("FREQ=YEARLY;UNTIL=20370328T223000Z", LONG),
    ],
)
def test_a_rule_that_ends_too_early_or_too_late_is_told(rule: str, what: str) -> None:
    assert told({"rrule": rule}) == [("rrule", what)]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;UNTIL=20260329T223000Z",
        "FREQ=DAILY;UNTIL=20270328T223000Z",
        "FREQ=YEARLY;UNTIL=20370328T222959Z",
        "FREQ=DAILY;COUNT=2",
    ],
)
def test_a_rule_that_ends_in_time_is_not(rule: str) -> None:
    assert told({"rrule": rule}) == []
