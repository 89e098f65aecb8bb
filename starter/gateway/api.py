"""The HTTP API of channels: its routes, its document, and its problems."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from domain.validation.problems import Problem
from starter.documents.sentences import sentence
from starter.gateway.openapi.document import openapi_of
from starter.gateway.problems.answers import Refused, answer
from starter.gateway.problems.causes import EXPECTED, refusal_of
from starter.gateway.problems.page import problem_page
from starter.gateway.routes import (
    after_placing,
    checks,
    contracts,
    deliveries,
    events,
    handing,
    order_acts,
    orders,
    refunds,
    webhooks,
)
from starter.gateway.service import Service
from starter.gateway.wire.bodies import invalid

ROUTERS: Sequence[APIRouter] = (
    orders.router,
    after_placing.router,
    order_acts.router,
    deliveries.router,
    handing.router,
    refunds.router,
    events.router,
    webhooks.router,
    checks.router,
    contracts.router,
)


def routes_of(service: Service | None) -> FastAPI:
    """The application, without its bounds (`guard.Guarded`); without a service it can only be described."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.service = service
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    document = openapi_of(app)

    async def described(request: Request) -> Response:
        return JSONResponse(document)

    app.router.routes.append(Route("/openapi.json", described, methods=["GET"]))
    app.router.routes.append(Route("/problems/{code}", problem_page, methods=["GET"]))
    kinds: tuple[type[Exception], ...] = (Exception, *EXPECTED)
    for kind in kinds:
        app.add_exception_handler(kind, _problem)
    app.add_exception_handler(RequestValidationError, _of_parameters)
    app.add_exception_handler(HTTPException, _of_routing)
    return app


async def _problem(request: Request, error: Exception) -> Response:
    return answer(refusal_of(error))


async def _of_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(invalid([Problem(each["loc"][1:], sentence(each)) for each in error.errors()]))


async def _of_routing(request: Request, error: Exception) -> Response:
    """No route is there, or none for this method: then all that there are for others are named."""
    assert isinstance(error, HTTPException)
    if error.status_code != 405:
        return answer(Refused("not_found", "nothing is at this address"))
    routes = [each for each in request.app.routes if isinstance(each, Route)]
    found = [each.methods or () for each in routes if each.matches(request.scope)[0] is not Match.NONE]
    allowed = ", ".join(sorted({method for methods in found for method in methods}))
    return answer(Refused("method_not_allowed", f"use one of: {allowed}", headers={"Allow": allowed}))
