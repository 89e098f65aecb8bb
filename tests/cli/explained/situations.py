"""The situations that support meets: each is made with a live order, as often as it is asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from activities.runs.cases import open_reversal
from domain.fulfilment.holds import HoldReason
from domain.notes.general import Said
from domain.planning.order_events import OrderEvent, OrderEventKind
from domain.supply.outcomes import Uncertain, UnknownOrder
from domain.verbs.verb import Act
from storage.supply import health
from storage.views.orders import OrderView
from tests.support.answering import Answering
from tests.support.asking import ask, asked
from tests.support.documents import benefit, offer
from tests.support.world import World

KEY = benefit("golden-key", "key", offer("kayixin", "1001"))
TWO = benefit("golden-two", "key", offer("kayixin", "1001"), offer("fulu", "10000587", priority=20))
LINK = benefit("golden-link", "link", offer("fulu", "10000588", revocable=False))
SCARCE = benefit("golden-scarce", "key", offer("kayixin", "2004"))
CREDIT = benefit("golden-credit", "recharge", offer("kayixin", "1006"), account="phone")
MOBILE = {"method": "mobile", "charge_value": "30"}
PHONE = benefit("golden-phone", "recharge", offer("fulu", "10000701", options=MOBILE), account="phone")
BROKE = benefit("golden-broke", "key", offer("fulu", "10000587"))
DOUBT = benefit("golden-doubt", "key", offer("kayixin", "doubt"))
ODD = benefit("golden-odd", "key", offer("kayixin", "odd"), offer("fulu", "10000587", priority=20))
DEAD = benefit("golden-dead", "key", offer("dead", "1001"))
EVERY = [KEY, TWO, LINK, SCARCE, CREDIT, PHONE, BROKE, DOUBT, ODD, DEAD]
WRONG = {"shared": {"type": "phone", "value": "+85251234567"}}


class Situations:
    """Makes orders of a world of its own, each in the situation of the method's name."""

    def __init__(self, world: World, answering: Answering) -> None:
        self._world, self._answering = world, answering

    async def not_due(self) -> OrderView:
        """It is promised for later."""
        line = {"id": "video", "benefit": "golden-two", "release": {"after": "P30D"}}
        return await self._placed(line, lambda view: view.deliveries[0].state == "planned")

    async def account_missing(self) -> OrderView:
        """Its buyer has not named an account."""
        line = {"id": "phone", "benefit": "golden-credit", "claim": {"within": "P30D", "otherwise": "refund"}}
        return await self._held(line)

    async def account_refused(self) -> OrderView:
        """Its supplier refused the account."""
        return await self._held({"id": "phone", "benefit": "golden-phone"}, recipients=WRONG)

    async def held_by_a_person(self) -> OrderView:
        """Somebody held it before it was due, and it is due now."""
        view = await self._waiting("golden-two")
        await ask(self._world, view, Act.HOLD)
        await self._report(view, OrderEventKind.CONFIRMED)
        return await self._until(view, lambda now: now.gates[0].verdict is not None)

    async def uncertain(self) -> OrderView:
        """Its supplier may have sold it, and is asked."""
        unclear = Uncertain(Said(text="code 31337"))
        for verb in ("submit", "query"):
            self._answering.with_(verb, "doubt", unclear)
        line = {"id": "video", "benefit": "golden-doubt"}
        return await self._placed(line, lambda view: view.deliveries[0].state == "uncertain")

    async def nobody_can_tell(self) -> OrderView:
        """Its supplier was asked in vain."""
        self._answering.with_("submit", "odd", Uncertain(Said(text="code 31337")))
        self._answering.with_("query", "odd", UnknownOrder())
        view = await self._held({"id": "video", "benefit": "golden-odd"})
        before = view.deliveries[0].attempts[0].asked_at
        await ask(self._world, view, Act.RETRY)
        return await self._until(
            view, lambda now: now.state == "held" and now.deliveries[0].attempts[0].asked_at != before
        )

    async def supplier_paused(self) -> OrderView:
        """Somebody lets nothing be bought at its supplier."""
        async with self._world.database.transaction() as session:
            await health.pause(session, "kayixin", "lin", "it sells test codes", datetime.now(UTC))
        return await self._held({"id": "video", "benefit": "golden-key"})

    async def circuit_open(self) -> OrderView:
        """Its supplier does not answer, and is left alone."""
        async with self._world.database.transaction() as session:
            for _ in range(5):
                await health.record_failure(session, "dead", Said(text="no answer"), datetime.now(UTC))
        return await self._held({"id": "video", "benefit": "golden-dead"})

    async def out_of_stock(self) -> OrderView:
        """No supplier has it."""
        return await self._held({"id": "video", "benefit": "golden-scarce"})

    async def wallet_empty(self) -> OrderView:
        """Our balance at its supplier is used up."""
        self._world.simulators["fulu"].shop.balance_minor = 0
        return await self._held({"id": "video", "benefit": "golden-broke"})

    async def case_awaits_decision(self) -> OrderView:
        """Its supplier took it back after the order had ended."""
        view = await self._delivered("golden-key")
        [sale] = self._world.sales(view)
        self._world.simulators["kayixin"].ledger.pay_back(sale, sale.credentials, sale.money_minor)
        await open_reversal(self._world.client, self._world.database, view.order_id, view.deliveries[0].id)
        return await self._until(view, lambda now: now.state == "held")

    async def delivered_reversible(self) -> OrderView:
        """It was delivered, and can be taken back."""
        return await self._delivered("golden-key")

    async def delivered_irreversible(self) -> OrderView:
        """It was delivered, and its supplier takes nothing back."""
        return await self._delivered("golden-link")

    async def refund_failed(self) -> OrderView:
        """It was given up, and the channel could not pay it back."""
        view = await self._held({"id": "video", "benefit": "golden-scarce"})
        await ask(self._world, view, Act.REFUND)
        done = await self._until(view, lambda now: now.closed_at is not None)
        refund = done.deliveries[0].refund_id
        assert refund is not None
        await self._world.checkout.report_refund(refund, confirmed=False, note="account closed", actor="shop")
        return await self._until(done, lambda now: bool(now.cases))

    async def paused(self) -> OrderView:
        """Somebody paused the order, and it came due."""
        view = await self._waiting("golden-key")
        await self._world.checkout.act_on_order(f"shop/{view.order_no}", asked(view, Act.PAUSE))
        await self._report(view, OrderEventKind.CONFIRMED)
        return await self._until(view, lambda now: now.deliveries[0].hold_reason == HoldReason.BY_OPERATOR)

    async def charged_back(self) -> OrderView:
        """The buyer's bank took the payment back, and it came due."""
        view = await self._waiting("golden-key")
        await self._report(view, OrderEventKind.CHARGEBACK)
        await self._report(view, OrderEventKind.CONFIRMED)
        return await self._until(view, lambda now: now.deliveries[0].hold_reason == HoldReason.PAYMENT)

    async def _waiting(self, what: str) -> OrderView:
        """It comes due once the channel says so."""
        release = {"when": "confirmed", "by": "P60D", "otherwise": "refund"}
        line = {"id": "video", "benefit": what, "release": release}
        return await self._placed(line, lambda view: bool(view.gates))

    async def _report(self, view: OrderView, what: OrderEventKind) -> None:
        event = OrderEvent(event_id=f"{what}-1", event=what)
        await self._world.checkout.report(view.order_id, event, actor="channel")

    async def _delivered(self, what: str) -> OrderView:
        line = {"id": "video", "benefit": what}
        return await self._placed(line, lambda view: view.closed_at is not None)

    async def _held(self, line: dict[str, Any], **changes: Any) -> OrderView:
        return await self._placed(line, lambda view: view.state == "held", **changes)

    async def _placed(
        self, line: dict[str, Any], reached: Callable[[OrderView], bool], **changes: Any
    ) -> OrderView:
        bundle = await self._world.publish([line], EVERY, hold_for="P1D")
        document = self._world.order(bundle, **changes)
        await self._world.place(document)
        return await self._world.until(document, reached)

    async def _until(self, view: OrderView, reached: Callable[[OrderView], bool]) -> OrderView:
        return await until(self._world, view, reached)


async def until(world: World, view: OrderView, reached: Callable[[OrderView], bool]) -> OrderView:
    """The order as soon as the book shows what is waited for; fails after half a minute."""
    for _ in range(300):
        now = await world.read_number(f"{view.channel}/{view.order_no}")
        if reached(now):
            return now
        await asyncio.sleep(0.1)
    raise AssertionError(f"never reached: {now.model_dump_json(indent=1)}")


Make = Callable[[Situations], Awaitable[OrderView]]
SITUATIONS: dict[str, Make] = {
    name: make for name, make in vars(Situations).items() if not name.startswith("_")
}
