"""Durations are weeks to seconds of ISO 8601, as written; what is published keeps the form it has."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.contract.bundle import Bundle
from domain.contract.durations import STORED
from domain.contract.release import AccountClaim
from storage.standing.accounts import claim_of
from storage.tables import Delivery
from tests.unit.builders import bundle, component

EXAMPLE = "must be an ISO 8601 duration, such as P3D or PT30M"
CALENDAR = (
    "must not have years or months, which differ in length: write days, such as P30D or P365D; "
    "steps of the calendar are for `every`"
)
BOUNDS = "must be between PT0S and P3660D; use an ISO 8601 duration like P3D or PT30M"


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P3D", timedelta(days=3)),
        ("P2W", timedelta(weeks=2)),
        ("P1W2DT3H4M5S", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("PT90M", timedelta(minutes=90)),
        ("PT0S", timedelta(0)),
        ("P3660D", timedelta(days=3660)),
    ],
)
def test_a_duration_is_weeks_days_hours_minutes_and_seconds(text: str, duration: timedelta) -> None:
    assert bundle(hold_for=text).hold_for == duration


def told(**fields: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        bundle(**fields)
    return [str(error["ctx"]["error"]) for error in refused.value.errors()]


@pytest.mark.parametrize("text", ["P1M", "P1Y", "P1Y35D", "P2W1M", "P1MT1H"])
def test_years_and_months_are_no_duration(text: str) -> None:
    assert told(hold_for=text) == [CALENDAR]


@pytest.mark.parametrize(
    "text",
    [
        "3 days",
        "01:30",
        "P",
        "PT",
        "P3DT",
        "P1.5D",
        "PT1,5H",
        "P3H",
        "p3d",
        "+P3D",
        "-P3D",
        "P٣D",
        "",
        3,
        3.5,
    ],
)
def test_nothing_else_is_a_duration(text: object) -> None:
    assert told(hold_for=text) == [EXAMPLE]


@pytest.mark.parametrize("text", ["P3661D", "PT316224001S", "P999999999W"])
def test_a_duration_is_at_most_ten_years(text: str) -> None:
    assert told(hold_for=text) == [BOUNDS]


@pytest.mark.parametrize(
    "place",
    [
        {"release": {"after": "P1M"}},
        {"release": {"when": "confirmed", "by": "P1M", "otherwise": "refund"}},
        {"claim": {"within": "P1M", "otherwise": "refund"}},
        {"claim": {"within": "P30D", "remind_every": "P1M", "otherwise": "refund"}},
    ],
)
def test_a_duration_is_the_same_wherever_it_stands(place: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="must not have years or months"):
        component(**place)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("P364D", "P364D"),
        ("P365D", "P1Y"),
        ("P400D", "P1Y35D"),
        ("P3660D", "P10Y10D"),
        ("P2W", "P14D"),
        ("PT90M", "PT1H30M"),
    ],
)
def test_what_is_published_keeps_its_form_and_is_read_back(text: str, stored: str) -> None:
    """pydantic writes 365 days as a year; a digest is of that, and was before."""
    waits = {"when": "confirmed", "by": text, "otherwise": "refund"}
    claim = {"within": text, "otherwise": "refund"}
    contract = bundle(
        component(release=waits, claim=claim), component(release={"after": text}), hold_for=text
    )
    document = contract.model_dump(mode="json")
    assert document["hold_for"] == stored
    assert document["components"][0]["release"]["by"] == stored
    assert document["components"][0]["claim"]["within"] == stored
    assert document["components"][1]["release"]["after"] == stored
    assert Bundle.model_validate(document, context=STORED) == contract


def test_the_claim_of_a_delivery_is_read_as_it_was_stored() -> None:
    stored = {"within": "P1Y", "remind_every": "P30D", "otherwise": "forfeit", "account": "phone"}
    claim = AccountClaim.model_validate({"within": "P365D", "remind_every": "P30D", "otherwise": "forfeit"})
    assert claim_of(Delivery(claim=stored)) == claim
