"""A simulated order as records and as JSON."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from domain.contract.bundle import Bundle
from domain.money import Money
from domain.notes.sentences import labels
from domain.notes.sentences.bundles import (
    AsItGoesHere,
    FiguresDepend,
    NeverReleased,
    SeveralOf,
    SimulatedOrder,
)
from domain.notes.sentences.orders import BundleSold
from domain.notes.sentences.sentence import Followed, Sentence
from domain.notes.words import Language
from domain.simulation.release import TimelineRelease
from domain.simulation.timeline import Figures, Timeline, TimelineMoment
from starter.cli.bundle.timeline_words import (
    claim,
    condition,
    ending,
    if_nothing_happens,
    ruled_out,
    undoable,
)
from starter.cli.output import Reader, clock, print_records, print_text

_COLUMNS = (
    labels.AT,
    labels.COMPONENT,
    labels.WHAT,
    labels.SHARE,
    labels.WAITS_FOR,
    labels.REFUND_BEFORE,
    labels.REFUND_AFTER,
)
_RIGHT = (labels.SHARE, labels.REFUND_BEFORE, labels.REFUND_AFTER, labels.IF_NOTHING)
_Row = tuple[object, ...]


def print_timeline(found: Timeline, bundle: Bundle, lang: Language) -> None:
    """One record per release; what a whole moment is worth is told with its first and its last."""
    others = [_only_if_nothing_happens(moment) for moment in found.moments]
    depends, reader = any(others), Reader(lang, bundle.zone)
    rows = [
        row
        for moment, other in zip(found.moments, others, strict=True)
        for row in _rows(moment, other, reader, depends)
    ]
    told = (*_COLUMNS, *([labels.IF_NOTHING] if depends else []), labels.UNDOABLE)
    sold = BundleSold(bundle=bundle.id, version=bundle.version, quantity=found.quantity, price=found.price)
    print_records(sold.say(lang), labels.columns(lang, told, right=_RIGHT), rows)
    print_text(reader.told(SimulatedOrder(at=found.ordered_at)))
    if depends:
        print_text(reader.told(FiguresDepend()))


def _only_if_nothing_happens(moment: TimelineMoment) -> list[TimelineRelease]:
    """What ends like this at this moment only if nothing happens."""
    same = {(each.place, each.fate) for each in moment.releases}
    releases = moment.if_nothing_happens.releases
    return [each for each in releases if (each.place, each.fate) not in same]


def _rows(
    moment: TimelineMoment, others: Sequence[TimelineRelease], reader: Reader, depends: bool
) -> Iterator[_Row]:
    lines = [_line(each, reader.told(_waiting(each)), reader) for each in moment.releases]
    lines += [_line_of_several(list(alike), reader) for _, alike in groupby(others, _alike)]
    for number, line in enumerate(lines):
        is_first, is_last = number == 0, number == len(lines) - 1
        nothing = [moment.if_nothing_happens.refund_after if is_last else None] if depends else []
        yield (
            clock(moment.at, reader.zone),
            *line,
            moment.refund_before if is_first else None,
            moment.refund_after if is_last else None,
            *nothing,
            reader.told(undoable(moment)) if is_last else None,
        )


def _alike(release: TimelineRelease) -> tuple[object, ...]:
    return release.component, release.fate, release.because


def _line(release: TimelineRelease, waiting: str, reader: Reader) -> _Row:
    number = f"{release.component} {release.number}/{release.of}"
    several = SeveralOf(units=release.units, title=release.title)
    title = release.title if release.units == 1 else reader.told(several)
    return number, title, release.share, waiting


def _line_of_several(releases: Sequence[TimelineRelease], reader: Reader) -> _Row:
    """Deliveries of one component that end alike at one moment, if nothing happens."""
    first = releases[0]
    number, title, _, _ = _line(first, "", reader)
    if len(releases) > 1:
        number = f"{first.component} {first.number}-{releases[-1].number}/{first.of}"
    share = Money(amount=sum(each.share.amount for each in releases), currency=first.share.currency)
    return number, title, share, reader.told(if_nothing_happens(first))


def _waiting(release: TimelineRelease) -> Sentence | None:
    """What a component waits for is said once, beside its first delivery."""
    parts: list[Sentence] = []
    if release.never:
        parts.append(NeverReleased(fate=ending(release)))
    elif release.given_up:
        parts.append(AsItGoesHere(fate=ending(release)))
    if (release.release, release.item) == (1, 1):
        parts += filter(None, (ruled_out(release), condition(release), claim(release)))
    return reduce(lambda first, second: Followed(first=first, second=second), parts) if parts else None


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat("T", "seconds")


def timeline_json(found: Timeline, bundle: Bundle) -> dict[str, Any]:
    """The same for programs; times have the offset of the bundle's zone."""
    document: dict[str, Any] = found.model_dump(mode="json")
    document["ordered_at"] = _local(found.ordered_at, bundle.zone)
    for shown, moment in zip(document["moments"], found.moments, strict=True):
        shown["at"] = _local(moment.at, bundle.zone)
        _localise(shown, moment, bundle.zone)
        _localise(shown["if_nothing_happens"], moment.if_nothing_happens, bundle.zone)
    return {"bundle": bundle.id, "version": bundle.version, "time_zone": bundle.time_zone, **document}


def _localise(shown: dict[str, Any], figures: Figures, zone: ZoneInfo) -> None:
    for line, release in zip(shown["releases"], figures.releases, strict=True):
        for name, at in (("by", release.by), ("claim_by", release.claim_by)):
            line[name] = _local(at, zone) if at else None
