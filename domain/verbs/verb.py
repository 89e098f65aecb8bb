"""What a verb is: a row of the table that the book, the runs, the desk and the command line go by.

Nothing that is slow to load is imported here or by any verb, since the command line's help lists them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.fulfilment.cases import CaseKind
from domain.fulfilment.doubt import Doubt
from domain.fulfilment.holds import HoldReason
from domain.fulfilment.states import DeliveryState
from domain.notes.words import Words


class Act(StrEnum):
    """The verbs of support and operations by name; `domain.verbs.table` has what they mean."""

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
    REPLACE = "replace"
    GOODWILL = "goodwill"
    PAUSE = "pause"
    RESUME = "resume"
    BIND_RECIPIENT = "bind_recipient"
    ERASE = "erase"


class Need(StrEnum):
    """What a verb takes besides a target and a reason: a field of `HumanAct`, or what is handed in."""

    ACCOUNT = "account"
    CONNECTION = "connection"
    RECIPIENT = "recipient"
    CREDENTIALS = "credentials"
    SUPPLIER_SAYS = "supplier_says"
    PAID = "paid"
    UNTIL = "until"
    SHIFT = "shift"
    UNUSABLE = "unusable"


@dataclass(frozen=True)
class Standing:
    """A delivery as somebody wants to act on it.

    `doubt`: an attempt's fate is not known, so nothing may be bought, given up or paid back.
    """

    state: DeliveryState
    reason: HoldReason | None = None
    doubt: Doubt | None = None
    units_delivered: int = 0
    supplier_says: str = ""
    """What its supplier said to the person."""
    too_early: str | None = None
    """Why nothing may be delivered yet."""
    wrong_account: bool = False
    """The account that it goes to was refused, and is still the same."""
    connections: Sequence[str] = ()
    """Those from which it could be bought instead; known where verbs are offered."""
    account: str = ""
    """The account that it goes to, once there is one; known where verbs are offered."""
    paused: bool = False
    """Nothing of its order is bought now; known where verbs are offered."""
    away: bool = False
    """None of its suppliers is bought from now; known where verbs are offered."""
    revocable: bool = True
    """What was delivered may be taken back; known where verbs are offered."""


Refusal = Callable[[Act, Standing], str | None]
"""Why an act must be refused, for the person who asked; None when it need not be."""


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing that people may do."""

    act: Act
    title: Words
    """What it does, as a choice: "try it again"."""
    help: str
    """One sentence."""
    more: str = ""
    """What the help says behind that."""
    command: str = ""
    """Its name under `perkflow order`, where that is another one."""
    needs: tuple[Need, ...] = ()

    @property
    def name(self) -> str:
        """What it is called by."""
        return self.command or self.act.value


@dataclass(frozen=True, kw_only=True)
class DeliveryVerb(Verb):
    """A verb about one delivery."""

    refused_if: tuple[Refusal, ...]
    """The first of these that has something to say decides."""
    suits: Callable[[Standing], bool] = lambda _: True
    """Whether it is worth offering, where it would not be refused."""
    opens: CaseKind | None = None
    """The case that it opens about what is delivered."""

    def refusal(self, standing: Standing) -> str | None:
        """Why it must be refused as the delivery stands; None when it may be done."""
        return next((why for check in self.refused_if if (why := check(self.act, standing))), None)


@dataclass(frozen=True, kw_only=True)
class OrderVerb(Verb):
    """A verb about a whole order. Where a delivery verb has its name too, no component is given for this."""

    done: Words | None = None
    """What a person reads, about `{order}`; None where more than that is told."""
    leaves: tuple[str, bool] | None = None
    """What a program reads: a field and its value."""
    final: bool = False
    """Nobody can undo it, so whoever asks for it confirms that first."""


def words(act: Act) -> str:
    """An act as people say it."""
    return act.value.replace("_", " ")
