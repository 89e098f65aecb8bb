"""A refusal that decides nothing by itself: what makes it final.

A code that no page lists, or a second request under one number, may have sold whatever the text says. But a
supplier that named a cause, and later says that it has no such order, has refused it for that cause. And one
that turns away the purchase and the question for the same credentials or the same clock looked at neither.
"""

from domain.fulfilment.situation import Situation
from domain.supply.outcomes import ActionRequired, QueryOutcome, Rejected, Uncertain

LOCKED_OUT = ("credentials", "clock")
"""What a supplier looks at before it looks at what it is asked for."""


def with_what_was_said(outcome: QueryOutcome, situation: Situation, *, absent: bool) -> QueryOutcome:
    """What an answer amounts to beside the refusal that its purchase was answered with.

    `absent`: it says that there is no such order, and that can be believed.
    """
    said = situation.refusal
    if said is None or situation.accepted:
        return outcome
    if absent:
        return said
    again = outcome.refusal if isinstance(outcome, Uncertain) else None
    return said if situation.submissions == 1 and is_locked_out(said, again) else outcome


def is_locked_out(first: Rejected | ActionRequired | None, second: Rejected | ActionRequired | None) -> bool:
    """Whether two refusals in a row name the same credentials or clock."""
    if not isinstance(first, ActionRequired) or not isinstance(second, ActionRequired):
        return False
    return first.what == second.what and first.what in LOCKED_OUT
