"""Whose turn it is on a task queue that has more to do than its workers take at once.

Tasks of a lower number come first; among those of the same number the channels take turns, so that the flash
sale of one does not keep the others' buyers waiting. What a run starts inherits both from it. What is done to
a whole order is routine, since a channel may cancel many at once.
"""

from temporalio.common import Priority

SUPPORT = 2
ROUTINE = 3
UPKEEP = 4


def of_order(channel: str) -> Priority:
    """An order's run. A channel's name has at most 64 bytes, as many as a fairness key may have."""
    return Priority(priority_key=ROUTINE, fairness_key=channel)


def of_case(channel: str, *, asked_for: bool) -> Priority:
    """A case's run; `asked_for`: a person opened it."""
    return Priority(priority_key=SUPPORT if asked_for else ROUTINE, fairness_key=channel)


AFTER_A_VERB = Priority(priority_key=SUPPORT)
"""The call to a supplier that a person's act on a delivery leads to; the channel is its run's."""
OF_UPKEEP = Priority(priority_key=UPKEEP)
"""The sweep and verification, which make up for in their next round what they did not come to."""
