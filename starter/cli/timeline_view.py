"""A simulated order as a table and as JSON."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.contract import Bundle, Reversibility
from domain.timeline import Timeline, TimelineMoment, TimelineRelease
from starter.cli.output import print_table

_COLUMNS = ("at", "component", "what", "share>", "waits for", "refund before>", "after>", "can be taken back")


def print_timeline(found: Timeline, bundle: Bundle) -> None:
    """One line per release; what a whole moment is worth stands on its first and its last line."""
    rows = [row for moment in found.moments for row in _rows(moment, bundle.zone)]
    print_table(f"{bundle.id} version {bundle.version} x{found.quantity} for {found.price}", _COLUMNS, rows)
    print(
        f"Ordered {_local(found.ordered_at, bundle.zone)}. Refunds are what is paid back if all that is left "
        "is cancelled just before that moment, or after it. Conditions are shown at their deadline."
    )


def _rows(moment: TimelineMoment, zone: ZoneInfo) -> Iterator[tuple[object, ...]]:
    for number, release in enumerate(moment.releases):
        is_first, is_last = number == 0, number == len(moment.releases) - 1
        yield (
            _local(moment.at, zone) if is_first else None,
            f"{release.component} {release.release}/{release.of}",
            release.title if release.units == 1 else f"{release.units} x {release.title}",
            release.share,
            _waiting(release, zone),
            moment.refund_before if is_first else None,
            moment.refund_after if is_last else None,
            _undoable(moment) if is_last else None,
        )


def _waiting(release: TimelineRelease, zone: ZoneInfo) -> str:
    """What a component waits for is said once, beside its first release."""
    parts = []
    if release.given_up:
        parts.append("never released: refunded")
    if release.ruled_out and release.release == 1:
        parts.append(release.ruled_out if release.given_up else f"all the same, though {release.ruled_out}")
    if release.waits_for and release.release == 1:
        parts.append(release.waits_for)
    if release.by is not None and release.release == 1:
        parts.append(f"by {_local(release.by, zone)}, else {release.otherwise}")
    if release.claim is not None and release.release == 1:
        days = release.claim.within.total_seconds() / 86400
        parts.append(f"the account, within {days:g} days, else {release.claim.otherwise}")
    return "; ".join(parts)


def _undoable(moment: TimelineMoment) -> str:
    words = [
        f"{each.component} x{each.releases}"
        + (" until revealed" if each.reversibility is Reversibility.UNTIL_REVEALED else "")
        for each in moment.undoable
    ]
    return ", ".join(words) + (" (by the policy)" if words and moment.policy_undoes else "")


def _local(moment: datetime, zone: ZoneInfo, between: str = " ") -> str:
    return moment.astimezone(zone).isoformat(between, "seconds")


def timeline_json(found: Timeline, bundle: Bundle) -> dict[str, Any]:
    """The same for programs; times have the offset of the bundle's zone."""
    document: dict[str, Any] = found.model_dump(mode="json")
    document["ordered_at"] = _local(found.ordered_at, bundle.zone, "T")
    for shown, moment in zip(document["moments"], found.moments, strict=True):
        shown["at"] = _local(moment.at, bundle.zone, "T")
        for line, release in zip(shown["releases"], moment.releases, strict=True):
            line["by"] = _local(release.by, bundle.zone, "T") if release.by else None
    return {"bundle": bundle.id, "version": bundle.version, "time_zone": bundle.time_zone, **document}
