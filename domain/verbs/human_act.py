"""A person's request for an act: who asks for what, why, and under which id."""

from datetime import UTC, datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, AwareDatetime, Field, ValidationError, field_validator

from domain.fulfilment.snapshot import Snapshot
from domain.messages import Message
from domain.verbs.verb import Act

MOST_OF_A_NAME, MOST_OF_AN_ACTOR, MOST_OF_A_REASON = 100, 100, 500
"""Characters."""
OURS = "perkflow/"
"""How the ids begin that Perkflow makes for what nobody asked for; no person's request has such a one."""


class By(NamedTuple):
    """Who asked for something, why, and under which request id: data of every event that tells of it."""

    actor: str
    reason: str
    request_id: str


def _in_utc(instant: datetime) -> datetime:
    """One instant is one request, in whatever zone it is written."""
    return instant.astimezone(UTC)


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
    """What the supplier says to a person, where it cannot be asked by machine or was asked in vain."""
    paid: bool = False
    """For `resume`: the payment that was charged back is there again."""
    until: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = None
    """For `hold` and `pause`: when it ends by itself; None: when somebody ends it."""
    shift: bool = False
    """For `pause` and `resume`: what is not released by its end moves by the length of the pause."""
    unusable: bool = False
    """For `replace`: somebody made sure that what was delivered cannot be used."""
    known: Snapshot | None = None
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
    """Which text of whoever sends or decides something is longer than it may be; None when both fit."""
    for name, text, most in (("actor", actor, MOST_OF_AN_ACTOR), ("reason", reason, MOST_OF_A_REASON)):
        if len(text) > most:
            return f"{name}: must have at most {most} characters"
    return None
