"""A simulated order as a table and as JSON."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from domain.contract.bundle import Bundle, Reversibility
from domain.money import Money
from domain.simulation.endings import Because
from domain.simulation.release import TimelineRelease
from domain.simulation.timeline import Figures, Timeline, TimelineMoment
from starter.cli.output import print_table

_COLUMNS = ("at", "component", "what", "share>", "waits for", "refund before>", "after>")
_IF_NOTHING, _UNDOABLE = "if nothing\nhappens>", "can be taken back"
_Row = tuple[object, ...]


def print_timeline(found: Timeline, bundle: Bundle) -> None:
    """One line per release; what a whole moment is worth stands on its first and its last line."""
    others = [_only_if_nothing_happens(moment) for moment in found.moments]
    depends = any(others)
    rows = [
        row
        for moment, other in zip(found.moments, others, strict=True)
        for row in _rows(moment, other, bundle.zone, depends)
    ]
    columns = (*_COLUMNS, *([_IF_NOTHING] if depends else []), _UNDOABLE)
    print_table(f"{bundle.id} version {bundle.version} x{found.quantity} for {found.price}", columns, rows)
    print(
        f"Ordered {_local(found.ordered_at, bundle.zone)}. Refunds are what is paid back in all if all that "
        "is left is cancelled just before that moment, or after it. Everything is supposed to be delivered "
        f"when it is due.{_DEPENDS if depends else ''}"
    )


_DEPENDS = (
    " What is waited for is supposed to happen as soon as it can; `if nothing happens` is the refund after "
    "that moment if nothing is reported and nobody gives an account."
)


def _only_if_nothing_happens(moment: TimelineMoment) -> list[TimelineRelease]:
    """What ends like this at this moment only if nothing happens."""
    same = {(each.component, each.release, each.fate) for each in moment.releases}
    releases = moment.if_nothing_happens.releases
    return [each for each in releases if (each.component, each.release, each.fate) not in same]


def _rows(
    moment: TimelineMoment, others: Sequence[TimelineRelease], zone: ZoneInfo, depends: bool
) -> Iterator[_Row]:
    lines = [_line(each, _waiting(each, zone)) for each in moment.releases]
    lines += [_line_of_several(list(alike)) for _, alike in groupby(others, _alike)]
    for number, line in enumerate(lines):
        is_first, is_last = number == 0, number == len(lines) - 1
        nothing = [moment.if_nothing_happens.refund_after if is_last else None] if depends else []
        yield (
            _local(moment.at, zone) if is_first else None,
            *line,
            moment.refund_before if is_first else None,
            moment.refund_after if is_last else None,
            *nothing,
            _undoable(moment) if is_last else None,
        )


def _alike(release: TimelineRelease) -> tuple[object, ...]:
    return release.component, release.fate, release.because


def _line(release: TimelineRelease, waiting: str) -> _Row:
    number = f"{release.component} {release.release}/{release.of}"
    title = release.title if release.units == 1 else f"{release.units} x {release.title}"
    return number, title, release.share, waiting


def _line_of_several(releases: Sequence[TimelineRelease]) -> _Row:
    """Releases of one component that end alike at one moment, if nothing happens."""
    first = releases[0]
    number, title, _, _ = _line(first, "")
    if len(releases) > 1:
        number = f"{first.component} {first.release}-{releases[-1].release}/{first.of}"
    share = Money(amount=sum(each.share.amount for each in releases), currency=first.share.currency)
    if first.because is Because.NO_ACCOUNT:
        waiting = f"if nobody gives the account: {first.fate}"
    else:
        waiting = f"if nothing happens: {first.fate}{_by_the_policy(first)}"
    return number, title, share, waiting


def _waiting(release: TimelineRelease, zone: ZoneInfo) -> str:
    """What a component waits for is said once, beside its first release."""
    parts = []
    if release.never:
        parts.append(f"never released: {release.fate}{_by_the_policy(release)}")
    elif release.given_up:
        parts.append(f"{release.fate}, as it goes here{_by_the_policy(release)}")
    if release.release == 1:
        parts += filter(None, (_ruled_out(release), _condition(release, zone), _claim(release, zone)))
    return "; ".join(parts)


def _by_the_policy(release: TimelineRelease) -> str:
    return ", since the policy undoes the order" if release.because is Because.POLICY else ""


def _ruled_out(release: TimelineRelease) -> str:
    if not release.ruled_out or release.given_up:
        return release.ruled_out
    return f"all the same, though {release.ruled_out}"


def _condition(release: TimelineRelease, zone: ZoneInfo) -> str:
    by = f" by {_local(release.by, zone)}" if release.by else ""
    if release.given_up and release.waits_for:
        needs = f"{release.waits_for}{by}"
        return f"needs {needs}, which cannot be" if release.never else f"released if {needs}"
    if release.otherwise is None:
        return release.waits_for
    return f"if {release.waits_for}{by}, else {release.otherwise}"


def _claim(release: TimelineRelease, zone: ZoneInfo) -> str:
    if release.claim is None or release.claim_by is None:
        return ""
    return f"if its account is given by {_local(release.claim_by, zone)}, else {release.claim.otherwise}"


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
        _localise(shown, moment, bundle.zone)
        _localise(shown["if_nothing_happens"], moment.if_nothing_happens, bundle.zone)
    return {"bundle": bundle.id, "version": bundle.version, "time_zone": bundle.time_zone, **document}


def _localise(shown: dict[str, Any], figures: Figures, zone: ZoneInfo) -> None:
    for line, release in zip(shown["releases"], figures.releases, strict=True):
        for name, at in (("by", release.by), ("claim_by", release.claim_by)):
            line[name] = _local(at, zone, "T") if at else None
