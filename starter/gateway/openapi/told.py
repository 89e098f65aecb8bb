"""What routes say about their answers."""

from http import HTTPStatus
from typing import Any

from starter.gateway.problems.answers import MEDIA_TYPE

EVERYWHERE = (401, 403, 422, 429, 500, 503)
WITH_A_BODY = (400, 413, 415)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with besides those that all do."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }
