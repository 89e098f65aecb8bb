"""What support and channels do about orders that exist: the typed client's second half.

Nobody needs to know whether an order's run is still open: an act finds the order's run, the case's run, or
opens a case.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.runs.cases import start_case
from activities.runs.start import adopt
from domain.contract.order import Recipient
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import DeliveryState
from domain.keys import case_workflow_id, order_workflow_id
from domain.messages import Acted
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct, too_long
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS
from domain.verbs.verb import Act, words
from storage.aftercare.cases import CaseRefused, CaseToRun, open_asked_for, open_case_about
from storage.base import requests
from storage.base.database import Database
from storage.base.journal import snapshot_of
from storage.base.requests import Answered
from storage.base.sealing import Vault
from storage.deliveries.by_hand import NotUsable, hand_in_credentials, hand_in_recipient
from storage.tables import Delivery
from storage.views.orders import OrderToAdopt, order_to_adopt
from workflows.signatures import ACT_REFUSED, RUN_ENDING

Result = TypeVar("Result", bound=BaseModel)

ANSWER_WITHIN = timedelta(seconds=30)
ASK_THE_NEXT_RUN = timedelta(seconds=0.1)


class ActRefused(Exception):
    """What a person asked for is not possible as things stand; the text says why."""


class ActPending(Exception):
    """Nobody has answered yet. Asking again with the same request id is safe."""


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


class Desk:
    """Acts on orders. Holds no state; safe to share between requests."""

    def __init__(self, temporal: Client, database: Database, vault: Vault) -> None:
        self._temporal = temporal
        self._database = database
        self._vault = vault

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
            await start_case(self._temporal, standing.case)
            channel, _, order_no = number.partition("/")
            run = case_workflow_id(channel, order_no, standing.case.number)
            return await self.update(run, request, standing.digest, Acted)
        opens = DELIVERY_VERBS[request.act].opens
        if opens is not None and standing.delivery.state == DeliveryState.DELIVERED:
            return await self._open(request, standing.delivery, opens)
        if request.act is Act.REISSUE:
            raise ActRefused(f"the delivery is {standing.delivery.state}: only a delivered one is reissued")
        if standing.order is None:
            raise ActRefused(f"the delivery is {standing.delivery.state}, and its order {number} is closed")
        await adopt(self._temporal, standing.order)
        return await self.update(order_workflow_id(*parts(number)), request, standing.digest, Acted)

    async def hand_in(self, order_id: str, delivery_id: str, units: Sequence[IssuedUnit]) -> tuple[str, ...]:
        """Seal credentials for `deliver_by_hand` and return their ids. Raises ActRefused, LookupError."""
        try:
            async with self._database.transaction() as session:
                now = datetime.now(UTC)
                return tuple(
                    await hand_in_credentials(session, self._vault, order_id, delivery_id, units, now)
                )
        except NotUsable as error:
            raise ActRefused(str(error)) from None

    async def hand_in_recipient(self, order_id: str, delivery_id: str, recipient: Recipient) -> str:
        """Seal a recipient for `change_recipient` and return its name. Raises ActRefused, LookupError."""
        try:
            async with self._database.transaction() as session:
                return await hand_in_recipient(session, self._vault, order_id, delivery_id, recipient)
        except NotUsable as error:
            raise ActRefused(str(error)) from None

    async def _standing(self, number: str, request: HumanAct) -> _Standing:
        async with self._database.snapshot() as session:
            delivery = await session.get(Delivery, request.delivery_id)
            if delivery is None or delivery.order_id != request.order_id:
                raise ActRefused(f"order {number} has no delivery {request.delivery_id}")
            case = await open_case_about(session, delivery.id)
            before = await self.answered(session, request)
            digest = await requests.digest_of(session, request)
            return _Standing(await order_to_adopt(session, number), case, delivery, before, digest)

    async def done_before(
        self, request: HumanAct, given: Sequence[IssuedUnit] | Recipient = ()
    ) -> Acted | None:
        """What came of this very request, with what it is to hand in; None when it is new.

        Raises ActRefused where its id was used for something else.
        """
        async with self._database.transaction() as session:
            before = await self.answered(session, request, given)
            if before is None:
                return None
            return Acted(
                step=snapshot_of(await session.get_one(Delivery, before.delivery_id)), case=before.case
            )

    async def answered(
        self, session: AsyncSession, request: HumanAct, given: Sequence[IssuedUnit] | Recipient | None = None
    ) -> Answered | None:
        """What came of a request before. Raises ActRefused where its id was used for something else."""
        if why := too_long(request):
            raise ActRefused(why)
        handed_in = None if given is None else requests.as_handed_in(self._vault.fingerprints, given)
        try:
            return await requests.answered(session, request, handed_in)
        except requests.ActRefused as error:
            raise ActRefused(str(error)) from None

    async def _open(self, request: HumanAct, delivery: Delivery, kind: CaseKind) -> Acted:
        try:
            async with self._database.transaction() as session:
                case = await open_asked_for(session, request, kind, datetime.now(UTC))
        except (CaseRefused, requests.ActRefused) as error:
            raise ActRefused(str(error)) from None
        if not case.closed:
            await start_case(self._temporal, case)
        return Acted(step=snapshot_of(delivery), case=case.number)

    async def update(
        self, workflow_id: str, request: HumanAct, digest: str, result_type: type[Result]
    ) -> Result:
        """Let a run apply an act. Raises ActRefused, ActPending.

        Temporal answers an update's id with its first result, whatever the second one asks for. So what is
        asked for is part of the id.
        """
        handle: Any = self._temporal.get_workflow_handle(workflow_id)
        deadline = asyncio.get_running_loop().time() + ANSWER_WITHIN.total_seconds()
        while True:
            try:
                result: Result = await handle.execute_update(
                    "act_on_order" if request.act in ORDER_VERBS else "act",
                    request,
                    id=f"{request.request_id}-{self._vault.fingerprints.request(digest)}",
                    result_type=result_type,
                    rpc_timeout=ANSWER_WITHIN,
                )
                return result
            except WorkflowUpdateFailedError as error:
                if _is(error, RUN_ENDING) and asyncio.get_running_loop().time() < deadline:
                    await asyncio.sleep(ASK_THE_NEXT_RUN.total_seconds())
                    continue
                if _is(error, RUN_ENDING) or run_ended(error):
                    raise _ended(workflow_id, request) from None
                raise ActRefused(_why(error)) from None
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND or "closing workflow" in error.message:
                    raise _ended(workflow_id, request) from None
                raise
            except WorkflowUpdateRPCTimeoutOrCancelledError:
                stay_cancelled()
                raise ActPending(
                    f"no worker has answered {workflow_id} yet: start one with `perkflow worker`, and ask "
                    f"again with the same request id ({request.request_id})"
                ) from None


def _ended(workflow_id: str, request: HumanAct) -> ActPending:
    return ActPending(
        f"the run {workflow_id} ended meanwhile: ask again with the same request id ({request.request_id})"
    )


def _why(error: WorkflowUpdateFailedError) -> str:
    """What refused an act, in its own words; the name of the failure is for machines."""
    cause = error.cause
    text = cause.message if isinstance(cause, ApplicationError) else str(cause)
    return text.removeprefix(f"{ACT_REFUSED}: ")


def run_ended(error: WorkflowUpdateFailedError) -> bool:
    """Whether the run ended (somebody terminated it, say) before it answered, so that nothing is decided."""
    return _is(error, "AcceptedUpdateCompletedWorkflow")


def _is(error: WorkflowUpdateFailedError, kind: str) -> bool:
    return isinstance(error.cause, ApplicationError) and error.cause.type == kind


def stay_cancelled() -> None:
    """Go on being cancelled, if we are: the SDK tells a cancelled update as one that took too long."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def parts(number: str) -> tuple[str, str]:
    """Channel and order number."""
    channel, _, order_no = number.partition("/")
    return channel, order_no
