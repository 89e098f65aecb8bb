"""Why an act on a delivery must be refused: each reason has a name, and each verb lists those it minds."""

from datetime import UTC, datetime

from domain.fulfilment.holds import HOPELESS, UNCLEAR
from domain.fulfilment.states import CLOSED, DeliveryState
from domain.verbs.verb import Act, Standing, words


def is_closed(act: Act, at: Standing) -> str | None:
    """Nothing is left to do about what is closed."""
    if at.state in CLOSED:
        return f"the delivery is {at.state}: there is nothing left to {words(act)}"
    return None


def is_not_delivered(act: Act, at: Standing) -> str:
    """The verb is only about what was delivered; about that it opens a case, unless one is open."""
    if at.state is DeliveryState.DELIVERED:
        return "a case about it is open already: go on with that one"
    return f"the delivery is {at.state}: {words(act)} is only for what was delivered"


def would_buy_twice(_: Act, at: Standing) -> str | None:
    """A part of it is the buyer's already."""
    if at.units_delivered:
        return f"{at.units_delivered} units are delivered already, and buying again would buy those twice"
    return None


def has_a_duplicate(_: Act, at: Standing) -> str | None:
    """Its supplier sent what somebody else has, and going on would take that."""
    if at.reason in HOPELESS:
        return "its supplier sent a credential that somebody else has: substitute another one, or refund"
    return None


def nobody_needs_to_say(_: Act, at: Standing) -> str | None:
    """A person's word is not taken while a question can tell."""
    if at.supplier_says and not is_for_a_person(at):
        return (
            "its supplier can be asked, or has answered: nobody needs to say what it did, unless retry asks "
            "it once more and that does not tell"
        )
    return None


def has_a_wrong_account(_: Act, at: Standing) -> str | None:
    """The same account would be refused again."""
    if at.wrong_account and (at.doubt is None or at.supplier_says):
        return (
            "its supplier refused the account that it goes to, and would again: send it to another one "
            "(readdress), or substitute, refund or skip it"
        )
    return None


def is_to_be_found_out(_: Act, at: Standing) -> str | None:
    """Only a person can find out from its supplier, and has not said yet."""
    if is_for_a_person(at) and not at.supplier_says:
        return (
            "the supplier may have sold it, and no answer of it tells: find out from it, then deliver by "
            "hand what it sold, or say that it sold nothing (--supplier-says not_sold)"
        )
    return None


def cannot_be_asked(act: Act, at: Standing) -> str | None:
    """As `is_to_be_found_out`, for a verb that asks the supplier once more, where it can be asked."""
    asks = at.doubt is not None and at.doubt.askable
    return None if asks else is_to_be_found_out(act, at)


def is_to_be_asked(_: Act, at: Standing) -> str | None:
    """Its supplier can tell, and is asked first."""
    if at.doubt is not None and not is_for_a_person(at):
        return "the supplier may have sold it: retry asks what became of it, and only then can this be done"
    return None


def is_not_due(act: Act, at: Standing) -> str | None:
    """Nothing was begun yet."""
    if at.state is DeliveryState.PLANNED:
        return f"it is not due yet, so there is nothing to {words(act)}"
    return None


def is_too_early(_: Act, at: Standing) -> str | None:
    """Nobody may deliver it yet, by whatever means."""
    return at.too_early


ALWAYS = (is_closed, nobody_needs_to_say, is_to_be_found_out, is_to_be_asked)
"""For verbs that give a delivery up, or another course."""
BUYING = (is_closed, would_buy_twice, nobody_needs_to_say, is_to_be_found_out, is_to_be_asked)
"""For verbs that let it be bought in another way."""
GOING_ON = (
    is_closed,
    would_buy_twice,
    has_a_duplicate,
    nobody_needs_to_say,
    has_a_wrong_account,
    cannot_be_asked,
    is_not_due,
)
"""For verbs that let it go on as it was."""


def is_for_a_person(at: Standing) -> bool:
    """Whether a delivery waits for a person to find out from its supplier what it did."""
    if at.doubt is None or at.state in CLOSED:
        return False
    if at.state is not DeliveryState.HELD:
        return at.doubt.paused and at.doubt.asked_in_vain
    return at.doubt.asked_in_vain or (not at.doubt.askable and at.reason in UNCLEAR)


def too_early(due_at: datetime | None, now: datetime, *, gated: bool, pivot_waits: bool) -> str | None:
    """Why nobody may deliver it yet, by whatever means; None when it may be delivered.

    `gated`: its component's gate is closed. `pivot_waits`: it is irreversible, and more than its own failure
    could still undo the order.
    """
    if gated:
        return "what it waits for has not happened yet"
    if due_at is not None and due_at > now:
        return f"it is not due before {due_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if pivot_waits:
        return "it cannot be taken back, and the order may still have to be undone: the rest comes first"
    return None
