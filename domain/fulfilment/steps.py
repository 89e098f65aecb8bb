"""What to do next about a delivery, given what its supplier just said.

Pure: the activity that heard the answer computes the step, writes it down and returns it; the workflow
follows it. This is where "never repeat when in doubt" is decided.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.fulfilment.holds import RETRIED, UNCLEAR, HoldReason
from domain.fulfilment.situation import Situation
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.waits import FIRST_CHECK, check_interval, hold_retry, patient_interval
from domain.notes.general import Because, both
from domain.notes.note import Note
from domain.notes.progress import GoneWithTheCopy
from domain.notes.supply.answers import (
    Accepted,
    AskedInVain,
    CannotBeAsked,
    DeniesWhatItAccepted,
    NeverReceived,
    NotKnownYet,
    NotResolved,
    OnlySomeUnits,
    Refused,
    SentInVain,
)
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    PartlyDelivered,
    Pending,
    QueryOutcome,
    Rejected,
    Uncertain,
    UnknownOrder,
)


class NextAction(StrEnum):
    """The next act: `submit` buys from the step's offer; `check` asks about the open attempt.

    `await` is nothing yet: the component's gate (`domain.planning.gates`) has to open first.
    """

    AWAIT = "await"
    SUBMIT = "submit"
    CHECK = "check"
    HOLD = "hold"
    DONE = "done"


class Step(BaseModel):
    """What comes next about a delivery, when, and why. Holds no personal data: Temporal's UI shows it."""

    model_config = ConfigDict(frozen=True)

    state: DeliveryState
    next_action: NextAction
    at: datetime | None = None
    """When to submit or check; for a hold, when it looks again by itself."""
    offer: int = 0
    reason: HoldReason | None = None
    deadline: datetime | None = None
    note: Note | None = None


MAX_SUBMISSIONS = 5
UNCLEAR_ANSWERS = 12
"""After so many questions, an answer that is still not clear is a person's business."""


def after_answer(outcome: QueryOutcome, situation: Situation) -> Step:
    """The step that follows a supplier's answer."""
    match outcome:
        case Delivered(note=note):
            return Step(
                state=DeliveryState.DELIVERED, next_action=NextAction.DONE, offer=situation.offer, note=note
            )
        case PartlyDelivered(units=units, note=note):
            only = OnlySomeUnits(units=len(units))
            return _hold(HoldReason.NEEDS_ATTENTION, both(only, note) if note else only, situation)
        case Pending(check_after=first):
            return _find_out(DeliveryState.IN_PROGRESS, first, Accepted(), situation)
        case Uncertain(why=why, silent=silent, after=after) if silent or after is not None:
            unavailable = HoldReason.SUPPLIER_UNAVAILABLE
            least = after or timedelta()
            if situation.held is not None and situation.held not in RETRIED:
                return _for_people(situation.held_note or why, situation, situation.held, least)
            return _find_out(DeliveryState.UNCERTAIN, FIRST_CHECK, why, situation, unavailable, least)
        case Uncertain(why=why):
            return _unclear(why, situation)
        case UnknownOrder():
            return _after_absence(situation)
        case Rejected() | ActionRequired():
            return after_refusal(outcome, situation)


def after_refusal(outcome: Rejected | ActionRequired, situation: Situation) -> Step:
    """The next offer, or a hold once the offers are used up or cannot help."""
    reason = hold_reason(outcome)
    note = Refused(refusal=outcome.code, why=outcome.message)
    hopeless = isinstance(outcome, Rejected) and outcome.scope == "request"
    if situation.best_reason is not None and reason in UNCLEAR and not hopeless:
        reason = situation.best_reason
    if hopeless or situation.offer + 1 >= situation.offers:
        return _hold(reason, note, situation)
    return Step(
        state=DeliveryState.IN_PROGRESS,
        next_action=NextAction.SUBMIT,
        at=situation.now,
        offer=situation.offer + 1,
        reason=reason,
        note=note,
    )


def hold_reason(outcome: Rejected | ActionRequired) -> HoldReason:
    """Under which reason a refusal is held."""
    if isinstance(outcome, ActionRequired):
        return HoldReason.SUPPLIER_BALANCE if outcome.what == "balance" else HoldReason.SUPPLIER_UNAVAILABLE
    if outcome.out_of_stock:
        return HoldReason.OUT_OF_STOCK
    if outcome.over_ceiling:
        return HoldReason.MARGIN_GUARD
    if outcome.wrong_account:
        return HoldReason.ACCOUNT_NOT_BOUND
    return HoldReason.SUPPLIER_UNAVAILABLE if outcome.scope == "supplier" else HoldReason.NEEDS_ATTENTION


def is_believed(outcome: QueryOutcome, situation: Situation) -> bool:
    """Whether the supplier says that it has no such order, and nothing speaks against that."""
    lost = situation.remembered and situation.capabilities.kept_here
    waited = situation.now >= situation.last_submitted_at + situation.capabilities.absence_after
    return isinstance(outcome, UnknownOrder) and waited and not situation.accepted and not lost


def asked_once_more(why: Note, situation: Situation, *, at_once: bool) -> Step:
    """Ask once more: a callback contradicts the answer that was on its way at the same time."""
    step = _find_out(DeliveryState.UNCERTAIN, FIRST_CHECK, why, situation)
    return (
        step.model_copy(update={"at": situation.now})
        if at_once and step.next_action is NextAction.CHECK
        else step
    )


def _unclear(why: Note, situation: Situation) -> Step:
    """An answer that is not clear: asked again, and left to a person when that goes on."""
    if situation.checks >= UNCLEAR_ANSWERS:
        return _for_people(both(why, AskedInVain(times=situation.checks)), situation)
    return _find_out(DeliveryState.UNCERTAIN, FIRST_CHECK, why, situation)


def _after_absence(situation: Situation) -> Step:
    """The supplier knows no such order: resubmit under the same key, once that can be believed."""
    if situation.remembered and situation.capabilities.kept_here:
        return _for_people(GoneWithTheCopy(), situation)
    if situation.accepted:
        return _unclear(DeniesWhatItAccepted(), situation)
    believable = situation.last_submitted_at + situation.capabilities.absence_after
    if situation.now < believable:
        return Step(
            state=DeliveryState.UNCERTAIN,
            next_action=NextAction.CHECK,
            at=min(believable, situation.now + check_interval(situation.checks)),
            offer=situation.offer,
            note=NotKnownYet(),
        )
    if situation.submissions < MAX_SUBMISSIONS or (situation.resting and not situation.last_words):
        return Step(
            state=DeliveryState.UNCERTAIN,
            next_action=NextAction.SUBMIT,
            at=situation.now,
            offer=situation.offer,
            note=NeverReceived(),
        )
    note = SentInVain(times=situation.submissions)
    if situation.last_words:
        return _hold(HoldReason.NEEDS_ATTENTION, Because(what=note, why=situation.last_words), situation)
    return _hold(HoldReason.SUPPLIER_UNAVAILABLE, note, situation)


def _find_out(
    state: DeliveryState,
    first: timedelta,
    note: Note,
    situation: Situation,
    when_old: HoldReason = HoldReason.NEEDS_ATTENTION,
    least: timedelta = timedelta(),
) -> Step:
    """Ask, or repeat where that is the same as asking; else, or after long, a person is to find out.

    Not before `least` has passed: the supplier said that it is too busy.
    """
    how = _how_to_ask(situation.capabilities)
    if how is NextAction.HOLD:
        return _for_people(both(note, CannotBeAsked()), situation)
    if situation.age > situation.patience:
        return _for_people(both(note, NotResolved(days=situation.age.days)), situation, when_old)
    times = situation.checks if how is NextAction.CHECK else situation.submissions - 1
    at = situation.now + max(check_interval(times, first), least)
    return Step(state=state, next_action=how, at=at, offer=situation.offer, note=note)


def _how_to_ask(capabilities: Capabilities) -> NextAction:
    """How to find out what became of a purchase; `hold`: only a person can."""
    if capabilities.query_by_our_number:
        return NextAction.CHECK
    return NextAction.SUBMIT if capabilities.replays else NextAction.HOLD


def _for_people(
    note: Note,
    situation: Situation,
    reason: HoldReason = HoldReason.NEEDS_ATTENTION,
    least: timedelta = timedelta(),
) -> Step:
    """A person is to find out what became of the attempt; its supplier is asked meanwhile, if it can be.

    The deadline closes nothing, since it may have been sold: it is asked about then, and has another one.
    """
    now, deadline = situation.now, situation.hold_deadline
    if deadline is None or deadline <= now:
        deadline = now + situation.patience
    how = _how_to_ask(situation.capabilities)
    again = min(now + max(patient_interval(situation.age), least), deadline)
    return Step(
        state=DeliveryState.HELD,
        next_action=how,
        at=None if how is NextAction.HOLD else again,
        offer=situation.offer,
        reason=reason,
        deadline=deadline,
        note=note,
    )


def _hold(reason: HoldReason, note: Note, situation: Situation) -> Step:
    deadline = situation.hold_deadline or situation.now + situation.hold_window
    return hold_step(reason, note, situation.now, deadline, situation.offer, situation.attempts)


def hold_step(
    reason: HoldReason, note: Note | None, now: datetime, deadline: datetime, offer: int, attempts: int = 1
) -> Step:
    """A hold that compensates by itself at `deadline`, and tries again before if its cause may pass."""
    again = now + hold_retry(attempts) if reason in RETRIED else None
    return Step(
        state=DeliveryState.HELD,
        next_action=NextAction.HOLD,
        at=again if again and again < deadline else None,
        offer=offer,
        reason=reason,
        deadline=deadline,
        note=note,
    )


def strongest(reasons: Sequence[HoldReason]) -> HoldReason | None:
    """The reason to show when several offers were refused: the first that names a cause."""
    telling = [r for r in reasons if r not in UNCLEAR]
    return telling[0] if telling else None
