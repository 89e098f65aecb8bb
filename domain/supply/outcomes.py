"""What a supplier's answer means to an order. An adapter decides it once; nobody interprets it again.

    SubmitOutcome   Delivered | PartlyDelivered | Pending | Rejected | ActionRequired | Uncertain
    QueryOutcome    the same, and UnknownOrder
    RevokeOutcome   Revoked | NotRevocable | RevokePending | Uncertain

The rule behind all of them: once bytes were sent, anything but a documented answer is `Uncertain`.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from domain.money import Money
from domain.notes.note import Note
from domain.spelling import as_handed_over

LONGEST_SECRET, MOST_UNITS = 2000, 1000
"""Of what a person hands in: characters of each part, and units."""


@dataclass(frozen=True)
class IssuedUnit:
    """One unit of a benefit as it was issued. All fields empty: a recharge, which leaves no credential.

    `secret` in the repr is suppressed everywhere, since a traceback or a log line may print a unit.
    """

    number: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    link: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    supplier_card: str | None = None
    """The supplier's own id of this unit, needed to void it later."""

    @property
    def is_credential(self) -> bool:
        """Whether there is something to keep sealed and to hand over."""
        return bool(self.number or self.password or self.link)

    def as_handed_over(self) -> "IssuedUnit":
        """The unit without what cannot be part of a secret: blanks around it, characters that nobody sees."""
        number, password, link = (
            (as_handed_over(part) or None) if part else None
            for part in (self.number, self.password, self.link)
        )
        return replace(self, number=number, password=password, link=link)


@dataclass(frozen=True)
class Receipt:
    """What reconciliation needs to know of a purchase."""

    supplier_order: str | None = None
    charged: Money | None = None
    """What was taken for it, whatever was paid back since."""
    supplier_time: datetime | None = None
    credited: Money | None = None
    """What was paid back of `charged` so far, in all; None for nothing, and where it does not say."""


@dataclass(frozen=True)
class Delivered:
    """Every unit was issued; final until the supplier reverses it."""

    units: tuple[IssuedUnit, ...]
    receipt: Receipt = Receipt()
    note: Note | None = None
    """What a person should know of it, without anything secret."""


@dataclass(frozen=True)
class PartlyDelivered:
    """The supplier is finished and issued fewer units than were bought."""

    units: tuple[IssuedUnit, ...]
    receipt: Receipt = Receipt()
    note: Note | None = None


@dataclass(frozen=True)
class Pending:
    """Accepted, not delivered yet. `check_after` is when the supplier may sensibly be asked."""

    check_after: timedelta
    receipt: Receipt = Receipt()


@dataclass(frozen=True)
class Rejected:
    """Refused for good: this attempt sold nothing and never will.

    `scope` says how far the refusal reaches: this `offer`, everything of this `supplier`, or the `request`
    itself (a wrong account), which no other offer can mend.
    """

    code: str
    message: Note
    scope: Literal["offer", "supplier", "request"]
    out_of_stock: bool = False
    over_ceiling: bool = False
    """It would have cost more than `Purchase.max_cost`."""
    wrong_account: bool = False
    """It cannot be delivered to the account that it was ordered for."""
    receipt: Receipt = Receipt()


@dataclass(frozen=True)
class ActionRequired:
    """Refused for good until a person does something (fill the wallet, renew a key, set a clock)."""

    what: Literal["balance", "credentials", "clock", "account_closed"]
    code: str
    message: Note


@dataclass(frozen=True)
class Uncertain:
    """The supplier may or may not have sold. Ask before anything else."""

    why: Note
    receipt: Receipt = Receipt()
    silent: bool = field(default=False, compare=False)
    """Nothing usable came back at all, which tells of the supplier's health."""
    after: timedelta | None = None
    """It is too busy to say: how long it wants to be left alone."""
    refusal: Rejected | ActionRequired | None = field(default=None, compare=False)
    """The refusal that it named, which by itself does not exclude a sale. See `fulfilment.refusals`."""

    @property
    def is_answer(self) -> bool:
        """Whether the supplier did answer, with something that does not tell."""
        return not self.silent and self.after is None


@dataclass(frozen=True)
class UnknownOrder:
    """The supplier says it has no such order. Believed only after the connection's waiting time."""


@dataclass(frozen=True)
class Revoked:
    """Every unit was revoked; `credited` is what it paid back in all, where it says so; else all of it."""

    credited: Money | None = None


@dataclass(frozen=True)
class NotRevocable:
    """The supplier will not take it back."""

    why: Note
    in_part: bool = False
    """Some of it is gone nevertheless: a query tells what."""


@dataclass(frozen=True)
class RevokePending:
    """The supplier is deciding; ask again."""

    check_after: timedelta


SubmitOutcome = Delivered | PartlyDelivered | Pending | Rejected | ActionRequired | Uncertain
QueryOutcome = SubmitOutcome | UnknownOrder
RevokeOutcome = Revoked | NotRevocable | RevokePending | Uncertain
