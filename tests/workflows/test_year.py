"""A year of five components, each with another kind of rule, from the order to its end.

The years lie ahead, so that the server can skip to them; what they are to the calendar is what counts.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from domain.planning.order_events import OrderEventKind
from tests.support.skipping import SkippingWorld
from tests.workflows.plans import BENEFITS, at, dues, happened, of, told

FIRSTS = "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=0;BYSECOND=0;COUNT=12"
LAST_SUNDAYS = "FREQ=MONTHLY;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30;BYSECOND=0;COUNT=12"
FIRST_SUNDAYS = "FREQ=MONTHLY;BYDAY=1SU;BYHOUR=1;BYMINUTE=30;BYSECOND=0;COUNT=12"
MONTHS = ("02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12")


@dataclass(frozen=True)
class Year:
    """An order, and when its releases are due; the gift is released once the first video was activated."""

    zone: str
    placed_at: str
    anchor: str
    rule: str
    birthday: str
    video: list[str]
    coffee: list[str]
    surprise: str
    """Seven days after the order, in elapsed time."""
    cake: str


YEARS = {
    "31 January": Year(
        zone="Asia/Shanghai",
        placed_at="2035-01-31T10:00:00+08:00",
        anchor="2035-01-31 02:00",
        rule=FIRSTS,
        birthday="1990-06-18",
        video=[
            *("2035-01-31 02:00", "2035-02-28 02:00", "2035-03-31 02:00", "2035-04-30 02:00"),
            *("2035-05-31 02:00", "2035-06-30 02:00", "2035-07-31 02:00", "2035-08-31 02:00"),
            *("2035-09-30 02:00", "2035-10-31 02:00", "2035-11-30 02:00", "2035-12-31 02:00"),
        ],
        coffee=[*(f"2035-{month}-01 01:00" for month in MONTHS), "2036-01-01 01:00"],
        surprise="2035-02-07 02:00",
        cake="2035-06-18 01:00",
    ),
    "29 February": Year(
        zone="Asia/Shanghai",
        placed_at="2032-02-29T09:30:00+08:00",
        anchor="2032-02-29 01:30",
        rule=FIRSTS,
        birthday="1992-02-29",
        video=[
            "2032-02-29 01:30",
            *(f"2032-{month}-29 01:30" for month in MONTHS[1:]),
            "2033-01-29 01:30",
        ],
        coffee=[*(f"2032-{month}-01 01:00" for month in MONTHS[1:]), "2033-01-01 01:00", "2033-02-01 01:00"],
        surprise="2032-03-07 01:30",
        cake="2033-02-28 01:00",
    ),
    "clocks change in Berlin": Year(
        zone="Europe/Berlin",
        placed_at="2035-01-25T02:30:00+01:00",
        anchor="2035-01-25 01:30",
        rule=LAST_SUNDAYS,
        birthday="1990-03-25",
        # 02:30 does not exist on 25 March: it is 03:30 then, still 01:30 in UTC.
        video=[
            *("2035-01-25 01:30", "2035-02-25 01:30", "2035-03-25 01:30", "2035-04-25 00:30"),
            *("2035-05-25 00:30", "2035-06-25 00:30", "2035-07-25 00:30", "2035-08-25 00:30"),
            *("2035-09-25 00:30", "2035-10-25 00:30", "2035-11-25 01:30", "2035-12-25 01:30"),
        ],
        # 02:30 comes twice on 28 October: the first one is meant.
        coffee=[
            *("2035-01-28 01:30", "2035-02-25 01:30", "2035-03-25 01:30", "2035-04-29 00:30"),
            *("2035-05-27 00:30", "2035-06-24 00:30", "2035-07-29 00:30", "2035-08-26 00:30"),
            *("2035-09-30 00:30", "2035-10-28 00:30", "2035-11-25 01:30", "2035-12-30 01:30"),
        ],
        surprise="2035-02-01 01:30",
        cake="2035-03-25 07:00",
    ),
    "clocks change in New York": Year(
        zone="America/New_York",
        placed_at="2035-02-11T02:30:00-05:00",
        anchor="2035-02-11 07:30",
        rule=FIRST_SUNDAYS,
        birthday="1990-11-04",
        # 02:30 does not exist on 11 March.
        video=[
            *("2035-02-11 07:30", "2035-03-11 07:30", "2035-04-11 06:30", "2035-05-11 06:30"),
            *("2035-06-11 06:30", "2035-07-11 06:30", "2035-08-11 06:30", "2035-09-11 06:30"),
            *("2035-10-11 06:30", "2035-11-11 07:30", "2035-12-11 07:30", "2036-01-11 07:30"),
        ],
        # 01:30 comes twice on 4 November.
        coffee=[
            *("2035-03-04 06:30", "2035-04-01 05:30", "2035-05-06 05:30", "2035-06-03 05:30"),
            *("2035-07-01 05:30", "2035-08-05 05:30", "2035-09-02 05:30", "2035-10-07 05:30"),
            *("2035-11-04 05:30", "2035-12-02 06:30", "2036-01-06 06:30", "2036-02-03 06:30"),
        ],
        surprise="2035-02-18 07:30",
        cake="2035-11-04 14:00",
    ),
    "half past seven in Shanghai, the day before in UTC": Year(
        zone="Asia/Shanghai",
        placed_at="2035-01-31T23:30:00+00:00",
        anchor="2035-01-31 23:30",
        rule=FIRSTS,
        birthday="1990-02-01",
        # The first of each month in Shanghai.
        video=[
            *("2035-01-31 23:30", "2035-02-28 23:30", "2035-03-31 23:30", "2035-04-30 23:30"),
            *("2035-05-31 23:30", "2035-06-30 23:30", "2035-07-31 23:30", "2035-08-31 23:30"),
            *("2035-09-30 23:30", "2035-10-31 23:30", "2035-11-30 23:30", "2035-12-31 23:30"),
        ],
        coffee=[*(f"2035-{month}-01 01:00" for month in MONTHS), "2036-01-01 01:00"],
        surprise="2035-02-07 23:30",
        cake="2035-02-01 01:00",
    ),
}


@pytest.mark.parametrize("year", YEARS.values(), ids=YEARS)
async def test_every_release_of_a_year_comes_at_its_instant(
    skipping_world: SkippingWorld, year: Year
) -> None:
    bundle = await skipping_world.publish(
        [
            {"id": "video", "benefit": "plan-key", "release": {"every": "P1M", "times": 12}},
            {"id": "coffee", "benefit": "plan-key", "release": {"rrule": year.rule}},
            {
                "id": "gift",
                "benefit": "plan-key",
                "release": {"when": "activated(video)", "by": "P60D", "otherwise": "refund"},
            },
            {"id": "surprise", "benefit": "plan-key", "needs": ["video"], "release": {"after": "P7D"}},
            {
                "id": "cake",
                "benefit": "plan-key",
                "release": {"at": {"attribute": "birthday", "time": "09:00"}},
            },
        ],
        BENEFITS,
        attributes={"birthday": "date"},
        time_zone=year.zone,
    )
    document = skipping_world.order(bundle, placed_at=year.placed_at, attributes={"birthday": year.birthday})
    receipt = await skipping_world.place(document)
    activated_at = at(year.anchor) + timedelta(days=10)
    await skipping_world.pass_to(activated_at)
    await skipping_world.checkout.report(
        receipt.order_id, happened(OrderEventKind.ACTIVATED, "video", 1), actor="video app"
    )
    view = await skipping_world.finish(document)

    assert told(receipt.placed_at) == year.anchor
    assert {each.component: dues(view, each.component) for each in view.deliveries} == {
        "video": year.video,
        "coffee": year.coffee,
        "gift": [year.anchor],
        "surprise": [year.surprise],
        "cake": [year.cake],
    }
    assert [line.due_at for line in receipt.deliveries] == [each.due_at for each in view.deliveries]
    assert (view.state, view.refund, len(skipping_world.sales(view))) == ("completed", None, 27)
    awaited = {each.id: activated_at for each in of(view, "gift")}
    late = [
        each.delivered_at - (awaited.get(each.id) or each.due_at)
        for each in view.deliveries
        if each.delivered_at and each.due_at
    ]
    assert [timedelta(0) <= each < timedelta(minutes=1) for each in late] == [True] * 27
