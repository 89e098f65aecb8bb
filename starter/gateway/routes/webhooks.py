"""Endpoints of a channel: added, listed, replaced secrets, sent again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from domain.access import Scope
from domain.validation.problems import Problem
from starter.desk.channels.keys import Caller
from starter.desk.webhooks.desk import Webhooks
from starter.desk.webhooks.errors import EndpointRefused
from starter.gateway.access.keys import Needs
from starter.gateway.openapi.told import problems
from starter.gateway.routes.parameters import Limit
from starter.gateway.schema.webhooks import (
    ChannelEndpoint,
    EndpointBody,
    EndpointList,
    EndpointSecret,
    ReplayBody,
    Sending,
    SentList,
    TestSending,
    endpoint,
)
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.bodies import Body, invalid

router = APIRouter(prefix="/v1/webhook-endpoints", tags=["webhooks"])
Owner = Annotated[Caller, Depends(Needs(Scope.WEBHOOKS))]
EndpointId = Annotated[str, Path(pattern=r"^whe_[0-9a-f]{24}$")]


def _desk(request: Request) -> Webhooks:
    return service_of(request).desk.webhooks


@router.get("", response_model=EndpointList)
async def list_endpoints(request: Request, caller: Owner) -> Response:
    """List your endpoints: how each fares, and which are disabled."""
    found = await _desk(request).all(caller.channel)
    return answer(request, EndpointList(data=[endpoint(each, livemode=caller.livemode) for each in found]))


@router.post("", response_model=EndpointSecret, status_code=201, responses=problems(409))
async def add_endpoint(
    request: Request, caller: Owner, sent: Annotated[EndpointBody, Depends(Body(EndpointBody))]
) -> Response:
    """Have an address notified of what happens from now on. The secret is shown this once."""
    try:
        made = await _desk(request).add(caller.channel, sent.url, sent.events)
    except EndpointRefused as error:
        raise invalid([Problem((error.field,), error.why)]) from None
    shown = EndpointSecret(endpoint=endpoint(made.endpoint, livemode=caller.livemode), secret=made.secret)
    return answer(request, shown, 201)


@router.get("/{endpoint_id}", response_model=ChannelEndpoint, responses=problems(404))
async def get_endpoint(request: Request, caller: Owner, endpoint_id: EndpointId) -> Response:
    """One of your endpoints."""
    found = await _desk(request).one(caller.channel, endpoint_id)
    return answer(request, endpoint(found, livemode=caller.livemode))


@router.delete("/{endpoint_id}", status_code=204, response_class=Response, responses=problems(404))
async def remove_endpoint(request: Request, caller: Owner, endpoint_id: EndpointId) -> Response:
    """Have an address notified no more."""
    await _desk(request).remove(caller.channel, endpoint_id)
    return Response(status_code=204)


@router.get("/{endpoint_id}/deliveries", response_model=SentList, responses=problems(404))
async def list_sent(request: Request, caller: Owner, endpoint_id: EndpointId, limit: Limit = 50) -> Response:
    """List what an endpoint was sent, and what it answered."""
    return answer(request, SentList(data=await _desk(request).log(caller.channel, endpoint_id, most=limit)))


@router.post("/{endpoint_id}/secret", response_model=EndpointSecret, responses=problems(404))
async def replace_secret(request: Request, caller: Owner, endpoint_id: EndpointId) -> Response:
    """Replace the secret; for 24 hours the one before signs beside it."""
    made = await _desk(request).rotate(caller.channel, endpoint_id)
    shown = EndpointSecret(endpoint=endpoint(made.endpoint, livemode=caller.livemode), secret=made.secret)
    return answer(request, shown)


@router.post("/{endpoint_id}/enablement", response_model=ChannelEndpoint, responses=problems(404))
async def enable_endpoint(request: Request, caller: Owner, endpoint_id: EndpointId) -> Response:
    """Send to a disabled endpoint again, from now on."""
    found = await _desk(request).enable(caller.channel, endpoint_id)
    return answer(request, endpoint(found, livemode=caller.livemode))


@router.post("/{endpoint_id}/test", response_model=TestSending, responses=problems(404))
async def send_test(request: Request, caller: Owner, endpoint_id: EndpointId) -> Response:
    """Send a test event."""
    return answer(request, TestSending(delivery=await _desk(request).send_test(caller.channel, endpoint_id)))


@router.post("/{endpoint_id}/replays", response_model=Sending, responses=problems(404))
async def send_missed(
    request: Request,
    caller: Owner,
    sent: Annotated[ReplayBody, Depends(Body(ReplayBody))],
    endpoint_id: EndpointId,
) -> Response:
    """Send all since an instant that the endpoint has not had."""
    many = await _desk(request).send_missed(caller.channel, endpoint_id, sent.since)
    return answer(request, Sending(events=many))


@router.post("/{endpoint_id}/deliveries/{sent_id}/replays", response_model=Sending, responses=problems(404))
async def send_again(
    request: Request,
    caller: Owner,
    endpoint_id: EndpointId,
    sent_id: Annotated[str, Path(pattern=r"^whd_[0-9a-f]{24}$")],
) -> Response:
    """Send one event once more."""
    await _desk(request).send_again(caller.channel, endpoint_id, sent_id)
    return answer(request, Sending(events=1))
