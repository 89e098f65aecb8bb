"""Tells clients what became of their orders, in the background, again and again until they acknowledge it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import httpx

from simulator.callbacks.notices import Notice, Notices, Sealed
from simulator.calls.waiting import pause
from simulator.shop.ledger import Sale
from simulator.shop.notice_log import Nature
from simulator.shop.shop import Shop

_TIMEOUT_SECONDS = 5.0
"""How long a receiver may take. No page states it."""

FORGER_SECRET = "not-the-secret-of-this-account-x"
REPLAYS = 10
"""How often an old callback comes again, byte for byte."""


@dataclass(frozen=True, slots=True)
class _Receiver:
    """Where an order is reported to, and our number of it."""

    address: str
    number: str


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
        earlier, contrary = None, self._notices.contrary(notice)
        to = _Receiver(address, sale.number)
        match strike.kind:
            case "lost_callback":
                return
            case "late_callback":
                await pause(self._shop, faults.plan.timing.late_callback)
            case "forged_callback":
                await self._post(to, "forged", self._notices.seal(contrary, FORGER_SECRET))
            case "misbound_callback":
                await self._post(to, "misbound", self._seal(self._notices.misbound(contrary)))
            case "unknown_callback":
                await self._post(to, "unknown", self._seal(self._notices.unknown(contrary)))
            case "reordered_callback":
                earlier = self._notices.earlier(notice)
                if earlier is None:
                    await self._let_another_pass()
        await self._climb(to, notice)
        if strike.kind == "duplicate_callback":
            await self._post(to, "true", self._seal(notice))
        if strike.kind == "replayed_callback":
            sealed = self._seal(notice)
            for _ in range(REPLAYS):
                await self._post(to, "replayed", sealed)
        if earlier is not None:
            await self._post(to, "earlier", self._seal(earlier))

    async def _let_another_pass(self) -> None:
        """Until a later notice, of whatever order, has gone out first."""
        before = self._posted
        seconds = self._shop.faults.plan.timing.late_callback
        await pause(self._shop, seconds, until=lambda: self._posted > before)

    def _seal(self, notice: Notice) -> Sealed:
        return self._notices.seal(notice, self._shop.account.secret)

    async def _climb(self, to: _Receiver, notice: Notice) -> None:
        """Say it until it is acknowledged or the ladder ends."""
        for wait in (0.0, *self._notices.ladder):
            await asyncio.sleep(wait * self._shop.ladder_scale)
            if await self._post(to, "true", self._seal(notice)):
                self.acknowledged += 1
                return
        self.given_up += 1

    async def _post(self, to: _Receiver, nature: Nature, sealed: Sealed) -> bool:
        """Whether it was acknowledged in exactly the supplier's word."""
        (body, headers), status, acknowledged = sealed, None, False
        try:
            answer = await self._http.post(to.address, content=body, headers=dict(headers))
            status = answer.status_code
            acknowledged = status == 200 and answer.content == self._notices.acknowledgement
        except (httpx.HTTPError, httpx.InvalidURL):
            pass
        finally:
            self._posted += 1
        self._shop.ledger.notices.note(to.number, nature, body, status, acknowledged)
        return acknowledged
