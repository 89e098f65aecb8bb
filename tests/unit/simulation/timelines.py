"""Timelines of small orders, in lines that a test can compare."""

from datetime import UTC, datetime

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.simulation.release import TimelineRelease
from domain.simulation.timeline import Timeline, timeline
from domain.validation.bundle import check_bundle
from tests.unit.builders import benefit, catalogue, offer, order

ANCHOR = datetime(2027, 1, 31, 2, 0, tzinfo=UTC)
SHELF = catalogue(
    benefit("video"),
    benefit("music"),
    benefit("coupon"),
    benefit("phone", kind="recharge", account="phone"),
    benefit("credit", offers=[offer(max_units=1)]),
)


def of(contract: Bundle, document: OrderDocument | None = None) -> Timeline:
    """The timeline of a valid contract, ordered at `ANCHOR`."""
    assert check_bundle(contract, SHELF) == []
    return timeline(contract, SHELF, document or order(), ANCHOR)


def named(release: TimelineRelease) -> str:
    """A release; with ! if it is given up, with !! if it is never released whatever happens."""
    return f"{release.component}{'!' * (release.given_up + release.never)}#{release.number}"


def lines(found: Timeline) -> list[tuple[str, str, int, int]]:
    """Each moment: when, what ends as hoped, and the refund before and after it in fen."""
    return [
        (
            f"{moment.at:%Y-%m-%d}",
            " ".join(map(named, moment.releases)),
            moment.refund_before.amount,
            moment.refund_after.amount,
        )
        for moment in found.moments
    ]


def if_nothing_happens(found: Timeline) -> list[tuple[str, str, int, int]]:
    """The same if nothing happens."""
    return [
        (
            f"{moment.at:%Y-%m-%d}",
            " ".join(map(named, moment.if_nothing_happens.releases)),
            moment.if_nothing_happens.refund_before.amount,
            moment.if_nothing_happens.refund_after.amount,
        )
        for moment in found.moments
    ]
