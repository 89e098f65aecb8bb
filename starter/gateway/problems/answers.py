"""How a problem is answered."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel
from starlette.responses import JSONResponse

from domain.validation.problems import Problem as Wrong
from starter.gateway.problems.kinds import KINDS

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5


class FieldProblem(BaseModel):
    """What is wrong with one field of what was sent, as its reader writes it: `recipients.shared.value`."""

    field: str
    message: str


class Problem(BaseModel):
    """Problem details as RFC 9457 has them. `type` is the address of a page about the code."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    retryable: bool
    """The same request may succeed later, and repeating it is safe."""
    component: str | None = None
    """Of the bundle, where it is about one."""
    cursor: str | None = None
    """Of the feed: where to go on from, after it began anew or was pruned."""
    errors: list[FieldProblem] = []


class Refused(Exception):
    """A request that ends in a problem."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[Wrong] = (),
        component: str = "",
        cursor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors = code, detail, errors
        self.component, self.cursor, self.headers = component, cursor, headers or {}


def answer(refused: Refused) -> JSONResponse:
    """The response for it."""
    kind = KINDS[refused.code]
    problem = Problem(
        type=f"/problems/{refused.code}",
        code=refused.code,
        title=kind.title,
        status=kind.status,
        detail=refused.detail,
        retryable=kind.retryable,
        component=refused.component or None,
        cursor=refused.cursor,
        errors=[FieldProblem(field=each.field, message=each.message) for each in refused.errors],
    )
    headers = {**_headers(kind.status), **refused.headers}
    return JSONResponse(problem.model_dump(exclude_defaults=True), kind.status, headers, MEDIA_TYPE)


def problem(code: str, detail: str) -> JSONResponse:
    """The response for a problem without more to tell."""
    return answer(Refused(code, detail))


def _headers(status: int) -> dict[str, str]:
    match status:
        case 401:
            return {"WWW-Authenticate": "Bearer"}
        case 413:
            return {"Connection": "close"}  # the rest of it is not read
        case 503:
            return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return {}
