"""Plays a product's mode: what happens between a valid create request and its answer, if one comes."""

import asyncio
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from simulator.shop.ledger import Sale
from simulator.shop.purchase import Purchase
from simulator.shop.shop import Shop

HANG_SECONDS = 120.0


async def place(shop: Shop, purchase: Purchase, request: Request) -> Sale | Response:
    """The sale to answer with, or the bare HTTP response that a broken supplier gives. May raise Refusal."""
    match purchase.product.mode:
        case "error_500":
            return _server_error()
        case "hang":
            return await _hang(shop, request)
        case "commit_after_not_found":
            held_back = shop.park(purchase, purchase.product.delay)
            return await _hang(shop, request) if held_back else shop.sell(purchase)
        case "commit_then_500":
            shop.sell(purchase)
            return _server_error()
        case "commit_then_hang":
            shop.sell(purchase)
            return await _hang(shop, request)
        case "slow":
            sale = shop.sell(purchase)
            await _wait(shop, request, purchase.product.delay)
            return sale
        case "dearer":
            more = max(1, purchase.product.price_minor // 5)
            return shop.sell(replace(purchase, dearer_minor=more))
        case _:
            return shop.sell(purchase)


def _server_error() -> Response:
    return PlainTextResponse("Internal Server Error", status_code=500)


async def _hang(shop: Shop, request: Request) -> Response:
    await _wait(shop, request, HANG_SECONDS)
    return PlainTextResponse("Gateway Timeout", status_code=504)


async def _wait(shop: Shop, request: Request, seconds: float) -> None:
    """Wait, but no longer than the client does, nor than the server runs."""
    client_leaves = asyncio.ensure_future(request.receive())
    server_ends = asyncio.ensure_future(shop.closing.wait())
    _, waiting = await asyncio.wait(
        {client_leaves, server_ends}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
    )
    for other in waiting:
        other.cancel()
