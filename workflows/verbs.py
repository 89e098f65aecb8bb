"""The verbs of support as Updates, the same on an order's run and on a case's."""

from temporalio import workflow

from domain.acts import HumanAct
from domain.messages import Acted, DeliveryHint
from workflows.fulfilment import Fulfilment


class DeliveryVerbs:
    """A run whose deliveries people may act on. Each act is refused at the door or applied once."""

    _fulfilment: Fulfilment

    @workflow.signal
    def supplier_reported(self, hint: DeliveryHint) -> None:
        """A supplier reported on a delivery: its next question comes at once."""
        self._fulfilment.hint(hint)

    @workflow.signal
    def book_put_back(self) -> None:
        """The book was put back to an older copy: tell it what it has lost."""
        self._fulfilment.put_back = True

    @workflow.signal
    async def act_was_made(self, delivery_id: str) -> None:
        """Somebody's act is in the book, and this run may not have heard of it: read what it has."""
        await self._fulfilment.hear_of_act(delivery_id)

    @workflow.update
    async def retry(self, request: HumanAct) -> Acted:
        """Try a held delivery again, or ask at once about one that is under way."""
        return await self._fulfilment.act(request)

    @workflow.update
    async def substitute(self, request: HumanAct) -> Acted:
        """Buy a delivery from another of its offers."""
        return await self._fulfilment.act(request)

    @workflow.update
    async def deliver_by_hand(self, request: HumanAct) -> Acted:
        """Deliver what a person handed in."""
        return await self._fulfilment.act(request)

    @workflow.update
    async def change_recipient(self, request: HumanAct) -> Acted:
        """Deliver to another account from now on."""
        return await self._fulfilment.act(request)

    @workflow.update
    async def refund(self, request: HumanAct) -> Acted:
        """Give a delivery up; what it is worth is paid back."""
        return await self._fulfilment.act(request)

    @workflow.update
    async def skip(self, request: HumanAct) -> Acted:
        """Leave a delivery out: nothing is owed for it, and the order does not fail by it."""
        return await self._fulfilment.act(request)

    @workflow.update
    async def hold(self, request: HumanAct) -> Acted:
        """Keep a delivery from going on."""
        return await self._fulfilment.act(request)

    @workflow.update
    async def release(self, request: HumanAct) -> Acted:
        """Let a held delivery go on."""
        return await self._fulfilment.act(request)

    @retry.validator
    @substitute.validator
    @deliver_by_hand.validator
    @change_recipient.validator
    @refund.validator
    @skip.validator
    @hold.validator
    @release.validator
    def _can_act(self, request: HumanAct) -> None:
        self._fulfilment.take_acts()
        self._fulfilment.can_act(request)
