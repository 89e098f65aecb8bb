"""Orders driven at random over the pure rules; after every step, what always holds, said in other words."""

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.contract.bundle import Bundle, Reversibility
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import CLOSED, OrderState, may_move, order_state, unsettled_state
from domain.fulfilment.states import DeliveryState as D
from domain.fulfilment.steps import NextAction
from domain.notes.general import Said
from domain.planning.plan import plan_deliveries
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import NotRevocable, QueryOutcome, Revoked, RevokeOutcome
from domain.verbs.verb import Act
from tests.unit.order_machine import driving, people
from tests.unit.order_machine.contracts import ANSWERS, SOLD_OUT, SUPPLIERS, contracts, goods
from tests.unit.order_machine.model import START, Order
from tests.unit.order_machine.rows import Delivery
from tests.unit.order_machine.truths import BY_CASE, NO_WAY_BACK, REPLACEABLE, amounts_to, stands, worth

WHICH = st.integers(0, 3)
REVOCATIONS: st.SearchStrategy[RevokeOutcome] = st.sampled_from([Revoked(), NotRevocable(Said(text="used"))])
LETS_GO_ON = [Act.RETRY, Act.RELEASE, Act.SUBSTITUTE, Act.CHANGE_RECIPIENT]
DELIVERY_ACTS = st.sampled_from([*LETS_GO_ON * 2, Act.DELIVER_BY_HAND, Act.HOLD, Act.REFUND, Act.WAIVE])
OPEN = [D.PLANNED, D.HELD, D.IN_PROGRESS, D.UNCERTAIN]


class OrderMachine(RuleBasedStateMachine):
    """One order under a random contract, with random suppliers, people and channel."""

    order: Order

    @initialize(contract=contracts(), quantity=st.integers(1, 2), suppliers=SUPPLIERS)
    def accepted(self, contract: Bundle, quantity: int, suppliers: list[Capabilities]) -> None:
        plans = plan_deliveries(contract, goods(contract), quantity, START)
        self.order = Order(contract, plans, suppliers)
        self.judged, self.was_doomed, self.waived = 0, False, 0
        assert sum(plan.share.amount for plan in plans) == contract.price.amount * quantity
        assert min(plan.share.amount for plan in plans) >= 0

    def one(self, which: int, *states: D) -> Delivery:
        """One of the deliveries, preferably in one of these states."""
        every = list(self.order.deliveries.values())
        fitting = [d for d in every if d.step.state in states] or every
        return fitting[which % len(fitting)]

    @precondition(lambda self: bool(self.order.ready()))
    @rule(which=WHICH, answer=ANSWERS, times=st.sampled_from([1, 1, 14]))
    def goes_on(self, which: int, answer: driving.Answer, times: int) -> None:
        """The same answer may come many times over."""
        d = self.order.ready()[which % len(self.order.ready())]
        for _ in range(times):
            if d in self.order.ready():
                driving.go_on(self.order, d, answer)
                people.close_cases(self.order)
                self.every_request_was_allowed()

    @rule(which=WHICH, what=DELIVERY_ACTS, offer=WHICH, says=st.sampled_from(["", "", "", "not_sold"]))
    def somebody_acts(self, which: int, what: Act, offer: int, says: str) -> None:
        people.act(self.order, self.one(which, *OPEN), what, offer, says)
        people.close_cases(self.order)

    @rule(one_in_five=st.integers(0, 4))
    def the_buyer_cancels(self, one_in_five: int) -> None:
        if one_in_five == 4 and not self.order.cancelled:
            people.cancel(self.order)
            delivered = frozenset(c for c, done in self.order.done().items() if done)
            pivots = [c for c, d in self.order.deliveries.items() if d.pivot and d.seen is D.DELIVERED]
            keeps = stands(self.order.contract, delivered)
            assert keeps or not (self.order.cancelled and pivots), "cancelled past the pivot"

    @precondition(
        lambda self: any(d.refunds or d.step.state is D.DELIVERED for d in self.order.deliveries.values())
    )
    @rule(which=WHICH, kind=st.sampled_from(CaseKind), answer=ANSWERS, revocation=REVOCATIONS)
    def a_case_is_opened(
        self, which: int, kind: CaseKind, answer: QueryOutcome, revocation: RevokeOutcome
    ) -> None:
        people.open_case(self.order, self.one(which, D.DELIVERED), kind, answer, revocation)
        people.close_cases(self.order)

    @precondition(lambda self: any(d.refunds for d in self.order.deliveries.values()))
    @rule(which=WHICH, confirmed=st.booleans())
    def the_channel_reports(self, which: int, confirmed: bool) -> None:
        people.record_refund(self.order, self.one(which), confirmed=confirmed)

    @precondition(lambda self: any(d.case is None for d in driving.to_take_back(self.order)[:1]))
    @rule(revocation=REVOCATIONS)
    def the_order_is_undone(self, revocation: RevokeOutcome) -> None:
        """What a case is about is waited for."""
        d = driving.to_take_back(self.order)[0]
        assert not (d.pivot and d.seen is D.DELIVERED), "the pivot was delivered too early"
        driving.undo(self.order, d, revocation)
        people.close_cases(self.order)

    @precondition(lambda self: driving.may_settle(self.order))
    @rule()
    def it_is_settled(self) -> None:
        driving.settle(self.order)

    @invariant()
    def every_request_was_allowed(self) -> None:
        """No purchase beside one that may have been made, none before its time, and no pivot too early."""
        for sending in self.order.sent[self.judged :]:
            others = [s for s in self.order.sent if s.component == sending.component]
            assert {s.offer for s in others if s.number == sending.number} == {sending.offer}
            assert sending.harmless or not sending.again, "sent again while in doubt"
            assert sending.earlier <= REPLACEABLE, "bought beside another purchase"
            assert not sending.early and not sending.had_units
            plan = self.order.deliveries[sending.component].plan
            if plan.reversibility is Reversibility.IRREVERSIBLE and not sending.aftercare:
                assert stands(self.order.contract, sending.done | {sending.component}), "the pivot, too early"
        self.judged = len(self.order.sent)

    @invariant()
    def what_is_closed_stays_closed_but_for_a_case(self) -> None:
        for d in self.order.deliveries.values():
            assert d.step.state is not D.REVOKED or not d.step.waived, "left out, and taken back"
            if d.step.state in CLOSED:
                assert d.unresolved is None, "closed while it may have been sold"
                assert {new for new in D if may_move(d.step.state, new)} == NO_WAY_BACK[d.step.state]
            for move in d.moves:
                allowed = NO_WAY_BACK.get(move.old, set(D))
                assert move.new in allowed or (move.by_case and (move.old, move.new) in BY_CASE), move

    @invariant()
    def whatever_is_open_has_a_next_act(self) -> None:
        for d in self.order.deliveries.values():
            step, is_open = d.step, d.step.state not in CLOSED
            assert is_open is (step.next_action is not NextAction.DONE)
            assert not is_open or step.at is not None or step.deadline is not None
            assert step.state is D.HELD or step.next_action is not NextAction.HOLD
            assert step.state is not D.HELD or step.next_action is NextAction.HOLD or d.unresolved, (
                "held, and goes on"
            )
            if step.state is D.HELD:
                assert step.reason is not None and step.deadline is not None, "a hold without end"
                assert step.at is None or step.at <= step.deadline

    @invariant()
    def the_order_is_what_its_deliveries_amount_to(self) -> None:
        states = [d.step.state for d in self.order.deliveries.values()]
        state, ended = amounts_to(states), CLOSED.issuperset(states)
        assert order_state(states) is state
        assert unsettled_state(states) is (OrderState.IN_PROGRESS if ended else state)

    @invariant()
    def what_is_doomed_stays_doomed(self) -> None:
        """But for a person who leaves out an irreversible part that waits: that counts as done."""
        doomed, waived = self.order.doomed(), sum(d.step.waived for d in self.order.deliveries.values())
        assert doomed or not self.was_doomed or waived > self.waived
        self.was_doomed, self.waived = doomed, waived

    @invariant()
    def the_money_adds_up(self) -> None:
        """Delivered, refunded and retained are the share; a claim never exceeds it."""
        for d in self.order.deliveries.values():
            share, kept = d.plan.share.amount, worth(d)
            claims = [r.amount for r in d.refunds if not r.replaced]
            assert 0 <= sum(claims) <= share and all(amount > 0 for amount in claims)
            if self.order.settled and d.step.state in CLOSED:
                retained = share - kept if d.step.waived and d.step.state is not D.DELIVERED else 0
                assert kept + sum(claims) + retained == share, f"{kept} + {sum(claims)} + {retained}"

    def teardown(self) -> None:
        """Once suppliers answer and people say what only they can find out, every order ends."""
        if hasattr(self, "order"):
            _drain(self)


def _drain(machine: OrderMachine) -> None:
    order = machine.order
    for _ in range(1000):
        if ready := order.ready():
            d = min(ready, key=lambda one: driving.due(order, one))
            if not people.act(order, d, Act.REFUND, 0, "not_sold"):
                driving.go_on(order, d, SOLD_OUT)
            people.close_cases(order)
        elif waiting := driving.to_take_back(order):
            driving.undo(order, waiting[0], Revoked())
        elif driving.may_settle(order):
            driving.settle(order)
        else:
            break
    standing = [
        (d.step.state, d.step.next_action, d.step.reason, d.case, d.seen, d.unresolved)
        for d in order.deliveries.values()
    ]
    assert order.settled and all(d.step.next_action is NextAction.DONE for d in order.deliveries.values()), (
        standing
    )
    machine.every_request_was_allowed()
    machine.the_money_adds_up()


# Not shrunk, which takes minutes: an order of thirty steps can be read as it is.
OrderMachine.TestCase.settings = settings(
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    max_examples=400,
    stateful_step_count=30,
)
test_orders = OrderMachine.TestCase
