"""Erase the buyer of a closed order."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from domain.notes.words import Words
from domain.verbs.verb import Act, OrderVerb

VERB = OrderVerb(
    act=Act.ERASE,
    title=Words("erase its buyer", "清除买家信息"),
    help="Erase the buyer of a closed order for good; refused while something of it is open or still owed.",
    more="What the books need is kept: amounts, states, times and suppliers' numbers. The reason is kept "
    "too: it must not name the buyer.",
    done=Words(
        "The buyer of {order} is erased; `perkflow order show {order}` has what the books need.",
        "{order} 的买家信息已清除；账务所需内容见 `perkflow order show {order}`。",
    ),
    leaves=("erased", True),
    final=True,
)


def erase_refusal(
    *,
    open_as: str,
    case: int | None,
    owed: str | None,
    disputed_until: datetime | None,
    asked_until: datetime | None,
) -> str | None:
    """Why the buyer of an order cannot be erased yet; None when he can.

    `open_as` is how it stands while it is open; `owed` a refund of which nobody has said what became of it;
    `disputed_until` when a payment that is gone counts as gone for good; `asked_until` when a supplier has
    been asked for the last time what a purchase came to.
    """
    if open_as:
        return f"the order is {open_as}: cancel what is left of it, or wait until it is closed"
    if case is not None:
        return f"case {case} about it is open: end that first"
    if owed is not None:
        return (
            f"the channel has not said what became of refund {owed}: only after that nobody needs the buyer"
        )
    if disputed_until is not None:
        return (
            f"its payment is gone, and may come back until {disputed_until.astimezone(UTC):%Y-%m-%d}: "
            "release it if it is there again, or wait for that day"
        )
    if asked_until is not None:
        return (
            "a supplier is still asked what a purchase of it came to, next at "
            f"{asked_until.astimezone(UTC):%Y-%m-%d %H:%M} UTC: the books need that, so try again after it"
        )
    return None


SHORTEST_NAMED = 4
"""Letters and digits: what is shorter is found in any sentence."""


def names_one_of(known: Iterable[str], *texts: str) -> bool:
    """Whether a text names one of these values, however it is written."""
    said = _letters(" ".join(texts))
    return any(len(value) >= SHORTEST_NAMED and value in said for value in map(_letters, known))


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
