"""What can be paid back of a bundle, as a table and as JSON."""

from typing import Any

from domain.notes.sentences import labels
from domain.notes.sentences.bundles import BothEnds
from domain.notes.words import Language, name
from domain.simulation.refundable import Refundable
from starter.cli.output import print_records, print_text

_COLUMNS = (
    labels.COMPONENT,
    labels.SHARE,
    labels.ONCE_DELIVERED,
    labels.REFUNDABLE_THEN,
    labels.BY_THE_POLICY,
)


def print_refundable(found: Refundable, lang: Language) -> None:
    """One line per component, then both ends in a sentence."""
    rows = [
        (
            share.component,
            share.share,
            name("reversibility", share.reversibility.value, lang),
            share.when_delivered,
            name("answer", "yes" if share.undone_by_policy else "no", lang),
        )
        for share in found.shares
    ]
    columns = labels.columns(lang, _COLUMNS, right=(labels.SHARE, labels.REFUNDABLE_THEN))
    print_records(labels.REFUNDABLE.say(lang), columns, rows)
    print_text(BothEnds(before=found.before, after=found.after).say(lang))


def refundable_json(found: Refundable) -> dict[str, Any]:
    """The same for programs."""
    return {
        "before_delivery": found.before.model_dump(),
        "after_delivery": found.after.model_dump(),
        "components": [
            {
                "component": share.component,
                "share": share.share.model_dump(),
                "reversibility": share.reversibility.value,
                "refundable_when_delivered": share.when_delivered.model_dump(),
                "taken_back_by_policy": share.undone_by_policy,
            }
            for share in found.shares
        ],
    }
