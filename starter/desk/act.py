"""Acts on one delivery. Nobody needs to know whether its order's run is still open.

An act finds the order's run, the case's run, or opens a case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from activities.runs.cases import start_case
from activities.runs.start import adopt
from domain.contract.order import Recipient
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import DeliveryState
from domain.keys import case_workflow_id, order_workflow_id
from domain.messages import Acted
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.refusals import is_not_delivered
from domain.verbs.table import DELIVERY_VERBS
from domain.verbs.verb import Act, Standing, words
from starter.desk.errors import ActRefused
from starter.desk.runs import Runs, parts
from storage.aftercare.cases import CaseRefused, CaseToRun, open_asked_for, open_case_about
from storage.base import requests
from storage.base.journal import snapshot_of
from storage.base.requests import Answered
from storage.deliveries.by_hand import NotUsable, hand_in_credentials, hand_in_recipient
from storage.tables import Delivery
from storage.views.orders import OrderToAdopt, order_to_adopt


@dataclass(frozen=True)
class _Standing:
    """Where an act belongs."""

    order: OrderToAdopt | None
    case: CaseToRun | None
    delivery: Delivery
    before: Answered | None
    """What came of this very request before."""
    digest: str
    """What tells it from every other one."""


class DeliveryActs:
    """What people do to one delivery."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    async def act(self, number: str, request: HumanAct) -> Acted:
        """Do what a person asks for on a delivery of order `channel/order_no`, open or closed.

        The same `request_id` again has no second effect. Raises ActRefused with the reason when it is not
        possible as things stand; ActPending or RPCError when asking again is safe and needed.
        """
        if request.act not in DELIVERY_VERBS:
            raise ActRefused(f"{words(request.act)} is not about one delivery")
        standing = await self._standing(number, request)
        if standing.before is not None:
            return Acted(step=snapshot_of(standing.delivery), case=standing.before.case)
        if standing.case is not None:
            await start_case(self._runs.temporal, standing.case)
            channel, _, order_no = number.partition("/")
            run = case_workflow_id(channel, order_no, standing.case.number)
            return await self._runs.update(run, request, standing.digest, Acted)
        verb = DELIVERY_VERBS[request.act]
        if verb.opens is not None and standing.delivery.state == DeliveryState.DELIVERED:
            return await self._open(request, standing.delivery, verb.opens)
        if is_not_delivered in verb.refused_if:
            raise ActRefused(is_not_delivered(request.act, Standing(DeliveryState(standing.delivery.state))))
        if standing.order is None:
            raise ActRefused(f"the delivery is {standing.delivery.state}, and its order {number} is closed")
        await adopt(self._runs.temporal, standing.order)
        run = order_workflow_id(*parts(number))
        try:
            return await self._runs.update(run, request, standing.digest, Acted)
        except ActRefused:
            now = await self._standing(number, request)
            if verb.opens is None or now.case is not None or now.delivery.state != DeliveryState.DELIVERED:
                raise
            return await self._open(request, now.delivery, verb.opens)

    async def act_with(
        self, number: str, request: HumanAct, given: Sequence[IssuedUnit] | Recipient
    ) -> Acted:
        """As `act`, after handing in what it is to use; one that was done before hands in nothing."""
        done = await self.done_before(request, given)
        if done is not None:
            return done
        order_id, delivery_id = request.order_id, request.delivery_id
        if isinstance(given, Recipient):
            name = await self.hand_in_recipient(order_id, delivery_id, given)
            request = request.model_copy(update={"recipient": name})
        elif request.act is Act.DELIVER_BY_HAND:
            ids = await self.hand_in(order_id, delivery_id, given)
            request = request.model_copy(update={"credentials": ids})
        return await self.act(number, request)

    async def hand_in(self, order_id: str, delivery_id: str, units: Sequence[IssuedUnit]) -> tuple[str, ...]:
        """Seal credentials for `deliver_by_hand` and return their ids. Raises ActRefused, LookupError."""
        try:
            async with self._runs.database.transaction() as session:
                now = datetime.now(UTC)
                return tuple(
                    await hand_in_credentials(session, self._runs.vault, order_id, delivery_id, units, now)
                )
        except (NotUsable, requests.ActRefused) as error:
            raise ActRefused(str(error)) from None

    async def hand_in_recipient(self, order_id: str, delivery_id: str, recipient: Recipient) -> str:
        """Seal a recipient for `change_recipient` and return its name. Raises ActRefused, LookupError."""
        try:
            async with self._runs.database.transaction() as session:
                return await hand_in_recipient(session, self._runs.vault, order_id, delivery_id, recipient)
        except (NotUsable, requests.ActRefused) as error:
            raise ActRefused(str(error)) from None

    async def _standing(self, number: str, request: HumanAct) -> _Standing:
        async with self._runs.database.snapshot() as session:
            delivery = await session.get(Delivery, request.delivery_id)
            if delivery is None or delivery.order_id != request.order_id:
                raise ActRefused(f"order {number} has no delivery {request.delivery_id}")
            case = await open_case_about(session, delivery.id)
            before = await self._runs.answered(session, request)
            digest = await requests.digest_of(session, request)
            return _Standing(await order_to_adopt(session, number), case, delivery, before, digest)

    async def done_before(
        self, request: HumanAct, given: Sequence[IssuedUnit] | Recipient = ()
    ) -> Acted | None:
        """What came of this very request, with what it is to hand in; None when it is new.

        Raises ActRefused where its id was used for something else.
        """
        async with self._runs.database.transaction() as session:
            before = await self._runs.answered(session, request, given)
            if before is None:
                return None
            return Acted(
                step=snapshot_of(await session.get_one(Delivery, before.delivery_id)), case=before.case
            )

    async def _open(self, request: HumanAct, delivery: Delivery, kind: CaseKind) -> Acted:
        try:
            async with self._runs.database.transaction() as session:
                case = await open_asked_for(session, request, kind, datetime.now(UTC))
        except (CaseRefused, requests.ActRefused) as error:
            raise ActRefused(str(error)) from None
        if not case.closed:
            await start_case(self._runs.temporal, case)
        return Acted(step=snapshot_of(delivery), case=case.number)
