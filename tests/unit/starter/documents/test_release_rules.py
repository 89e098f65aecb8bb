"""What is wrong in a release rule is told by the line and field of the rule."""

import pytest

from domain.contract.bundle import Bundle
from tests.unit.starter.documents.samples import BUNDLE, Write, told_of

WHEN = "there is no redeem; use delivered(x), activated(x), redeemed(x), confirmed, or a comparison such as "


NO_MAPPING = (
    "must be delivered(x), activated(x), redeemed(x), confirmed, or a comparison such as quantity >= 2; "
    "or a mapping with one of all, any and not"
)


@pytest.mark.parametrize(
    ("release", "told"),
    [
        ("{}", ": says nothing: write at_order, or give after, at, every, rrule or when"),
        ("{after: P3D, at: 2027-01-01 09:00}", ".at: give after or at, not both"),
        ("{every: P1M, times: 2, rrule: FREQ=DAILY;COUNT=2}", ".rrule: give every or rrule, not both"),
        (
            "{every: P1M}",
            ".times: missing: `every` needs an end, so say how many times, such as times: 12",
        ),
        ("{every: P1M, times: 367}", ".times: must be less than or equal to 366"),
        ("{times: 3}", ".times: only `every` has times; a rrule says COUNT in itself"),
        (
            "{every: P1MT1H, times: 3}",
            ".every: must be a period of calendar steps like P1M or P2W, or of elapsed time like PT12H",
        ),
        ("{every: P0D, times: 3}", ".every: must be longer than nothing, such as P1M or PT12H"),
        (
            "{at: tomorrow}",
            ".at: must be a time like 2027-01-01T09:00:00+08:00, or 2027-02-14 09:00 in the bundle's zone",
        ),
        ("{at: 2027-02-29 09:00}", ".at: there is no such day or time; correct it"),
        ("5", ": must be 'at_order', or a mapping such as {every: P1M, times: 12}"),
        (
            "{at: {attribute: birthday}}",
            '.at.time: missing: write it, such as time: "09:00"',
        ),
        (
            "{at: {attribute: birthday, time: 9am}}",
            '.at.time: must be a time of day in quotes, such as "09:00"',
        ),
        (
            "{when: confirmed, otherwise: refund}",
            ".by: missing: a release that waits needs a deadline, such as by: P60D",
        ),
        (
            "{when: confirmed, by: P60D}",
            ".otherwise: missing: say what happens at the deadline, otherwise: release or otherwise: refund",
        ),
        (
            "{when: confirmed, by: P60, otherwise: refund}",
            ".by: must be an ISO 8601 duration, such as P3D or PT30M",
        ),
        ("{otherwise: refund}", ".otherwise: there is no deadline for it to follow; give `by`, or remove it"),
        ("{when: redeem(x), by: P60D, otherwise: refund}", f".when: {WHEN}quantity >= 2"),
        (
            "{when: {all: [confirmed, {neither: x}]}, by: P6D, otherwise: refund}",
            f".when.all[1]: {NO_MAPPING}",
        ),
        ("{when: {not: {any: []}}, by: P6D, otherwise: refund}", ".when.not.any: must not be empty"),
        ("{when: true, by: P6D, otherwise: refund}", ".when: true and false are no conditions; remove them"),
    ],
)
def test_what_is_wrong_in_a_release_rule_is_told_by_line_and_field(
    write: Write, release: str, told: str
) -> None:
    text = BUNDLE.replace("\n      after: P3D", f" {release}")
    assert told_of(write("b.yaml", text), Bundle) == [f":11: components[1].release{told}"]


@pytest.mark.parametrize("levels", [60, 200, 400])
def test_a_condition_that_is_far_too_deep_is_told_by_its_field(write: Write, levels: int) -> None:
    condition = "{not: " * levels + "confirmed" + "}" * levels
    text = BUNDLE.replace("after: P3D", f"when: {condition}")
    assert told_of(write("b.yaml", text), Bundle) == [
        ":12: components[1].release.when: is more than 50 levels deep; write it flatter"
    ]


def test_a_condition_over_several_lines_is_told_by_its_own_line(write: Write) -> None:
    condition = "when:\n        all:\n          - confirmed\n          - redeem(x)\n"
    rule = f"{condition}      by: P6D\n      otherwise: refund"
    assert told_of(write("b.yaml", BUNDLE.replace("after: P3D", rule)), Bundle) == [
        f":15: components[1].release.when.all[1]: {WHEN}quantity >= 2"
    ]
