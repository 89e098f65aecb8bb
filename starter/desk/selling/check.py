"""Whether an order would be accepted: decided as when it is placed, in a transaction that is taken back."""

from datetime import UTC, datetime

from domain.contract.order import OrderDocument
from domain.keys import document_digest
from domain.messages import PlaceOrder, Rejection
from domain.planning.modes import Supply
from starter.desk.errors import OrderRejected
from starter.desk.place import Placing
from starter.desk.runs import Runs
from storage.channels.modes import mode_of
from storage.orders.acceptance import accept
from storage.supply.reserving import Contended


async def check(runs: Runs, document: OrderDocument, supply: Supply) -> Rejection | None:
    """Why the order would be refused now; None when it would be accepted, or was. Raises InvalidOrder."""
    digest = document_digest(document, runs.vault.fingerprints.key)
    try:
        known, _ = await Placing(runs).known(document, digest)
    except OrderRejected as error:
        return Rejection(code=error.code, message=str(error), component=error.component)
    if known is not None:
        return None
    async with runs.database.snapshot() as session:
        livemode = await mode_of(session, document.channel)
    request = PlaceOrder(document=document, digest=digest, received_at=datetime.now(UTC), livemode=livemode)
    try:
        return await _decided(runs, request, supply, alone=False)
    except Contended:
        return await _decided(runs, request, supply, alone=True)


async def _decided(runs: Runs, request: PlaceOrder, supply: Supply, *, alone: bool) -> Rejection | None:
    async with runs.database.transaction() as session:
        found = await accept(session, runs.vault, request, request.received_at, supply, alone=alone)
        await session.rollback()
    return found.result.rejection
