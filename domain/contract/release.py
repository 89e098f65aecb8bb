"""The release rule of a component: when its releases are due, what they wait for, and until when."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from domain.contract.condition import Condition, Constant, atoms
from domain.contract.document import Document, Duration
from domain.contract.moments import Deadline, Every, Start

MOST_RELEASES = 366
"""Of one component."""
MOST_DELIVERIES = 2000
"""Of one order."""


class Otherwise(StrEnum):
    """What becomes of a component at its deadline, when its condition does not hold."""

    RELEASE = "release"
    REFUND = "refund"


class Release(Document):
    """When a component is released.

    `after` or `at` is the earliest moment. `every` with `times`, or `rrule`, makes several releases of it,
    the first at that moment. `when` must hold as well, at the latest at `by`; a schedule starts when it does.
    """

    after: Duration | None = Field(None, description="Elapsed time since the order: P3D is 72 hours")
    at: Start | None = Field(
        None, description="An instant, a local time in the bundle's zone, or a yearly day"
    )
    every: Every | None = None
    rrule: str | None = Field(
        None,
        max_length=500,
        description="A recurrence rule of RFC 5545, such as FREQ=MONTHLY;BYMONTHDAY=1;COUNT=12",
    )
    times: int | None = Field(
        None, ge=1, le=MOST_RELEASES, validate_default=True, description="How many releases `every` makes"
    )
    when: Condition | None = None
    by: Deadline | None = Field(None, validate_default=True)
    otherwise: Otherwise | None = Field(None, validate_default=True)

    @property
    def recurs(self) -> bool:
        """Whether there is a schedule of releases, rather than a single one."""
        return self.every is not None or self.rrule is not None

    @property
    def starts_schedule(self) -> bool:
        """Whether the schedule's instants are counted from when the condition holds."""
        return self.recurs and self.when is not None

    @property
    def rule(self) -> dict[str, str]:
        """The parts of the recurrence rule by name; what is no such part is kept under its own text."""
        parts = (self.rrule or "").split(";") if self.rrule else []
        return {name: value for name, _, value in (part.partition("=") for part in parts)}

    @property
    def count(self) -> int | None:
        """How many releases there are; None when a rule has UNTIL, so that it depends on the order."""
        if self.rrule is None:
            return self.times or 1
        count = self.rule.get("COUNT", "")
        return int(count) if count.isascii() and count.isdigit() else None

    @field_validator("at")
    @classmethod
    def _one_start(cls, value: Start | None, info: ValidationInfo) -> Start | None:
        if value is not None and info.data.get("after") is not None:
            raise ValueError("give after or at, not both")
        return value

    @field_validator("rrule")
    @classmethod
    def _one_schedule(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("every") is not None:
            raise ValueError("give every or rrule, not both")
        return value

    @field_validator("times")
    @classmethod
    def _end_of_every(cls, value: int | None, info: ValidationInfo) -> int | None:
        if "every" not in info.data:
            return value
        if value is None and info.data["every"] is not None:
            raise _missing("`every` needs an end, so say how many times, such as times: 12")
        if value is not None and info.data["every"] is None:
            raise ValueError("only `every` has times; a rrule says COUNT in itself")
        return value

    @field_validator("when")
    @classmethod
    def _waits_for_something(cls, value: Condition | None) -> Condition | None:
        if value is not None and any(isinstance(atom, Constant) for _, atom in atoms(value)):
            raise ValueError("true and false are no conditions; remove them")
        return value

    @field_validator("by")
    @classmethod
    def _end_of_waiting(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.data.get("when") is not None:
            raise _missing("a release that waits needs a deadline, such as by: P60D")
        return value

    @field_validator("otherwise")
    @classmethod
    def _at_the_deadline(cls, value: Otherwise | None, info: ValidationInfo) -> Otherwise | None:
        if "by" not in info.data:
            return value
        if value is None and info.data["by"] is not None:
            raise _missing("say what happens at the deadline, otherwise: release or otherwise: refund")
        if value is not None and info.data["by"] is None:
            raise ValueError("there is no deadline for it to follow; give `by`, or remove it")
        return value

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("says nothing: write at_order, or give after, at, every, rrule or when")
        return self

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Only what was given: a published bundle's digest is of exactly that."""
        return {name: value for name, value in handler(self).items() if value is not None}


AT_ORDER = Release(after=timedelta(0))
"""What `at_order` comes to."""


class Unclaimed(StrEnum):
    """What becomes of the money for a component that nobody claimed."""

    REFUND = "refund"
    FORFEIT = "forfeit"


class AccountClaim(Document):
    """The order may come without this component's account: the buyer gives it later.

    `within` and `remind_every` count, for each release, from when it is due and held for its account.
    """

    within: Duration
    remind_every: Annotated[Duration, Field(description="Unset: nobody is reminded")] | None = None
    otherwise: Unclaimed


def _missing(what: str) -> PydanticCustomError:
    return PydanticCustomError("missing_with", "missing: {what}", {"what": what})
