"""How a run is asked to apply an act, and what an act was answered before."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
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

from activities.runs.status import look
from domain.contract.order import Recipient
from domain.notes.words import Language
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct, too_long
from domain.verbs.table import ORDER_VERBS
from starter.desk.errors import ActPending, ActRefused, KeysDiffer
from storage.base import requests
from storage.base.database import Database
from storage.base.requests import Answered
from storage.base.sealing import Vault
from storage.keys.holders import mismatch
from workflows.signatures import ACT_REFUSED, RUN_ENDING

Result = TypeVar("Result", bound=BaseModel)

ANSWER_WITHIN = timedelta(seconds=30)
TEMPORAL_ANSWERS_WITHIN = timedelta(seconds=3)
ASK_THE_NEXT_RUN = timedelta(seconds=0.1)
LOOK_AT_KEYS_AFTER = timedelta(seconds=30)


class Runs:
    """Temporal, the book and the keys, as whoever acts on orders needs them."""

    def __init__(
        self, temporal: Client, database: Database, vault: Vault, lang: Language = Language.EN
    ) -> None:
        self.temporal = temporal
        self.database = database
        self.vault = vault
        self.lang = lang
        """Of what the runs of orders placed here write into Temporal."""
        self._keys_are_well_until = 0.0

    async def check_keys(self) -> None:
        """See that workers can read what this process seals, before it sends anything. Raises KeysDiffer.

        What was seen to be well is not looked at again for a while.
        """
        now = asyncio.get_running_loop().time()
        if now < self._keys_are_well_until:
            return
        async with self.database.snapshot() as session:
            why = await mismatch(session, self.vault.ring)
        if why is not None:
            raise KeysDiffer(why)
        self._keys_are_well_until = now + LOOK_AT_KEYS_AFTER.total_seconds()

    async def see_that_temporal_answers(self) -> None:
        """See that Temporal is there. Raises RPCError, within seconds."""
        await self.temporal.service_client.check_health(timeout=TEMPORAL_ANSWERS_WITHIN)

    async def is_running(self, workflow_id: str) -> bool:
        """Whether Temporal has a run under this id that has not ended. Raises RPCError."""
        return (await look(self.temporal, workflow_id)).running

    async def answered(
        self, session: AsyncSession, request: HumanAct, given: Sequence[IssuedUnit] | Recipient | None = None
    ) -> Answered | None:
        """What came of a request before. Raises ActRefused where its id was used for something else."""
        if why := too_long(request):
            raise ActRefused(why)
        handed_in = None if given is None else requests.as_handed_in(self.vault.fingerprints, given)
        try:
            return await requests.answered(session, request, handed_in)
        except requests.ActRefused as error:
            raise ActRefused(str(error)) from None

    async def update(
        self, workflow_id: str, request: HumanAct, digest: str, result_type: type[Result]
    ) -> Result:
        """Let a run apply an act. Raises ActRefused, ActPending, KeysDiffer.

        Temporal answers an update's id with its first result, whatever the second one asks for. So what is
        asked for is part of the id.
        """
        await self.check_keys()
        handle: Any = self.temporal.get_workflow_handle(workflow_id)
        deadline = asyncio.get_running_loop().time() + ANSWER_WITHIN.total_seconds()
        while True:
            try:
                result: Result = await handle.execute_update(
                    "act_on_order" if request.act in ORDER_VERBS else "act",
                    request,
                    id=f"{request.request_id}-{self.vault.fingerprints.request(digest)}",
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
