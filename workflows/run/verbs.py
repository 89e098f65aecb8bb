"""What anybody tells or asks a run, the same on an order's and on a case's."""

from temporalio.exceptions import ApplicationError

from domain.messages import Acted, CallbackNotice
from domain.verbs.human_act import HumanAct
from domain.verbs.table import DELIVERY_VERBS
from domain.verbs.verb import words
from workflows.run.door import asked, signalled
from workflows.run.fulfilment import Fulfilment
from workflows.run.state import RunState
from workflows.signatures import ACT_REFUSED


def _can_act(run: "DeliveryVerbs", request: HumanAct) -> None:
    if request.act not in DELIVERY_VERBS:
        raise ApplicationError(f"{words(request.act)} is not about one delivery", type=ACT_REFUSED)
    run.takes(request)
    run._fulfilment.can_act(request)


class DeliveryVerbs:
    """A run whose deliveries people may act on. Each act is refused at the door or applied once."""

    _state: RunState
    _fulfilment: Fulfilment

    @signalled(CallbackNotice)
    async def callback_received(self, notice: CallbackNotice) -> None:
        """A callback about a delivery: its supplier is asked at once."""
        self._fulfilment.called_back(notice)

    @signalled(None)
    async def book_restored(self) -> None:
        """The book was restored from an older copy: complete it by what this run knows."""
        self._state.restored = True

    @signalled(None)
    async def read_the_book(self) -> None:
        """This run did not go on though there was something to do: a new one reads the book."""
        self._state.anew = True

    @signalled(str)
    async def act_was_made(self, delivery_id: str) -> None:
        """Somebody's act is in the book, and this run may not have heard of it: read what it has."""
        await self._fulfilment.hear_of_act(delivery_id)

    @asked(HumanAct, _can_act)
    async def act(self, request: HumanAct) -> Acted:
        """Do what a person asks for to one delivery."""
        return await self._fulfilment.act(request)

    def takes(self, request: HumanAct) -> None:
        """Refuse an act on another order, or one that comes too late for this run."""
        self._fulfilment.take_acts()
        self._fulfilment.is_of(request)
