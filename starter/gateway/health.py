"""Whether the process serves, and whether what nobody waits for is looked after."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from starter.gateway.problems.answers import problem
from storage.base.database import Database
from storage.base.unavailable import DatabaseUnavailable
from storage.upkeep.rounds import Round, last_rounds


def health_routes(database: Database) -> list[Route]:
    """`GET /healthz`: 200 while it serves. `GET /readyz`: 200 while sweep and verification are made."""

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "serving"})

    async def ready(request: Request) -> Response:
        try:
            async with database.snapshot() as session:
                made = await last_rounds(session, datetime.now(UTC))
        except DatabaseUnavailable:
            return problem("unavailable", "the database cannot be reached")
        when = {each.name: each.finished_at and each.finished_at.isoformat() for each in made}
        late = [each for each in made if each.late]
        if late:
            return problem("late", "; ".join(map(_late, late)))
        return JSONResponse({"status": "ready", **when})

    return [Route("/healthz", health, methods=["GET"]), Route("/readyz", ready, methods=["GET"])]


def _late(made: Round) -> str:
    since = f"since {made.finished_at:%Y-%m-%d %H:%M} UTC" if made.finished_at else "yet"
    return f"no {made.name.removesuffix('-finished')} was made {since}: is a worker running?"
