"""What a Perkflow does all day, each as something that can be watched: placing, delivering, lists, upkeep."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from activities.runs.adopt import Sweeper
from domain.contract.order import OrderDocument
from domain.messages import Swept
from storage.public.pages import page
from storage.views.held import waiting_deliveries
from storage.views.order_lines import GRACE, any_stuck, connected, newest_orders
from storage.views.orders import orders_to, waiting_orders
from storage.views.stuck_orders import list_stuck, with_stuck
from tests.support.world import World

Work = Callable[[], Awaitable[object]]


def daily_work(world: World, url: str, place: Callable[[], OrderDocument]) -> Mapping[str, Work]:
    """Each kind of work by its name. `url` is that of the world's book, `place` makes a document to place."""
    sweeper = Sweeper(world.client, world.database, now, ["pool"])

    async def an_order() -> None:
        document = place()
        view = await world.fulfil(document)
        assert view.state == "completed", view
        await world.place(document)

    async def newest(state: str | None = None) -> None:
        async with connected(url) as book:
            lines = await newest_orders(book, state=state)
            assert len(lines) == 50
            await any_stuck(book, now() - GRACE, [line.order_id for line in lines])
        async with world.database.snapshot() as session:
            await with_stuck(session, now(), lines)

    async def held() -> None:
        async with world.database.snapshot() as session:
            lines = await waiting_orders(session)
            assert len(lines) == 50
            assert len(await waiting_deliveries(session, lines)) == 50

    async def stuck() -> None:
        async with world.database.snapshot() as session:
            await list_stuck(session, now())

    async def find() -> None:
        index = world.vault.fingerprints.account("13800000001")
        async with world.database.snapshot() as session:
            assert len(await orders_to(session, index)) == 1

    async def events() -> None:
        async with world.database.snapshot() as session:
            for channel in ("shop", "quiet", None):
                await page(session, channel, most=50)

    return {
        "an order, placed, called back about, settled and placed again": an_order,
        "order list": newest,
        "order list --state": lambda: newest("acknowledged"),
        "order list --held": held,
        "order list --stuck": stuck,
        "order find": find,
        "a sweep": lambda: sweeper.adopt_lost_orders(Swept(orders=[])),
        "what is to be verified": sweeper.due_for_verification,
        "events, page by page": events,
    }


def now() -> datetime:
    return datetime.now(UTC)
