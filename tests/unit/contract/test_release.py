"""Release rules are stored as they were written, so that what is published keeps its digest."""

from typing import Any

import pytest

from domain.contract.bundle import Bundle
from domain.contract.release import Release
from tests.unit.builders import bundle, component

RULES: list[Any] = [
    "at_order",
    {"after": "P3D"},
    {"at": "2027-01-01T09:00:00+08:00"},
    {"at": "2027-02-14T09:00:00"},
    {"at": {"attribute": "birthday", "time": "09:00"}},
    {"every": "P1M", "times": 12},
    {"after": "P30D", "every": "P1M", "times": 11},
    {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1;COUNT=12"},
    {"when": "activated(video)", "by": "P60D", "otherwise": "refund"},
    {
        "when": {"all": ["delivered(video)", {"not": "redeemed(coupon)"}, "quantity >= 2"]},
        "by": "2027-01-01T09:00:00+08:00",
        "otherwise": "release",
    },
]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_rule_is_stored_as_it_was_written_and_loads_again(rule: Any) -> None:
    contract = bundle(component(release=rule))
    stored = contract.model_dump(mode="json")
    assert stored["components"][0]["release"] == rule
    assert Bundle.model_validate(stored) == contract
    assert Bundle.model_validate_json(contract.model_dump_json(), strict=True) == contract


def test_what_a_contract_does_not_use_is_not_stored() -> None:
    stored = bundle().model_dump(mode="json")
    assert "attributes" not in stored
    assert not {"needs", "claim"} & set(stored["components"][0])


def test_what_a_contract_uses_is_stored() -> None:
    claim = {"within": "P30D", "remind_every": "P7D", "otherwise": "forfeit"}
    contract = bundle(component(needs=["phone"], claim=claim), attributes={"tier": "text"})
    stored = contract.model_dump(mode="json")
    assert stored["attributes"] == {"tier": "text"}
    assert stored["components"][0]["needs"] == ["phone"]
    assert stored["components"][0]["claim"] == claim
    assert Bundle.model_validate(stored) == contract


@pytest.mark.parametrize(
    ("rule", "count", "recurs", "starts_schedule"),
    [
        ({"after": "P3D"}, 1, False, False),
        ({"every": "P1M", "times": 12}, 12, True, False),
        ({"rrule": "FREQ=DAILY;COUNT=5"}, 5, True, False),
        ({"rrule": "FREQ=DAILY;UNTIL=20270101T000000Z"}, None, True, False),
        ({"when": "confirmed", "by": "P3D", "otherwise": "refund"}, 1, False, False),
        (
            {"when": "confirmed", "by": "P3D", "otherwise": "refund", "every": "P1M", "times": 2},
            2,
            True,
            True,
        ),
    ],
)
def test_how_many_releases_there_are(
    rule: Any, count: int | None, recurs: bool, starts_schedule: bool
) -> None:
    release = Release.model_validate(rule)
    assert (release.count, release.recurs, release.starts_schedule) == (count, recurs, starts_schedule)
