"""The answers of a broken supplier. They are the same whether or not something was sold before."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse

from simulator.calls.tcp import close, reset
from simulator.calls.waiting import hang, pause
from simulator.shop.shop import Shop

_MALFORMED = b'{"code": , "data": ]'
_TRUNCATED = b'{"code": '
_PROMISED_BYTES = 512
_HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_DRIPS = 20


async def break_off(how: str, shop: Shop, request: Request) -> Response:
    """Instead of an answer: one of `kinds.BREAKS`."""
    match how:
        case "timeout":
            await hang(shop, request)
            return PlainTextResponse("Gateway Timeout", status_code=504)
        case "error_500":
            return PlainTextResponse("Internal Server Error", status_code=500)
        case "malformed_body":
            return Response(_MALFORMED, media_type="application/json")
        case "truncated_body":
            return _truncated(request)
        case "html_body":
            return HTMLResponse(_HTML)
        case "connection_reset":
            return await reset(request)
    raise ValueError(how)


def too_many_requests(shop: Shop) -> Response:
    seconds = f"{shop.faults.plan.timing.retry_after:g}"
    return PlainTextResponse("Too Many Requests", status_code=429, headers={"Retry-After": seconds})


def dripped(answer: Response, shop: Shop, request: Request) -> Response:
    """A whole and right answer, a few bytes at a time, so that no single wait is long."""
    body = bytes(answer.body)
    size = max(1, -(-len(body) // _DRIPS))

    async def drip() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            await pause(shop, shop.faults.plan.timing.drip / _DRIPS)
            yield body[start : start + size]

    headers = {"Content-Length": str(len(body))}
    return StreamingResponse(drip(), answer.status_code, headers, answer.media_type)


def _truncated(request: Request) -> Response:
    """A connection closed in the middle of the promised body."""

    async def part() -> AsyncIterator[bytes]:
        yield _TRUNCATED
        await close(request)

    headers = {"Content-Length": str(_PROMISED_BYTES)}
    return StreamingResponse(part(), headers=headers, media_type="application/json")
