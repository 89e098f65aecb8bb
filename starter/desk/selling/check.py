"""Whether an order would be accepted: decided as when it is placed, and held for it or taken back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.contract.order import OrderDocument
from domain.keys import document_digest
from domain.messages import PlaceOrder, Rejection
from domain.planning.modes import Supply
from starter.desk.errors import OrderRejected
from starter.desk.place import Placing
from starter.desk.runs import Runs
from storage.channels.modes import mode_of
from storage.orders.acceptance import accept
from storage.orders.holds import NewHold, hold
from storage.supply.reserving import Contended


@dataclass(frozen=True)
class Checked:
    """Why an order would be refused now; or that it would be accepted, or was, and what is held for it."""

    refusal: Rejection | None = None
    hold: NewHold | None = None


async def check(
    runs: Runs, document: OrderDocument, supply: Supply, lasts: timedelta | None = None
) -> Checked:
    """Say whether an order would be accepted, and hold what it needs for so long. Raises InvalidOrder.

    Nothing is held for an order that was accepted.
    """
    digest = document_digest(document, runs.vault.fingerprints.key)
    try:
        known, _ = await Placing(runs).known(document, digest)
    except OrderRejected as error:
        return Checked(Rejection(code=error.code, message=str(error), component=error.component))
    if known is not None:
        return Checked()
    async with runs.database.snapshot() as session:
        livemode = await mode_of(session, document.channel)
    request = PlaceOrder(document=document, digest=digest, received_at=datetime.now(UTC), livemode=livemode)
    try:
        return await _decided(runs, request, supply, lasts, alone=False)
    except Contended:
        return await _decided(runs, request, supply, lasts, alone=True)


async def _decided(
    runs: Runs, request: PlaceOrder, supply: Supply, lasts: timedelta | None, *, alone: bool
) -> Checked:
    async with runs.database.transaction() as session:
        if lasts is not None:
            held = await hold(session, runs.vault, request, supply, lasts, alone=alone)
            if isinstance(held, NewHold):
                return Checked(hold=held)
            await session.rollback()
            return Checked(held)
        found = await accept(session, runs.vault, request, request.received_at, supply, alone=alone)
        await session.rollback()
    return Checked(found.result.rejection)
