"""What support does to a whole order; one address for each verb of the table."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from domain.access import Scope
from domain.verbs.verb import OrderVerb
from starter.desk.channels.keys import Caller
from starter.gateway.access.keys import Needs
from starter.gateway.access.own import own_order
from starter.gateway.openapi.told import problems
from starter.gateway.routes.acting import act_of
from starter.gateway.routes.parameters import IdempotencyKey, OrderNo
from starter.gateway.schema.acts import OF_ORDERS, Asked, OrderActAnswer
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.bodies import Body

router = APIRouter(prefix="/v1", tags=["orders"])


def _add(verb: OrderVerb, model: type[Asked]) -> None:
    async def act(
        request: Request,
        caller: Annotated[Caller, Depends(Needs(Scope.SUPPORT))],
        asked: Annotated[Asked, Depends(Body(model))],
        order_no: OrderNo,
        idempotency_key: IdempotencyKey = None,
    ) -> Response:
        order = await own_order(request, caller, order_no)
        wanted = act_of(verb, caller, asked, order, "", idempotency_key)
        done = await service_of(request).desk.act_on_order(f"{order.channel}/{order.order_no}", wanted)
        shown = OrderActAnswer(
            request_id=wanted.request_id,
            order_no=order_no,
            livemode=caller.livemode,
            moved=sorted(done.moved),
        )
        return answer(request, shown)

    router.add_api_route(
        f"/orders/{{order_no}}/{verb.act.value}",
        act,
        methods=["POST"],
        name=f"{verb.act.value}_order",
        description=verb.help,
        response_model=OrderActAnswer,
        responses=problems(404, 409),
    )


for _verb, _model in OF_ORDERS.items():
    _add(_verb, _model)
