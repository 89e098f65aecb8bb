"""Before anybody pays: whether an order would be accepted, and what can be sold."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from domain.access import Scope
from domain.contract.order import OrderDocument
from starter.desk.channels.keys import Caller
from starter.desk.errors import InvalidOrder
from starter.desk.selling.availability import availability
from starter.desk.selling.check import check
from starter.gateway.access.keys import Needs
from starter.gateway.openapi.told import problems
from starter.gateway.problems.answers import FieldProblem, Refused
from starter.gateway.routes.parameters import BundleName
from starter.gateway.schema.checks import OrderCheck, WouldBeRefused
from starter.gateway.schema.contracts import BundleAvailability
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.orders import OrderBody

router = APIRouter(prefix="/v1", tags=["before payment"])


@router.post("/order-checks", response_model=OrderCheck)
async def check_order(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_WRITE))],
    document: Annotated[OrderDocument, Depends(OrderBody())],
) -> Response:
    """Say whether this order would be accepted now, and nothing is written."""
    service, why = service_of(request), None
    try:
        refused = await check(service.desk.runs, document, service.supply)
        if refused is not None:
            why = WouldBeRefused(
                code=refused.code, detail=refused.message, component=refused.component or None
            )
    except InvalidOrder as error:
        wrong = [FieldProblem(field=each.field, message=each.message) for each in error.problems]
        why = WouldBeRefused(code=error.code, detail=str(error), errors=wrong)
    shown = OrderCheck(
        order_no=document.order_no, livemode=caller.livemode, acceptable=why is None, refusal=why
    )
    return answer(request, shown)


@router.get("/bundles/{bundle}/availability", response_model=BundleAvailability, responses=problems(404))
async def read_availability(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.CONTRACTS_READ))],
    bundle: BundleName,
) -> Response:
    """Say whether the newest version of a bundle can be sold now, and which component limits it."""
    service = service_of(request)
    found = await availability(service.database, bundle, service.supply, livemode=caller.livemode)
    if found is None:
        raise Refused("not_found", "no bundle of this id is published")
    return answer(request, BundleAvailability(**dict(found), livemode=caller.livemode))
