"""What can be paid back of a bundle, as a table and as JSON."""

from typing import Any

from domain.simulation.refundable import Refundable
from starter.cli.output import print_table


def print_refundable(found: Refundable) -> None:
    """One line per component, then both ends in a sentence."""
    rows = [
        (
            share.component,
            share.share,
            share.reversibility.value,
            share.when_delivered,
            "yes" if share.undone_by_policy else "no",
        )
        for share in found.shares
    ]
    columns = ("component", "share>", "once delivered", "refundable then>", "taken back by the policy")
    print_table("What can be paid back", columns, rows)
    print(f"At most {found.before} before anything is delivered, {found.after} once everything is.")


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
