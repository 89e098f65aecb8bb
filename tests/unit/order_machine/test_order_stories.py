"""Stories that a random search comes upon seldom."""

from domain.contract.bundle import Bundle
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import DeliveryState
from domain.notes.general import Said
from domain.planning.plan import plan_deliveries
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import Delivered, PartlyDelivered, Pending, Rejected, Revoked
from domain.verbs.verb import Act
from tests.unit.builders import bundle, component
from tests.unit.order_machine import driving, people
from tests.unit.order_machine.contracts import SOON, UNIT, goods
from tests.unit.order_machine.model import START, Order

PLAIN = Capabilities("refuse", query_by_our_number=True, revocable=True, absence_after=SOON)
FIXED = {"reversibility": "irreversible"}
NOT_SOLD = Rejected("E7", Said(text="refused"), "request")


def accepted(contract: Bundle) -> Order:
    return Order(contract, plan_deliveries(contract, goods(contract), 1, START), [PLAIN] * 3)


def test_what_is_taken_back_after_a_part_was_paid_back_is_paid_back_too() -> None:
    contract = bundle(component("a", quantity=2), component("b"), policy="all_or_nothing")
    order = accepted(contract)
    a, b = order.deliveries.values()
    driving.go_on(order, a, Delivered((UNIT, UNIT)))
    people.open_case(order, a, CaseKind.REVERSAL, PartlyDelivered((UNIT,)), Revoked())
    people.act(order, a, Act.REFUND, 0, "")
    people.close_cases(order)
    assert [refund.amount for refund in a.refunds] == [3300]
    driving.go_on(order, b, NOT_SOLD)
    driving.go_on(order, b, NOT_SOLD)
    driving.undo(order, a, Revoked())
    people.record_refund(order, a, confirmed=True)
    driving.settle(order)
    assert a.step.state is DeliveryState.REFUNDED
    assert [refund.amount for refund in a.refunds] == [3300, 3300]
    assert sum(refund.amount for d in (a, b) for refund in d.refunds) == 9900


def test_an_order_whose_pivot_is_being_bought_cannot_be_cancelled() -> None:
    contract = bundle(component("a"), component("b", **FIXED), policy="all_or_nothing")
    order = accepted(contract)
    a, b = order.deliveries.values()
    driving.go_on(order, a, Delivered((UNIT,)))
    driving.go_on(order, b, Pending(SOON))
    people.cancel(order)
    assert not order.cancelled


def test_what_an_order_can_do_without_is_cancelled_though_its_pivot_is_delivered() -> None:
    contract = bundle(
        component("a"), component("b", **FIXED), component("c", role="frequent"), policy="core_must"
    )
    order = accepted(contract)
    a, b, c = order.deliveries.values()
    driving.go_on(order, a, Delivered((UNIT,)))
    driving.go_on(order, b, Delivered((UNIT,)))
    people.cancel(order)
    driving.go_on(order, c, None)
    assert [d.step.state for d in (a, b, c)] == [
        DeliveryState.DELIVERED,
        DeliveryState.DELIVERED,
        DeliveryState.CANCELLED,
    ]
    assert driving.to_take_back(order) == []


def test_irreversible_parts_that_wait_for_what_is_lost_are_given_up() -> None:
    contract = bundle(
        component("a", **FIXED), component("b", **FIXED), component("c"), policy={"at_least": 2}
    )
    order = accepted(contract)
    c = order.deliveries["c"]
    assert order.ready() == [c]
    people.act(order, c, Act.REFUND, 0, "")
    for d in order.ready():
        driving.go_on(order, d, None)
    assert [d.step.state for d in order.deliveries.values()] == [DeliveryState.CANCELLED] * 3
