"""Refunds: those to pay, and what became of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from domain.access import Scope
from domain.fulfilment.states import RefundState
from starter.desk.channels.keys import Caller
from starter.gateway.access.keys import Needs
from starter.gateway.openapi.told import problems
from starter.gateway.problems.answers import Refused
from starter.gateway.routes.parameters import Cursor, Limit, RefundId
from starter.gateway.schema.acts import Confirmation, Failure, RefundAnswer
from starter.gateway.schema.refunds import ChannelRefund, refund
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.bodies import Body
from starter.gateway.wire.cursors import Page, Place, read, written
from storage.views.channel_lists import Sought, is_refund_of, refunds_of

router = APIRouter(prefix="/v1", tags=["refunds"])
Writer = Annotated[Caller, Depends(Needs(Scope.REFUNDS_WRITE))]


@router.get("/refunds", response_model=Page[ChannelRefund])
async def list_refunds(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.REFUNDS_READ))],
    state: RefundState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List refunds of your orders, the first decided first; `state=decided` are those to pay."""
    sought = Sought(channel=caller.channel, limit=limit + 1, after=read(cursor), state=state)
    async with service_of(request).database.snapshot() as session:
        found = await refunds_of(session, sought)
    last = found[limit - 1] if len(found) > limit else None
    page = Page[ChannelRefund](
        data=[refund(each, livemode=caller.livemode) for each in found[:limit]],
        next_cursor=written(Place(last.decided_at, last.id)) if last else None,
    )
    return answer(request, page)


@router.post("/refunds/{refund_id}/confirmation", response_model=RefundAnswer, responses=problems(404, 409))
async def confirm_refund(
    request: Request,
    caller: Writer,
    sent: Annotated[Confirmation, Depends(Body(Confirmation))],
    refund_id: RefundId,
) -> Response:
    """Say that a refund's money was moved."""
    return await _settle(request, caller, refund_id, confirmed=True, note=sent.note)


@router.post("/refunds/{refund_id}/failure", response_model=RefundAnswer, responses=problems(404, 409))
async def fail_refund(
    request: Request,
    caller: Writer,
    sent: Annotated[Failure, Depends(Body(Failure))],
    refund_id: RefundId,
) -> Response:
    """Say that a refund's money could not be moved: somebody looks after it."""
    return await _settle(request, caller, refund_id, confirmed=False, note=sent.reason)


async def _settle(
    request: Request, caller: Caller, refund_id: str, *, confirmed: bool, note: str
) -> Response:
    service = service_of(request)
    async with service.database.snapshot() as session:
        if not await is_refund_of(session, caller.channel, refund_id):
            raise Refused("not_found", "there is no refund of this id")
    outcome = await service.desk.report_refund(
        refund_id, confirmed=confirmed, note=note, actor=caller.channel
    )
    shown = RefundAnswer(
        id=outcome.refund_id, livemode=caller.livemode, state=outcome.state, news=outcome.news
    )
    return answer(request, shown)
