"""Deliveries: read, and acted on by support; one address for each verb of the table."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from domain.access import Scope
from domain.verbs.verb import DeliveryVerb
from starter.desk.channels.keys import Caller
from starter.gateway.access.keys import Needs
from starter.gateway.access.own import own_delivery
from starter.gateway.openapi.told import problems
from starter.gateway.routes.acting import act_of, handed_in
from starter.gateway.routes.parameters import DeliveryId, IdempotencyKey
from starter.gateway.schema.acts import OF_DELIVERIES, ActAnswer, Asked
from starter.gateway.schema.orders import DeliveryAlone, delivery_alone
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.bodies import Body

router = APIRouter(prefix="/v1", tags=["deliveries"])


@router.get("/deliveries/{delivery_id}", response_model=DeliveryAlone, responses=problems(404))
async def read_delivery(
    request: Request,
    caller: Annotated[Caller, Depends(Needs(Scope.ORDERS_READ))],
    delivery_id: DeliveryId,
) -> Response:
    """Read one delivery."""
    order, view = await own_delivery(request, caller, delivery_id)
    shown = delivery_alone(view, order.order_no, livemode=caller.livemode)
    return answer(request, shown, zone=order.time_zone)


def _add(verb: DeliveryVerb, model: type[Asked]) -> None:
    async def act(
        request: Request,
        caller: Annotated[Caller, Depends(Needs(Scope.SUPPORT))],
        asked: Annotated[Asked, Depends(Body(model))],
        delivery_id: DeliveryId,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        order, view = await own_delivery(request, caller, delivery_id)
        wanted = act_of(verb, caller, asked, order, view.id, idempotency_key)
        number = f"{order.channel}/{order.order_no}"
        done = await service_of(request).desk.act_with(number, wanted, handed_in(verb, asked))
        shown = ActAnswer(
            request_id=wanted.request_id,
            livemode=caller.livemode,
            delivery_id=view.id,
            state=done.step.state,
            next_action=done.step.next_action,
            next_action_at=done.step.at or done.step.deadline,
            case=done.case,
        )
        return answer(request, shown)

    name = verb.act.value.replace("_", "-")
    router.add_api_route(
        f"/deliveries/{{delivery_id}}/{name}",
        act,
        methods=["POST"],
        name=f"{verb.act.value}_delivery",
        description=verb.help,
        response_model=ActAnswer,
        responses=problems(404, 409),
    )


for _verb, _model in OF_DELIVERIES.items():
    _add(_verb, _model)
