"""Events: read by a cursor, or all of a day."""

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from domain.access import Scope
from domain.validation.problems import Problem
from starter.desk.channels.keys import Caller
from starter.desk.webhooks.errors import BadCursor, EventsPruned, FeedRestarted
from starter.gateway.access.keys import Needs
from starter.gateway.openapi.told import problems
from starter.gateway.problems.answers import Refused
from starter.gateway.routes.parameters import Cursor, Limit
from starter.gateway.schema.webhooks import EventPage
from starter.gateway.service import service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.bodies import invalid
from storage.public.pages import Page

router = APIRouter(prefix="/v1", tags=["events"])
Reader = Annotated[Caller, Depends(Needs(Scope.EVENTS_READ))]
Patterns = Annotated[
    list[Annotated[str, Field(pattern=r"^[a-z_.*]{1,64}$")]],
    Query(max_length=20, description="Only these: `order.closed`, `order.*`"),
]
Day = Annotated[
    str,
    Path(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        json_schema_extra={"format": "date"},
        description="A day in UTC: 2026-12-01",
    ),
]
MOST_LINES = 1000
Lines = Annotated[int, Query(ge=1, le=MOST_LINES, description="How many a page has at most")]


@router.get("/events", response_model=EventPage, responses=problems(410))
async def list_events(
    request: Request,
    caller: Reader,
    limit: Limit = 50,
    cursor: Cursor = None,
    type: Patterns = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """List events of your orders from the first on; a page's `cursor` is where the next ones come after."""
    page = await _page(request, caller, cursor, limit, types=type)
    shown = {"data": page.events, "cursor": page.cursor, "has_more": page.has_more}
    return answer(request, EventPage.model_validate(shown))


@router.get(
    "/events/{day}.jsonl",
    response_class=Response,
    responses={
        200: {
            "content": {"application/jsonl": {"schema": {"type": "string"}}},
            "headers": {
                "Link": {
                    "description": 'The address of the next page, with `rel="next"`; the last page has none',
                    "schema": {"type": "string"},
                }
            },
        },
        **problems(410),
    },
)
async def events_of_day(
    request: Request, caller: Reader, day: Day, limit: Lines = MOST_LINES, cursor: Cursor = None
) -> Response:
    """The events of your orders on a day in UTC, one a line, page by page: `Link` has the next one."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise invalid([Problem(("day",), "there is no such day")]) from None
    page = await _page(request, caller, cursor, limit, day=wanted)
    at = f"/v1/events/{day}.jsonl?limit={limit}&cursor={page.cursor}"
    headers = {"Link": f'<{at}>; rel="next"'} if page.has_more else {}
    return Response(b"".join(map(_line, page.events)), headers=headers, media_type="application/jsonl")


async def _page(request: Request, caller: Caller, cursor: str | None, limit: int, **which: Any) -> Page:
    desk = service_of(request).desk.webhooks
    try:
        return await desk.events(caller.channel, after=cursor, most=limit, **which)
    except BadCursor as error:
        raise invalid([Problem(("cursor",), str(error))]) from None
    except (FeedRestarted, EventsPruned) as error:
        raise Refused(error.code, str(error), cursor=error.cursor) from None


def _line(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
