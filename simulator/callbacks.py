"""Tells clients what became of their orders, in the background, again and again until they acknowledge it."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import httpx

from simulator.ledger import Sale
from simulator.shop import Shop
from simulator.waiting import pause

_TIMEOUT_SECONDS = 5.0
"""How long a receiver may take. No page states it."""

FORGER_SECRET = "not-the-secret-of-this-account-x"

Notice = Mapping[str, object]
"""The fields of one callback."""


class Notices(Protocol):
    """How a supplier writes, signs and repeats its callbacks."""

    @property
    def ladder(self) -> Sequence[float]:
        """The seconds to wait before each repeat."""

    @property
    def acknowledgement(self) -> bytes: ...

    def address(self, sale: Sale) -> str:
        """Where this order is reported to; empty: nowhere."""

    def write(self, sale: Sale) -> Notice: ...

    def seal(self, notice: Notice, secret: str) -> tuple[bytes, Mapping[str, str]]:
        """The body and the headers, signed now."""

    def contrary(self, notice: Notice) -> Notice:
        """The same about the order with the opposite outcome."""

    def misbound(self, notice: Notice) -> Notice:
        """The same, but naming another order of the supplier."""

    def earlier(self, notice: Notice) -> Notice | None:
        """What would have been said before this, if a supplier of this kind ever does."""


class Courier:
    """One task per notice. Nothing outlives the server: a client that is not told must ask."""

    def __init__(self, shop: Shop, notices: Notices) -> None:
        self._shop = shop
        self._notices = notices
        self._tasks: set[asyncio.Task[None]] = set()
        self._posted = 0
        self.acknowledged = 0
        self.given_up = 0
        self._http = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False, verify=False)

    @property
    def waiting(self) -> int:
        """Notices that are neither acknowledged nor given up."""
        return len(self._tasks) + self._shop.changes.qsize()

    def dispatch(self) -> None:
        """Start on every change since the last call; a supplier that is down tells nobody anything."""
        while not self._shop.faults.is_down and not self._shop.changes.empty():
            sale = self._shop.changes.get_nowait()
            if address := self._notices.address(sale):
                task = asyncio.create_task(self._deliver(address, sale))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self._http.aclose()

    async def _deliver(self, address: str, sale: Sale) -> None:
        faults, notice = self._shop.faults, self._notices.write(sale)
        strike = faults.strike("callback", sale.number)
        faults.note(strike)
        earlier = None
        match strike.kind:
            case "lost_callback":
                return
            case "late_callback":
                await pause(self._shop, faults.plan.timing.late_callback)
            case "forged_callback":
                await self._post(address, self._notices.contrary(notice), FORGER_SECRET)
            case "misbound_callback":
                await self._post(address, self._notices.misbound(self._notices.contrary(notice)))
            case "reordered_callback":
                earlier = self._notices.earlier(notice)
                if earlier is None:
                    await self._let_another_pass()
        await self._climb(address, notice)
        if strike.kind == "duplicate_callback":
            await self._post(address, notice)
        if earlier is not None:
            await self._post(address, earlier)

    async def _let_another_pass(self) -> None:
        """Until a later notice, of whatever order, has gone out first."""
        before = self._posted
        seconds = self._shop.faults.plan.timing.late_callback
        await pause(self._shop, seconds, until=lambda: self._posted > before)

    async def _climb(self, address: str, notice: Notice) -> None:
        """Say it until it is acknowledged or the ladder ends."""
        for wait in (0.0, *self._notices.ladder):
            await asyncio.sleep(wait * self._shop.ladder_scale)
            if await self._post(address, notice):
                self.acknowledged += 1
                return
        self.given_up += 1

    async def _post(self, address: str, notice: Notice, secret: str = "") -> bool:
        """Whether it was acknowledged in exactly the supplier's word."""
        body, headers = self._notices.seal(notice, secret or self._shop.config.secret)
        try:
            answer = await self._http.post(address, content=body, headers=dict(headers))
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        finally:
            self._posted += 1
        return answer.status_code == 200 and answer.content == self._notices.acknowledgement
