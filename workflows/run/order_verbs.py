"""What can be asked of a whole order while it runs: its receipt, what people do to it, order events."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from domain.messages import (
    CONFLICT,
    OrderActed,
    PlaceOrder,
    PlaceResult,
)
from domain.planning.order_events import OrderEvent
from domain.verbs.human_act import HumanAct
from domain.verbs.table import ORDER_VERBS
from domain.verbs.verb import words
from workflows.run.door import asked, signalled
from workflows.run.order_acts import OrderActs
from workflows.run.releases import Releases
from workflows.run.state import OrderRunState
from workflows.run.verbs import DeliveryVerbs
from workflows.signatures import ACT_REFUSED


def _same_body(run: "OrderVerbs", request: PlaceOrder) -> None:
    if request.digest != run._state.start.digest:
        raise ApplicationError("this number was already placed with another body", type=CONFLICT)


def _takes(run: "OrderVerbs", request: HumanAct) -> None:
    if request.act not in ORDER_VERBS:
        raise ApplicationError(f"{words(request.act)} is not about a whole order", type=ACT_REFUSED)
    run.takes(request)


class OrderVerbs(DeliveryVerbs):
    """A run of an order, as its channel and support meet it."""

    _state: OrderRunState
    _releases: Releases
    _order_acts: OrderActs

    @asked(PlaceOrder, _same_body)
    async def place(self, request: PlaceOrder) -> PlaceResult:
        """The receipt or rejection of this order, as soon as it is decided."""
        await workflow.wait_condition(lambda: self._state.result is not None)
        assert self._state.result is not None
        return self._state.result

    @asked(HumanAct, _takes)
    async def act_on_order(self, request: HumanAct) -> OrderActed:
        """Do what a person asks for to the whole order."""
        await self._until_it_is_known(request)
        try:
            acted = await self._fulfilment.calls.act_on_order(request)
        except ActivityError as error:
            raise self._refused(error) from None
        await self._order_acts.follow(acted)
        return acted

    @signalled(OrderEvent)
    async def event_happened(self, event: OrderEvent) -> None:
        """Something happened to the order that releases may wait for; the book has it already."""
        self._releases.take_event(event)

    async def _until_it_is_known(self, request: HumanAct) -> None:
        """Wait until this run knows which order it is of; refuse an act on another."""
        await workflow.wait_condition(lambda: self._state.result is not None)
        self._fulfilment.is_of(request)

    def _refused(self, error: ActivityError) -> ApplicationError:
        self._fulfilment.notice(error)
        return ApplicationError(str(error.cause), type=ACT_REFUSED)
