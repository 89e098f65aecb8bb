"""A model of one order: the rules of `domain`, applied as the book and the runs apply them.

It enforces nothing that the book enforces: it writes down what the rules decide, for a test to judge.
"""

from datetime import UTC, datetime

from domain.contract.bundle import Bundle
from domain.fulfilment.situation import Situation
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import CLOSED, LOST, AttemptState, DeliveryState, may_move
from domain.fulfilment.steps import NextAction, Step, after_answer, hold_reason, is_believed, strongest
from domain.notes.general import Said
from domain.planning.plan import PlannedDelivery, pivots
from domain.planning.policy import is_doomed, may_pass_pivot, needed, required
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    PartlyDelivered,
    Pending,
    QueryOutcome,
    Rejected,
    UnknownOrder,
)
from tests.unit.order_machine.rows import Attempt, Delivery, Move, Sending

START = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


class Order:
    """The order, its clock, and everything that was sent."""

    def __init__(self, contract: Bundle, plans: list[PlannedDelivery], suppliers: list[Capabilities]) -> None:
        self.contract = contract
        self.suppliers = suppliers
        self.now = START
        self.sent: list[Sending] = []
        self.delivered: list[str] = []
        self.taken_back: set[str] = set()
        self.cancelled = self.settled = False
        fixed = pivots(contract)
        self.deliveries = {
            p.component: Delivery(
                p,
                p.component in fixed,
                snapshot(Step(state=DeliveryState.PLANNED, next_action=NextAction.SUBMIT, at=p.due_at)),
            )
            for p in plans
        }
        self.let_pivots_pass()

    def done(self) -> dict[str, bool]:
        """Which components are delivered, or left out by a person."""
        return {c: d.seen is DeliveryState.DELIVERED or d.step.waived for c, d in self.deliveries.items()}

    def doomed(self) -> bool:
        """Whether the policy says that the order must be undone."""
        lost = {c: d.seen in LOST and not d.step.waived for c, d in self.deliveries.items()}
        waiting = {c for c, d in self.deliveries.items() if d.pivot and not d.passed and d.seen not in CLOSED}
        must, count = self._policy()
        return is_doomed(must, count, lost, waiting)

    def stopping(self, d: Delivery) -> bool:
        """Whether nobody wants any more what is not delivered yet; a case goes on regardless."""
        return d.case is None and (self.cancelled or self.doomed())

    def ready(self) -> list[Delivery]:
        """Open deliveries that somebody drives now; a pivot that is not held waits until it may start."""
        return [
            d
            for d in self.deliveries.values()
            if d.step.state not in CLOSED
            and (d.passed or not d.pivot or d.step.next_action is NextAction.HOLD or self.stopping(d))
        ]

    def follow(
        self,
        d: Delivery,
        step: Step,
        *,
        units: int | None = None,
        afresh: bool = False,
        by_case: bool = False,
        waived: bool = False,
    ) -> None:
        """Write a step down."""
        old, new = d.step.state, step.state
        assert may_move(old, new, by_case=by_case), f"{d.plan.component} cannot go from {old} to {new}"
        if old is not new:
            d.moves.append(Move(old, new, by_case))
        standing = None if afresh else d.hold_deadline
        d.hold_deadline = step.deadline if new is DeliveryState.HELD else standing
        d.step = snapshot(step, waived=waived or d.step.waived)
        d.units_delivered = d.units_delivered if units is None else units
        if new in CLOSED:
            d.hold_deadline = None
        if d.case is None:
            d.seen = new
            if new is DeliveryState.DELIVERED:
                self.delivered.append(d.plan.component)
        self.let_pivots_pass()

    def let_pivots_pass(self) -> None:
        """Pivots whose own failure alone could still undo the order start."""
        must, count = self._policy()
        for c, d in self.deliveries.items():
            if d.pivot and not d.passed and not self.cancelled and not self.doomed():
                d.passed = may_pass_pivot(c, must, count, self.done())

    def record(
        self, d: Delivery, attempt: Attempt, outcome: QueryOutcome, *, asked: bool, giving_up: bool
    ) -> None:
        """Write down what the supplier said, and the step that follows."""
        supplier = self.suppliers[attempt.offer]
        facts = self._situation(d, attempt, supplier)
        step = after_answer(outcome, facts)
        believable = attempt.submitted_at + supplier.absence_after
        accepted = attempt.state is AttemptState.PENDING
        attempt.absent = isinstance(outcome, UnknownOrder) and self.now >= believable and not accepted
        if giving_up and is_believed(outcome, facts):
            outcome = Rejected("absent", Said(text="the supplier never received the order"), "request")
            step = after_answer(outcome, facts)
        attempt.checks += asked
        attempt.askable = supplier.query_by_our_number
        attempt.asked_at = self.now if asked else attempt.asked_at
        if step.state is DeliveryState.HELD and attempt.doubted_at is None:
            attempt.doubted_at = self.now
        if isinstance(outcome, Rejected | ActionRequired):
            attempt.reason = hold_reason(outcome)
        became = _became(outcome)
        attempt.state = became if not accepted or became is not AttemptState.UNCERTAIN else attempt.state
        attempt.in_flight = not (step.next_action is NextAction.SUBMIT or attempt.absent)
        units = len(outcome.units) if isinstance(outcome, PartlyDelivered) else None
        self.follow(d, step, units=d.plan.units if isinstance(outcome, Delivered) else units)

    def _situation(self, d: Delivery, attempt: Attempt, supplier: Capabilities) -> Situation:
        return Situation(
            now=self.now,
            offer=attempt.offer,
            offers=len(d.plan.offers),
            checks=attempt.checks,
            submissions=attempt.submissions,
            attempts=attempt.number,
            last_submitted_at=attempt.submitted_at,
            opened_at=attempt.opened_at,
            accepted=attempt.state is AttemptState.PENDING,
            capabilities=supplier,
            hold_window=self.contract.hold_window,
            hold_deadline=d.hold_deadline,
            best_reason=strongest([a.reason for a in d.attempts if a.reason]),
        )

    def _policy(self) -> tuple[frozenset[str], int]:
        components = self.contract.components
        return required(self.contract.policy, components), needed(self.contract.policy, components)


def _became(outcome: QueryOutcome) -> AttemptState:
    match outcome:
        case Delivered():
            return AttemptState.DELIVERED
        case PartlyDelivered():
            return AttemptState.PARTIAL
        case Rejected() | ActionRequired():
            return AttemptState.REJECTED
        case Pending():
            return AttemptState.PENDING
    return AttemptState.UNCERTAIN


def snapshot(step: Step, *, waived: bool = False) -> Snapshot:
    """A row at this step; what else real rows tell their runs, the model has elsewhere."""
    return Snapshot.at_step(step, issued=0, waived=waived, revision=0, tries=0, tried=0)
