"""Whether an order may be accepted at all, as far as its document, its bundle and its buyer say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.messages import PlaceOrder, Rejection
from domain.planning.gates import PlannedGate, plan_gates, release_instants
from domain.planning.modes import Supply, Unserved, on_its_side
from domain.planning.plan import PlannedDelivery, plan_deliveries
from domain.validation.order import check_order
from storage.base.sealing import Vault
from storage.channels.modes import settled_mode
from storage.contracts.bundles import contracts_of
from storage.contracts.limits import beyond_limits
from storage.contracts.purchase import Purchase
from storage.tables import HoldToken

LIMIT = "limit_exceeded"
INVALID = "invalid_order"


@dataclass(frozen=True)
class Admitted:
    """An order of a published bundle. `refusal`: why it is not accepted all the same."""

    bundle: Bundle
    catalogue: Catalogue
    purchase: Purchase
    refusal: Rejection | None


async def admit(
    session: AsyncSession,
    vault: Vault,
    request: PlaceOrder,
    now: datetime,
    hold: HoldToken | Rejection | None,
) -> Admitted | Rejection:
    """Look at an order under the locks of its buyer and its accounts, which last until the transaction ends.

    `hold`: the one that it redeems or replaces, or why it may not redeem any.
    """
    document = request.document
    bundle, catalogue = await contracts_of(session, document.bundle, document.version)
    if bundle is None or catalogue is None:
        message = f"bundle {document.bundle} version {document.version} is not published"
        return Rejection(code=INVALID, message=message)
    livemode = await settled_mode(session, document.channel, now, livemode=request.livemode)
    if livemode is not request.livemode:
        was, is_ = ("a live", "a test") if request.livemode else ("a test", "a live")
        message = f"{document.channel} is {is_} channel, and was {was} one when this was placed"
        return Rejection(code=INVALID, message=message)
    problems = check_order(document, bundle, catalogue, request.received_at)
    accounts = {name: vault.fingerprints.account(each.value) for name, each in document.recipients.items()}
    purchase = Purchase(
        document=document,
        bundle=bundle,
        buyer=vault.fingerprints.buyer(document.buyer.ref),
        accounts=accounts,
        releases={} if problems else _releases(request, bundle),
        livemode=livemode,
        hold=hold.id if isinstance(hold, HoldToken) else None,
    )
    counted = {f"buyer {purchase.buyer}", *(f"account {account}" for account in accounts.values())}
    for each in sorted(counted):
        await one_at_a_time(session, each)
    refusal = None
    if problems:
        message = "; ".join(f"{p.field}: {p.message}" for p in problems)
        refusal = Rejection(code=INVALID, message=message)
    elif isinstance(hold, Rejection):
        refusal = hold
    elif why := await beyond_limits(session, purchase):
        refusal = Rejection(code=LIMIT, message=why)
    return Admitted(bundle, catalogue, purchase, refusal)


def plan_of(
    request: PlaceOrder, bundle: Bundle, catalogue: Catalogue, supply: Supply
) -> tuple[Sequence[PlannedDelivery], Mapping[str, PlannedGate]] | Rejection:
    """Every delivery of an order and the gates of its components; or that nobody may serve one of them."""
    document = request.document
    placed_at, stated = document.anchor(request.received_at), document.stated
    discount = document.discount.amount if document.discount else 0
    plan = plan_deliveries(bundle, catalogue, document.quantity, placed_at, stated, discount=discount)
    served = on_its_side(plan, supply, livemode=request.livemode)
    if isinstance(served, Unserved):
        return Rejection(code=served.code, message=served.message, component=served.component)
    return served, {gate.component: gate for gate in plan_gates(bundle, placed_at, stated)}


def _releases(request: PlaceOrder, bundle: Bundle) -> dict[str, int]:
    anchor, stated = request.document.anchor(request.received_at), request.document.stated
    return {each.id: len(release_instants(bundle, each, anchor, stated)) for each in bundle.components}


async def one_at_a_time(session: AsyncSession, what: str) -> None:
    """Let concurrent acceptances that could contradict each other pass one after the other."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))
