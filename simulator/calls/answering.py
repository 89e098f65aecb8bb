"""Plays the fault that hits a client's call, if one does, around what the call does."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from simulator.calls.breaking import break_off, dripped, too_many_requests
from simulator.calls.placing import place
from simulator.calls.tcp import reset
from simulator.calls.waiting import pause
from simulator.faults.injector import Strike
from simulator.faults.kinds import BREAKS, COMMIT_THEN
from simulator.shop.ledger import Sale
from simulator.shop.purchase import Purchase, Refusal, Refused
from simulator.shop.shop import Shop

Perform = Callable[[], Awaitable[Response]]


async def answer_read(shop: Shop, request: Request, perform: Perform) -> Response:
    """Goods and accounts: no order is at stake, so they fail only while everything does."""
    return await _refuse_all(shop, "", "read", request) if shop.faults.is_down else await perform()


async def answer(
    shop: Shop, act: Literal["query", "revoke"], number: str, request: Request, perform: Perform
) -> Response:
    """A call about the order under our number."""
    if shop.faults.is_down:
        return await _refuse_all(shop, number, act, request)
    strike = shop.faults.strike(act, number)
    if strike.kind == "reversed_before_answer":
        return await _reversed(shop, strike, perform)
    return await _struck(shop, strike, request, perform)


async def create(
    shop: Shop, purchase: Purchase, request: Request, written: Callable[[Sale], Response]
) -> Response:
    """A purchase, and its sale as the protocol writes it. May raise Refusal, as the shop does."""
    if shop.faults.is_down:
        return await _refuse_all(shop, purchase.number, "create", request)
    strike = shop.faults.strike("create", purchase.number)

    async def perform() -> Response:
        placed = await place(shop, purchase, request)
        return placed if isinstance(placed, Response) else written(placed)

    match strike.kind:
        case "wallet_empty":
            raise _refused(shop, strike, Refused.BALANCE_SHORT)
        case "unlisted_refusal":
            raise _refused(shop, strike, Refused.UNLISTED)
        case "price_change":
            return await _dearer(shop, strike, purchase, request, written)
        case "commit_after_not_found":
            if not shop.park(purchase, shop.faults.plan.timing.late_commit):
                return await perform()
            shop.faults.note(strike)
            return await break_off("timeout", shop, request)
    return await _struck(shop, strike, request, perform)


async def _struck(shop: Shop, strike: Strike, request: Request, perform: Perform) -> Response:
    """A refusal goes through unbroken: then there was nothing to commit, and no fault."""
    kind = strike.kind
    if kind in BREAKS:
        shop.faults.note(strike)
        return await break_off(kind, shop, request)
    if kind == "too_many_requests":
        shop.faults.note(strike)
        return too_many_requests(shop)
    done = await perform()
    if kind is None:
        return done
    shop.faults.note(strike)
    if kind == "slow_drip":
        return dripped(done, shop, request)
    return await break_off(COMMIT_THEN[kind], shop, request)


def _refused(shop: Shop, strike: Strike, why: Refused) -> Refusal:
    refusal = shop.turn_away(strike.number, why)
    if refusal.why is why:
        shop.faults.note(strike)
    return refusal


async def _reversed(shop: Shop, strike: Strike, perform: Perform) -> Response:
    """A success is taken back, and told so, while it is being answered, where the vendor knows refunds."""
    done = await perform()
    sales = shop.ledger.sales_of(strike.number)
    if shop.vendor.knows_refunds and sales and sales[0].status == "delivered":
        before = shop.ledger.notices.acknowledged(strike.number)
        shop.take_back(sales[0])
        shop.faults.note(strike)
        told, seconds = shop.ledger.notices, shop.faults.plan.timing.late_callback
        await pause(shop, seconds, until=lambda: told.acknowledged(strike.number) > before)
    return done


async def _dearer(
    shop: Shop, strike: Strike, purchase: Purchase, request: Request, written: Callable[[Sale], Response]
) -> Response:
    """The price went up by a fifth since the client looked: refused above its ceiling, else sold at that."""
    dearer = replace(purchase, dearer_minor=max(1, purchase.product.price_minor // 5))
    try:
        placed = await place(shop, dearer, request)
    except Refusal as refusal:
        if refusal.why is Refused.PRICE_ABOVE_CEILING:
            shop.faults.note(strike)
        raise
    shop.faults.note(strike)
    return placed if isinstance(placed, Response) else written(placed)


async def _refuse_all(shop: Shop, number: str, act: str, request: Request) -> Response:
    shop.faults.note_down(number, act)
    return await reset(request)
