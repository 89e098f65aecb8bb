"""The document, made from the routes: who may ask for what, which bodies they take, every problem."""

from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from domain.contract.order import OrderDocument
from starter.gateway.access.keys import Needs
from starter.gateway.openapi.links import link
from starter.gateway.openapi.told import EVERYWHERE, WITH_A_BODY, problems
from starter.gateway.openapi.webhooks import webhooks
from starter.gateway.problems.answers import Problem
from starter.gateway.wire.bodies import Body

TITLE, VERSION = "Perkflow", "1"
KEY = "key"
_REF = "#/components/schemas/{model}"
_ABOUT_VALIDATION = ("HTTPValidationError", "ValidationError")


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The document of an application."""
    document = get_openapi(title=TITLE, version=VERSION, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _ABOUT_VALIDATION:
        schemas.pop(name, None)
    for answered in schemas.values():
        if "properties" in answered:  # an answer has every field, whether or not the model has a default
            answered["required"] = list(answered["properties"])
    bodies: dict[str, type[Any]] = {}
    operations: dict[str, dict[str, Any]] = {}
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = document["paths"][route.path_format][method.lower()]
                operation["operationId"] = route.name
                operations[route.name] = operation
                _describe(operation, route.dependant, bodies)
    link(operations)
    models = [(Problem, "serialization"), *((model, "validation") for model in bodies.values())]
    _, found = models_json_schema(models, ref_template=_REF)  # type: ignore[arg-type]
    schemas |= found.get("$defs", {})
    orders: tuple[type[OrderDocument], ...] = (OrderDocument, *OrderDocument.__subclasses__())
    for model in orders:
        if order := schemas.get(model.__name__):
            order["required"] = [name for name in order["required"] if name != "channel"]
    document["components"]["securitySchemes"] = {KEY: {"type": "http", "scheme": "bearer"}}
    document["webhooks"] = webhooks()
    document["paths"] = dict(sorted(document["paths"].items()))
    return document


def _describe(operation: dict[str, Any], dependant: Dependant, bodies: dict[str, type[Any]]) -> None:
    statuses: tuple[int, ...] = EVERYWHERE
    for each in dependant.dependencies:
        if isinstance(each.call, Needs):
            operation["security"] = [{KEY: [each.call.scope.value]}]
        if isinstance(each.call, Body):
            model = each.call.model
            bodies[model.__name__] = model
            schema = {"$ref": _REF.format(model=model.__name__)}
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
            statuses = (*EVERYWHERE, *WITH_A_BODY)
    told = {str(status): answer for status, answer in problems(*statuses).items()}
    operation["responses"] = {**operation["responses"], **told}
