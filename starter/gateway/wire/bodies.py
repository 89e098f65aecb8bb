"""Bodies of requests: JSON exactly as its schema says, and problems that name the field.

A message never repeats what was sent: documents hold phone numbers and addresses.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json, to_json
from starlette.requests import Request

from domain.validation.problems import Location, Problem
from starter.documents.sentences import sentence
from starter.gateway.problems.answers import Refused

Model = TypeVar("Model", bound=BaseModel)
MOST_PROBLEMS = 50


class Body(Generic[Model]):
    """A dependency of a route: its body as a model."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    async def __call__(self, request: Request) -> Model:
        """The body. Raises Refused: 415, 400, 422."""
        return as_model(self.model, await body_of(request))


async def body_of(request: Request) -> dict[str, Any]:
    """The body as an object of JSON. Raises Refused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused("unsupported_media_type", "send Content-Type: application/json")
    try:
        found = from_json(await request.body(), allow_inf_nan=False)
    except ValueError:
        raise Refused("invalid_json", "the body could not be read as JSON") from None
    if not isinstance(found, dict):
        raise Refused(
            "invalid_request", "the body must be an object", errors=[Problem((), "must be an object")]
        )
    return found


def as_model(model: type[Model], value: dict[str, Any]) -> Model:
    """The value as a model, with types exactly as JSON has them. Raises Refused."""
    try:
        return model.model_validate_json(to_json(value), strict=True)
    except ValidationError as error:
        problems = list(_problems(error, value))
    except ValueError:
        problems = [Problem((), "holds characters that are no text")]
    raise invalid(problems)


def invalid(problems: Sequence[Problem]) -> Refused:
    """That a request is wrong in these places."""
    return Refused("invalid_request", "; ".join(f"{p.field}: {p.message}" for p in problems), errors=problems)


def _problems(error: ValidationError, value: object) -> Iterator[Problem]:
    for detail in error.errors(include_input=False, include_url=False)[:MOST_PROBLEMS]:
        yield Problem(_where(detail, value), sentence(detail))


def _where(detail: ErrorDetails, value: object) -> Location:
    """The location in what was sent; pydantic's own also names the alternatives that it tried."""
    where: Location = ()
    parts = detail["loc"]
    for position, part in enumerate(parts):
        in_list = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if in_list or (isinstance(value, dict) and part in value):
            value, where = value[part], (*where, part)  # type: ignore[index]
        elif position == len(parts) - 1 and detail["type"] == "missing":
            where = (*where, part)
    return where
