"""What people may do about a delivery, and when it must be refused. Pure: the book applies it."""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationError, field_validator

from domain.fulfilment.doubt import Doubt
from domain.fulfilment.states import CLOSED, DeliveryState, HoldReason
from domain.fulfilment.steps import Step
from domain.messages import Message


class Act(StrEnum):
    """The verbs of support and operations.

    `reissue` opens a case; `cancel`, `pause`, `resume` and `bind_recipient` are about a whole order.
    """

    RETRY = "retry"
    SUBSTITUTE = "substitute"
    DELIVER_BY_HAND = "deliver_by_hand"
    CHANGE_RECIPIENT = "change_recipient"
    REFUND = "refund"
    WAIVE = "waive"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    REISSUE = "reissue"
    PAUSE = "pause"
    RESUME = "resume"
    BIND_RECIPIENT = "bind_recipient"


MOST_OF_A_NAME, MOST_OF_AN_ACTOR, MOST_OF_A_REASON = 100, 100, 500
"""Characters."""
OURS = "perkflow/"
"""How the ids begin that Perkflow makes for what nobody asked for; no person's request has such a one."""


class By(NamedTuple):
    """Who asked for something, why, and under which request id: data of every event that tells of it."""

    actor: str
    reason: str
    request_id: str


def with_words(what: str, words: str) -> str:
    """What happened, and behind it the words of whoever told it, where there are any."""
    return f"{what}: {words}" if words else what


class HumanAct(Message):
    """One act of one person. The same `request_id` again has no second effect.

    What is secret or personal is sealed in the book beforehand: `credentials` and `recipient` name its rows.
    """

    request_id: str = Field(min_length=1, max_length=64)
    order_id: str = Field(max_length=MOST_OF_A_NAME)
    delivery_id: str = Field(max_length=MOST_OF_A_NAME)
    act: Act
    actor: str = Field(min_length=1, max_length=MOST_OF_AN_ACTOR)
    reason: str = Field(min_length=1, max_length=MOST_OF_A_REASON)
    connection: str = Field("", max_length=MOST_OF_A_NAME)
    """For `substitute`: the connection to buy from instead."""
    credentials: tuple[Annotated[str, Field(max_length=MOST_OF_A_NAME)], ...] = Field((), max_length=1000)
    """For `deliver_by_hand`: the ids of the credentials that were handed in."""
    recipient: str = Field("", max_length=MOST_OF_A_NAME)
    """For `change_recipient` and `bind_recipient`: the name of the recipient that was handed in."""
    account: str = Field("", max_length=MOST_OF_A_NAME)
    """For `bind_recipient`: the account that it is for, as the bundle names it."""
    later_too: bool = False
    """For `change_recipient`: later releases of the component go there as well."""
    supplier_says: Literal["", "not_sold"] = ""
    """What a supplier told the person that cannot be asked by machine, or was asked in vain."""
    paid: bool = False
    """For `resume`: the payment that was taken back is there again."""
    known: Step | None = None
    """Where the run that applies it has the delivery."""

    @field_validator("request_id")
    @classmethod
    def _is_a_persons(cls, request_id: str) -> str:
        if request_id.startswith(OURS):
            raise ValueError(f"must not begin with {OURS}")
        return request_id

    @property
    def by(self) -> By:
        """Who asked for it, and why."""
        return By(self.actor, self.reason, self.request_id)


def too_long(request: HumanAct) -> str | None:
    """Which text of a request that was put together in parts is longer than it may be; None when all fit."""
    try:
        HumanAct.model_validate(request.model_dump())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{first['loc'][0]}: {first['msg'].replace('String should', 'must')}"
    return None


def words_too_long(actor: str, reason: str) -> str | None:
    """Which text of whoever reports or decides something is longer than it may be; None when both fit."""
    for name, text, most in (("actor", actor, MOST_OF_AN_ACTOR), ("reason", reason, MOST_OF_A_REASON)):
        if len(text) > most:
            return f"{name}: must have at most {most} characters"
    return None


GO_ON = (Act.RETRY, Act.RELEASE)
BUYS = (*GO_ON, Act.SUBSTITUTE, Act.CHANGE_RECIPIENT)


def refusal(
    act: Act,
    state: DeliveryState,
    reason: HoldReason | None,
    *,
    doubt: Doubt | None,
    units_delivered: int,
    supplier_says: str = "",
    too_early: str | None = None,
    wrong_account: bool = False,
) -> str | None:
    """Why an act must be refused, for the person who asked; None when it may be done.

    `doubt`: an attempt's fate is not known, so nothing may be bought, given up or paid back.
    `wrong_account`: the account that it goes to was refused, and is still the same.
    `too_early`: why nothing may be delivered yet.
    """
    for_a_person = only_a_person_can_tell(state, reason, doubt)
    if state in CLOSED:
        return f"the delivery is {state}: there is nothing left to {words(act)}"
    if units_delivered and act in BUYS:
        return f"{units_delivered} units are delivered already, and buying again would buy those twice"
    if reason is HoldReason.DUPLICATE_CREDENTIAL and act in GO_ON:
        return "its supplier sent a credential that somebody else has: substitute another one, or refund"
    if supplier_says and not for_a_person:
        return (
            "its supplier can be asked, or has answered: nobody needs to say what it did, unless retry asks "
            "it once more and that does not tell"
        )
    if wrong_account and act in GO_ON and (doubt is None or supplier_says):
        return (
            "its supplier refused the account that it goes to, and would again: send it to another one "
            "(readdress), or substitute, refund or skip it"
        )
    asks = doubt is not None and doubt.askable and act in GO_ON
    if for_a_person and not supplier_says and not asks and act is not Act.DELIVER_BY_HAND:
        return (
            "the supplier may have sold it, and no answer of it tells: find out from it, then deliver by "
            "hand what it sold, or say that it sold nothing (--supplier-says not_sold)"
        )
    if doubt is not None and not for_a_person and act not in GO_ON:
        return "the supplier may have sold it: retry asks what became of it, and only then can this be done"
    if act in (*GO_ON, Act.DELIVER_BY_HAND) and state is DeliveryState.PLANNED:
        return f"it is not due yet, so there is nothing to {words(act)}"
    if act is Act.DELIVER_BY_HAND and too_early is not None:
        return too_early
    if act is Act.HOLD and state is DeliveryState.HELD:
        return "it is held already"
    return None


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


def only_a_person_can_tell(state: DeliveryState, reason: HoldReason | None, doubt: Doubt | None) -> bool:
    """Whether a delivery waits for a person to find out from its supplier what it did."""
    if doubt is None or state in CLOSED:
        return False
    if state is not DeliveryState.HELD:
        return doubt.paused and doubt.asked_in_vain
    return doubt.asked_in_vain or (not doubt.askable and reason is HoldReason.NEEDS_ATTENTION)


def cancel_refusal(*, closed: str, open_deliveries: int, past: Collection[str]) -> str | None:
    """Why an order cannot be cancelled any more; None when it can.

    `closed` is how it ended, if it did; `past` names what was bought, cannot be taken back, and would have
    to be under the order's policy.
    """
    if closed:
        return f"it is {closed} and closed; a delivery of it can still be refunded, one by one"
    if past:
        return f"it is past the point of no return: {', '.join(past)} cannot be taken back"
    if not open_deliveries:
        return "nothing of it is left to cancel: it is being settled"
    return None


def words(act: Act) -> str:
    """An act as people say it."""
    return act.value.replace("_", " ")
