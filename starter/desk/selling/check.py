"""Whether an order would be accepted: decided as when it is placed, in a transaction that is taken back."""

from collections.abc import Collection
from datetime import UTC, datetime

from domain.contract.order import OrderDocument
from domain.keys import document_digest
from domain.messages import PlaceOrder, Rejection
from starter.desk.errors import OrderRejected
from starter.desk.place import Placing
from starter.desk.runs import Runs
from storage.orders.acceptance import accept
from storage.supply.reserving import Contended


async def check(runs: Runs, document: OrderDocument, own_stock: Collection[str]) -> Rejection | None:
    """Why the order would be refused now; None when it would be accepted, or was. Raises InvalidOrder.

    `own_stock`: the connections that sell keys of our own.
    """
    digest = document_digest(document, runs.vault.fingerprints.key)
    try:
        known, _ = await Placing(runs).known(document, digest)
    except OrderRejected as error:
        return Rejection(code=error.code, message=str(error), component=error.component)
    if known is not None:
        return None
    request = PlaceOrder(document=document, digest=digest, received_at=datetime.now(UTC))
    try:
        return await _decided(runs, request, own_stock, alone=False)
    except Contended:
        return await _decided(runs, request, own_stock, alone=True)


async def _decided(
    runs: Runs, request: PlaceOrder, own_stock: Collection[str], *, alone: bool
) -> Rejection | None:
    async with runs.database.transaction() as session:
        found = await accept(session, runs.vault, request, request.received_at, own_stock, alone=alone)
        await session.rollback()
    return found.result.rejection
