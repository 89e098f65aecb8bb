"""Which release rules and claims keep a bundle from being published: each problem names field and way out."""

from typing import Any

import pytest

from domain.contract.bundle import Bundle
from domain.validation.bundle import check_bundle
from tests.unit.builders import benefit, bundle, catalogue, cny, component

SHELF = catalogue(
    benefit("video"), benefit("music"), benefit("phone", kind="recharge", account="phone"), benefit("coupon")
)


def told(contract: Bundle) -> list[tuple[str, str]]:
    """Each problem's field and sentence."""
    return [(p.field, p.message) for p in check_bundle(contract, SHELF)]


def rule_told(attributes: dict[str, str] | None = None, **release: Any) -> list[tuple[str, str]]:
    """The problems of a video with this release rule, beside a coupon at the order."""
    parts = [component("video", release=release, share=cny(9000)), component("coupon", share=cny(900))]
    found = told(bundle(*parts, attributes=attributes or {}))
    assert all(field.startswith("components[0].release.") for field, _ in found)
    return [(field.removeprefix("components[0].release."), message) for field, message in found]


def test_a_sound_year_has_no_problem() -> None:
    year = bundle(
        component("video", release={"every": "P1M", "times": 12}),
        component(
            "music",
            release={
                "when": {"all": ["activated(video)", {"not": "redeemed(coupon)"}, 'tier != "basic"']},
                "by": "P60D",
                "otherwise": "refund",
                "rrule": "FREQ=MONTHLY;BYMONTHDAY=1;COUNT=6",
            },
        ),
        component(
            "phone",
            needs=["video"],
            release={"at": {"attribute": "birthday", "time": "09:00"}},
            claim={"within": "P30D", "remind_every": "P7D", "otherwise": "refund"},
        ),
        component("coupon", release={"rrule": "FREQ=WEEKLY;COUNT=52"}),
        attributes={"tier": "text", "birthday": "date"},
    )
    assert told(year) == []


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("FREQ=DAILY", "has no end; add COUNT, such as COUNT=12, or UNTIL"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "has no release at all; correct its parts"),
        ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "has no release at all; correct its parts"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20991231T000000Z",
            "has no release at all; correct its parts",
        ),
        (
            "FREQ=YEARLY;COUNT=12",
            "has a release more than 3660 days after a start on 23 February; give a smaller COUNT",
        ),
        ("FREQ=DAILY;INTERVAL=0;COUNT=1", "INTERVAL=0 is not allowed; use a number from 1 to 9999"),
    ],
)
def test_a_recurrence_rule_has_an_end_and_releases(rule: str, message: str) -> None:
    assert rule_told(rrule=rule) == [("rrule", message)]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "FREQ=MONTHLY;COUNT=100",
            "has a release more than 3660 days after a start on 31 January; "
            "give a smaller COUNT, or write every: P1M, times: 100, which skips no month or year",
        ),
        (
            "FREQ=MONTHLY;INTERVAL=6;COUNT=20",
            "has a release more than 3660 days after a start on 29 February; "
            "give a smaller COUNT, or write every: P6M, times: 20, which skips no month or year",
        ),
        (
            "FREQ=YEARLY;COUNT=10",
            "has a release more than 3660 days after a start on 29 February; "
            "give a smaller COUNT, or write every: P1Y, times: 10, which skips no month or year",
        ),
        (
            "FREQ=MONTHLY;BYHOUR=9;COUNT=100",
            "has a release more than 3660 days after a start on 31 January; give a smaller COUNT",
        ),
        (
            "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=2",
            "has no release for a start on 23 February; correct its parts",
        ),
        (
            "FREQ=YEARLY;BYMONTH=2;COUNT=1",
            "has no release for a start on 30 January; name a day, such as BYMONTHDAY=1",
        ),
        (
            "FREQ=HOURLY;INTERVAL=2;BYHOUR=9;COUNT=1",
            "has no release for a start on 23 February at 00:00; correct its parts",
        ),
        ("FREQ=MONTHLY;COUNT=70", None),
        ("FREQ=MONTHLY;BYMONTHDAY=1;COUNT=120", None),
    ],
)
def test_a_recurrence_rule_can_be_kept_on_whatever_day_it_starts(rule: str, message: str | None) -> None:
    assert rule_told(rrule=rule) == ([("rrule", message)] if message else [])


def test_a_rule_that_starts_on_a_date_can_also_be_kept_by_an_order_after_it() -> None:
    ((field, message),) = rule_told(at="2027-01-01 00:00", rrule="FREQ=MONTHLY;COUNT=100")
    assert field == "rrule"
    assert message.startswith("has a release more than 3660 days after a start on 31 January; ")
    assert rule_told(at="2027-01-01 00:00", rrule="FREQ=MONTHLY;COUNT=70") == []


def test_a_recurrence_rule_from_a_date_on_ends_after_it() -> None:
    assert rule_told(at="2027-01-01 00:00", rrule="FREQ=DAILY;UNTIL=20261231T155959Z") == [
        ("rrule", "has no release at all; correct its parts")
    ]
    assert rule_told(at="2027-01-01 00:00", rrule="FREQ=DAILY;UNTIL=20261231T160000Z") == []
    assert rule_told(at="2027-01-01 00:00", rrule="FREQ=DAILY;UNTIL=20280201T160000Z") == [
        ("rrule", "has more than 366 releases; give an earlier UNTIL")
    ]


def test_a_schedule_that_starts_with_a_condition_has_a_count() -> None:
    waiting: dict[str, Any] = {"when": "activated(coupon)", "by": "P30D", "otherwise": "refund"}
    assert rule_told(rrule="FREQ=DAILY;UNTIL=20280201T160000Z", **waiting) == [
        (
            "rrule",
            "must end by COUNT, not UNTIL: how many releases there are is known before the condition holds, "
            "since each has its part of the price",
        )
    ]
    assert rule_told(rrule="FREQ=DAILY;COUNT=5", **waiting) == []


def test_a_rule_of_which_nobody_knows_how_many_releases_it_has_is_given_its_share() -> None:
    until = {"rrule": "FREQ=WEEKLY;UNTIL=20271231T160000Z"}
    assert told(bundle(component("video"), component("coupon", release=until))) == [
        (
            "components[1].share",
            "missing: with UNTIL the number of releases depends on the order, so that what they sell for on "
            "their own does not tell their part of the price; give every component a share, or write COUNT",
        )
    ]
    assert told(bundle(component("coupon", release=until, share=cny(9900)))) == []


def test_a_rule_that_is_wrong_is_told_before_the_share_that_it_would_need() -> None:
    wrong = bundle(component("coupon", release={"rrule": "FREQ=WEEKLY;UNTIL=2027"}))
    assert told(wrong) == [
        (
            "components[0].release.rrule",
            "UNTIL=2027 is no moment in UTC; write it like UNTIL=20271231T160000Z",
        )
    ]


def test_a_schedule_lasts_ten_years_at_most() -> None:
    assert rule_told(every="P1Y", times=11) == []
    assert rule_told(every="P1Y", times=12) == [
        ("times", "the last one is more than 3660 days after the first; give fewer")
    ]


def test_a_yearly_day_is_a_date_of_the_order() -> None:
    at = {"attribute": "birthday", "time": "09:00"}
    assert rule_told(at=at) == [
        ("at.attribute", "the bundle has no such attribute; declare it under `attributes`: {birthday: date}")
    ]
    assert rule_told({"birthday": "text"}, at=at) == [
        ("at.attribute", "birthday is a text; declare it under `attributes`: {birthday: date}")
    ]
    assert rule_told({"birthday": "date"}, at=at) == []


OWN = [("by", "must be later than the earliest release; give a later deadline")]


@pytest.mark.parametrize(
    ("release", "problems"),
    [
        ({"after": "P30D", "by": "P29D"}, OWN),
        ({"after": "P30D", "by": "P30D"}, OWN),
        ({"after": "P30D", "by": "P31D"}, []),
        ({"by": "P0D"}, OWN),
        ({"at": "2027-01-01 09:00", "by": "2027-01-01T09:00:00+08:00"}, OWN),
        ({"at": "2027-01-01 09:00", "by": "2027-01-01 09:01"}, []),
        ({"at": "2027-01-01 09:00", "by": "P1D"}, []),
        ({"after": "P30D", "by": "2027-01-01 09:01"}, []),
    ],
)
def test_a_deadline_is_later_than_the_earliest_release(
    release: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    assert rule_told(when="confirmed", otherwise="refund", **release) == problems


def test_a_deadline_of_a_yearly_day_is_a_year_away_unless_it_releases() -> None:
    birthday = {"at": {"attribute": "birthday", "time": "09:00"}, "when": "confirmed"}
    stated = {"birthday": "date"}
    assert rule_told(stated, **birthday, by="P366D", otherwise="refund") == [
        (
            "by",
            "must be P367D or longer: the day of the year may be that far away, and an order whose deadline "
            "is no later is refused",
        )
    ]
    assert rule_told(stated, **birthday, by="P367D", otherwise="refund") == []
    assert rule_told(stated, **birthday, by="P60D", otherwise="release") == []
    assert rule_told(stated, **birthday, by="2027-01-01 00:00", otherwise="refund") == []


def late(*names: str) -> list[tuple[str, str]]:
    text = f"must be later than what it waits for ({', '.join(names)}) can come; give a later deadline"
    return [("components[0].release.by", text)]


@pytest.mark.parametrize(
    ("when", "by", "problems"),
    [
        ("delivered(music)", "P30D", late("music")),
        ("delivered(music)", "P31D", []),
        ("activated(music)", "P30D", late("music")),
        ({"all": ["confirmed", {"not": "redeemed(music)"}]}, "P30D", []),
        ({"all": ["delivered(coupon)", "delivered(music)"]}, "P30D", late("music")),
        ({"any": ["delivered(coupon)", "delivered(music)"]}, "P30D", []),
        ("delivered(phone, 3)", "P55D", late("phone")),
        ("delivered(phone, 3)", "P56D", []),
        ("delivered(dated)", "2027-01-01 09:00", late("dated")),
        ("delivered(dated)", "2027-01-01 09:01", []),
        ("delivered(dated)", "P1D", []),
        ("delivered(after_music)", "P30D", late("after_music")),
        ({"all": ["confirmed", "quantity > 1"]}, "P1D", []),
    ],
)
def test_a_deadline_is_later_than_what_the_condition_waits_for(
    when: Any, by: str, problems: list[tuple[str, str]]
) -> None:
    waiting = component("video", release={"when": when, "by": by, "otherwise": "refund"})
    others = [
        component("coupon"),
        component("music", release={"after": "P30D"}),
        component("phone", release={"every": "P1M", "times": 3}),
        component("dated", benefit="coupon", release={"at": "2027-01-01T01:00:00Z"}),
        component("after_music", benefit="coupon", needs=["music"]),
    ]
    assert told(bundle(waiting, *others)) == problems


def test_a_need_may_be_released_later_unless_the_deadline_passes() -> None:
    later = component("music", release={"after": "P30D"})
    assert told(bundle(component("video", needs=["music"]), later)) == []
    hurried = component("video", needs=["music"], release={"by": "P30D", "otherwise": "refund"})
    assert told(bundle(hurried, later)) == late("music")


def test_a_deadline_is_of_something_that_is_waited_for() -> None:
    assert rule_told(by="P30D", otherwise="refund") == [
        ("by", "nothing is waited for; give `when` or `needs`, or remove it")
    ]
    needy = component("video", needs=["coupon"], release={"by": "P30D", "otherwise": "release"})
    assert told(bundle(needy, component("coupon"))) == [
        (
            "components[0].release.otherwise",
            "what is needed must come first in any case: write refund, or write the need as a condition, "
            'such as when: "delivered(coupon)"',
        )
    ]


def test_a_claim_is_of_a_component_that_goes_to_an_account() -> None:
    claim = {"within": "P30D", "otherwise": "refund"}
    assert told(bundle(component("video", claim=claim))) == [
        ("components[0].claim", "benefit video needs no account; remove the claim rule")
    ]
    assert told(bundle(component("phone", claim=claim))) == []


@pytest.mark.parametrize(
    ("claim", "problems"),
    [
        ({"within": "PT0S"}, [("within", "must be longer than nothing, such as P30D")]),
        (
            {"within": "P30D", "remind_every": "PT0S"},
            [("remind_every", "must be longer than nothing and shorter than `within`")],
        ),
        (
            {"within": "P30D", "remind_every": "P30D"},
            [("remind_every", "must be longer than nothing and shorter than `within`")],
        ),
        ({"within": "P30D", "remind_every": "P29D"}, []),
    ],
)
def test_a_claim_leaves_time_and_reminds_within_it(
    claim: dict[str, str], problems: list[tuple[str, str]]
) -> None:
    found = told(bundle(component("phone", claim={**claim, "otherwise": "forfeit"})))
    assert found == [(f"components[0].claim.{field}", message) for field, message in problems]


def test_one_order_makes_a_bounded_number_of_deliveries() -> None:
    parts = [component(id=f"c{i}", benefit="video", release={"every": "P1D", "times": 334}) for i in range(6)]
    assert told(bundle(*parts)) == [
        ("components", "one order would make 2004 deliveries, more than 2000; give fewer releases")
    ]
    assert told(bundle(*parts[:5])) == []


def test_fifty_components_that_each_wait_for_all_before_them_are_checked_at_once() -> None:
    parts = [component("coupon")]
    for i in range(49):
        needs = [part.id for part in parts]
        release = {"after": "P1D", "by": "P2D", "otherwise": "refund"}
        parts.append(component(id=f"c{i}", benefit="video", needs=needs, release=release))
    assert told(bundle(*parts)) == []
