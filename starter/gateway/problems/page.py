"""The page that a problem's `type` opens, for the developer who met it."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from starter.gateway.problems.answers import problem
from starter.gateway.problems.kinds import KINDS

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{code}</title></head><body>
<h1>{title}</h1>
<p><code>{code}</code>, status {status}, {retryable}.</p>
<p>{remedy}</p>
</body></html>
"""


async def problem_page(request: Request) -> Response:
    """What a code means and what to do about it."""
    code = request.path_params["code"]
    kind = KINDS.get(code)
    if kind is None:
        return problem("not_found", "there is no problem of that code")
    retryable = "the same request may succeed later" if kind.retryable else "repeating it changes nothing"
    told = {"code": code, "title": kind.title, "status": str(kind.status), "remedy": kind.remedy}
    return HTMLResponse(
        _PAGE.format(retryable=retryable, **{name: escape(text) for name, text in told.items()})
    )
