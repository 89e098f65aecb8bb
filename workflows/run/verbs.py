"""The verbs of support as Updates, the same on an order's run and on a case's."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.messages import Acted, CallbackNotice
from domain.verbs.acts import HumanAct
from workflows.run.door import asked, told
from workflows.run.fulfilment import Fulfilment
from workflows.run.state import RunState
from workflows.signatures import ACT_REFUSED


def _can_act(run: "DeliveryVerbs", request: HumanAct) -> None:
    run.takes(request)
    run._fulfilment.can_act(request)


class DeliveryVerbs:
    """A run whose deliveries people may act on. Each act is refused at the door or applied once."""

    _state: RunState
    _fulfilment: Fulfilment

    @told(CallbackNotice)
    async def callback_received(self, notice: CallbackNotice) -> None:
        """A supplier reported on a delivery: its next question comes at once."""
        self._fulfilment.called_back(notice)

    @told(None)
    async def book_restored(self) -> None:
        """The book was put back to an older copy: tell it what it has lost."""
        self._state.restored = True

    @told(None)
    async def read_the_book(self) -> None:
        """This run did not go on though there was something to do: a new one reads the book."""
        self._state.anew = True

    @told(str)
    async def act_was_made(self, delivery_id: str) -> None:
        """Somebody's act is in the book, and this run may not have heard of it: read what it has."""
        await self._fulfilment.hear_of_act(delivery_id)

    @asked(HumanAct, _can_act)
    async def retry(self, request: HumanAct) -> Acted:
        """Try a held delivery again, or ask at once about one that is under way."""
        return await self._fulfilment.act(request)

    @asked(HumanAct, _can_act)
    async def substitute(self, request: HumanAct) -> Acted:
        """Buy a delivery from another of its offers."""
        return await self._fulfilment.act(request)

    @asked(HumanAct, _can_act)
    async def deliver_by_hand(self, request: HumanAct) -> Acted:
        """Deliver what a person handed in."""
        return await self._fulfilment.act(request)

    @asked(HumanAct, _can_act)
    async def change_recipient(self, request: HumanAct) -> Acted:
        """Deliver to another account from now on."""
        return await self._fulfilment.act(request)

    @asked(HumanAct, _can_act)
    async def refund(self, request: HumanAct) -> Acted:
        """Give a delivery up; what it is worth is paid back."""
        return await self._fulfilment.act(request)

    @asked(HumanAct, _can_act)
    async def waive(self, request: HumanAct) -> Acted:
        """Leave a delivery out: nothing is owed for it, and the order does not fail by it."""
        return await self._fulfilment.act(request)

    @asked(HumanAct, _can_act)
    async def hold(self, request: HumanAct) -> Acted:
        """Keep a delivery from going on."""
        return await self._fulfilment.act(request)

    @asked(HumanAct, _can_act)
    async def release(self, request: HumanAct) -> Acted:
        """Let a held delivery go on."""
        return await self._fulfilment.act(request)

    def takes(self, request: HumanAct) -> None:
        """Refuse an act that this run does not take: another verb's, another order's, or too late for it."""
        verb = workflow.current_update_info()
        if verb is not None and request.act != verb.name:
            raise ApplicationError(f"{verb.name} was asked for as {request.act}", type=ACT_REFUSED)
        self._fulfilment.take_acts()
        self._fulfilment.is_of(request)
