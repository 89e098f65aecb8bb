"""Placing a paid order: the same receipt however often a checkout system asks."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from activities.runs.start import adopt
from domain.contract.order import OrderDocument
from domain.fulfilment.states import OPEN_ORDERS
from domain.keys import document_digest, in_a_command, order_workflow_id
from domain.messages import CONFLICT, OrderReceipt, OrderStart, PlaceOrder, PlaceResult, Rejection
from domain.notes.runs import EVERYTHING, PLACED
from domain.notes.words import Language
from domain.texts import ForPeople
from domain.validation.order import check_order
from domain.validation.problems import Problem
from starter.desk.errors import InvalidOrder, OrderRejected, ReceiptPending
from starter.desk.runs import Runs, run_ended, stay_cancelled
from storage.channels.modes import mode_of
from storage.orders.holds import digest_of
from storage.views.orders import before_placing, order_to_adopt, read_receipt
from workflows import priorities
from workflows.order import BundleOrder
from workflows.queues import ORDERS
from workflows.search_attributes import of_order


class _TurnedAway(Exception):
    """The run under this number was started for another body."""


@dataclass(frozen=True)
class Placed:
    """A placed order. `new`: the book did not have it when it was asked for."""

    receipt: OrderReceipt
    new: bool


class Placing:
    """How a paid order is taken."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    async def place(self, document: OrderDocument, wait: timedelta = timedelta(seconds=30)) -> OrderReceipt:
        """Place a paid order and return its receipt with the delivery plan; see `place_once`."""
        return (await self.place_once(document, wait)).receipt

    async def place_once(
        self,
        document: OrderDocument,
        wait: timedelta = timedelta(seconds=30),
        hold_token: str | None = None,
    ) -> Placed:
        """Place a paid order; its receipt has the delivery plan. It takes at most `wait`.

        `hold_token`: of the hold that was made for it before it was paid.

        The same document under the same number gets the same order, also long after it closed. Raises
        InvalidOrder for a document that contradicts its bundle, OrderRejected for what the book refuses,
        KeysDiffer before anything is sealed that no worker could open;
        ReceiptPending, DatabaseUnavailable or RPCError when asking again is safe and needed: RPCError where
        Temporal does not answer, so that nothing may have been handed over.
        """
        await self._runs.check_keys()
        digest = document_digest(document, self._runs.vault.fingerprints.key)
        hold = digest_of(hold_token) if hold_token else ""
        deadline = asyncio.get_running_loop().time() + wait.total_seconds()
        try:
            async with asyncio.timeout_at(deadline):
                try:
                    return await self._receipt(document, digest, hold)
                except WorkflowUpdateRPCTimeoutOrCancelledError:
                    stay_cancelled()
                    raise
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            await self._runs.see_that_temporal_answers()
            number = f"{document.channel}/{document.order_no}"
            raise ReceiptPending(
                f"order {number} was handed to Temporal, but no worker accepted it in time: "
                "start one with `perkflow worker` and place the same order again for its receipt"
            ) from None

    async def _receipt(self, document: OrderDocument, digest: str, hold: str) -> Placed:
        """Ask the book, else start a run or join the one there is.

        A run that is about to end in a rejection can turn another body away. The number is free again as soon
        as that run has ended, and the book says whether it is.
        """
        while True:
            known, rejections = await self.known(document, digest)
            if known is not None:
                await self._keep_running(known)
                return Placed(known, new=False)
            try:
                result = await self._start(document, digest, rejections, hold)
            except _TurnedAway:
                await self._end_of(document)
                continue
            except WorkflowUpdateFailedError as error:
                if run_ended(error):
                    continue
                raise
            if result.rejection is not None:
                raise OrderRejected(result.rejection)
            assert result.receipt is not None
            return Placed(await self._read_receipt(document), new=True)

    async def _read_receipt(self, document: OrderDocument) -> OrderReceipt:
        """The receipt with its whole plan, which is too large to travel through Temporal."""
        async with self._runs.database.snapshot() as session:
            found = await read_receipt(session, document.channel, document.order_no)
        if found is None:
            number = f"{document.channel}/{document.order_no}"
            raise ReceiptPending(f"order {number} was accepted in another database: check the settings")
        return found[1]

    async def _end_of(self, document: OrderDocument) -> None:
        """Wait until the run of this number has ended, or until the book has its order."""
        handle = self._runs.temporal.get_workflow_handle(
            order_workflow_id(document.channel, document.order_no)
        )
        while (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
            async with self._runs.database.transaction() as session:
                if await read_receipt(session, document.channel, document.order_no) is not None:
                    return
            await asyncio.sleep(0.1)

    async def known(self, document: OrderDocument, digest: str) -> tuple[OrderReceipt | None, int]:
        """The receipt of an order the book has already; else None, when the document fits its bundle.

        Beside it, how often this number was rejected before.
        """
        async with self._runs.database.snapshot() as session:
            before = await before_placing(
                session, document.channel, document.order_no, document.bundle, document.version
            )
            if before.placed and (found := await read_receipt(session, document.channel, document.order_no)):
                placed_digest, receipt = found
                if placed_digest == digest:
                    return receipt, 0
                raise OrderRejected(_conflict(document))
        if before.bundle is None or before.catalogue is None:
            missing = f"{document.bundle} version {document.version} is not published"
            raise InvalidOrder([Problem(("version",), missing)])
        problems = check_order(document, before.bundle, before.catalogue, datetime.now(UTC))
        if problems:
            raise InvalidOrder(problems)
        return None, before.rejections

    async def _keep_running(self, receipt: OrderReceipt) -> None:
        """An open order that is placed again gets a run, should it have lost its own."""
        if receipt.state not in OPEN_ORDERS:
            return
        async with self._runs.database.snapshot() as session:
            order = await order_to_adopt(session, receipt.order_id)
        if order is not None:
            await adopt(self._runs.temporal, order)

    async def _start(self, document: OrderDocument, digest: str, rejections: int, hold: str) -> PlaceResult:
        """Start the order's run, or join the one there is, and wait for its decision.

        The update's id tells one try from the next: Temporal answers a known id with its first result, also
        when the run that gave it has ended in a rejection.
        """
        lang = self._runs.lang
        async with self._runs.database.snapshot() as session:
            livemode = await mode_of(session, document.channel)
        request = PlaceOrder(
            document=document,
            digest=digest,
            received_at=datetime.now(UTC),
            lang=lang,
            livemode=livemode,
            hold=hold,
        )
        number = f"{document.channel}/{document.order_no}"
        start = WithStartWorkflowOperation(
            BundleOrder.run,
            OrderStart(digest=digest, placed=request, lang=lang),
            id=order_workflow_id(document.channel, document.order_no),
            task_queue=ORDERS,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=ForPeople(_summary(document, lang)),
            static_details=ForPeople(EVERYTHING.say(lang, order=in_a_command(number))),
            search_attributes=of_order(document.channel, document.bundle, document.version),
            priority=priorities.of_order(document.channel),
        )
        try:
            result: PlaceResult = await self._runs.temporal.execute_update_with_start_workflow(
                BundleOrder.place,
                request,
                id=f"place-{digest}-{rejections}",
                start_workflow_operation=start,
            )
            return result
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError) and error.cause.type == CONFLICT:
                raise _TurnedAway from None
            raise


def _conflict(document: OrderDocument) -> Rejection:
    number = f"{document.channel}/{document.order_no}"
    return Rejection(
        code=CONFLICT,
        message=f"order {number} was already placed with another body; use another number for another order",
    )


def _summary(document: OrderDocument, lang: Language) -> str:
    number = f"{document.channel}/{document.order_no}"
    bundle = f"{document.bundle} v{document.version}"
    return PLACED.say(lang, order=number, bundle=bundle, quantity=document.quantity)
