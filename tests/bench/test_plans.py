"""In a book of twenty thousand orders no statement of the daily work reads a large table through."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from sqlalchemy import func, select

from bench.book.copies import fill, stencils_of, tables_of_an_order
from bench.book.plans import Planned, nodes, plans_of, statements_sent
from domain.contract.order import OrderDocument
from domain.verbs.verb import Act
from storage.public.pages import page
from storage.supply.pool_stock import ImportedKey
from storage.tables import Attempt, Callback, Delivery, Event, FeedCursor, Order, Table
from tests.bench.daily_work import daily_work
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.worlds import OwnWorld
from tests.support.world import World, working

pytestmark = pytest.mark.timeout(300)
COPIES, HELD = 20_000, 60
LARGE = (
    "orders",
    "deliveries",
    "attempts",
    "events",
    "callbacks",
    "public_events",
    "public_orders",
    "public_deliveries",
)
BENEFITS = [
    benefit("grown-key", "key", offer("kayixin", "1001")),
    benefit("grown-link", "link", offer("fulu", "10000588"), account="phone"),
    benefit("grown-own", "key", offer("pool", "grown")),
]
PARTS = [{"id": each["id"].partition("-")[2], "benefit": each["id"]} for each in BENEFITS]
LIMITS = {
    "per_buyer": 5,
    "per_account": 5,
    "scope": "all_channels",
    "per_benefit": {"grown-key": 9},
    "per_benefit_and_account": {"grown-link": 9},
}
WORK = (
    "an order, placed, called back about, settled and placed again",
    "order list",
    "order list --state",
    "order list --held",
    "order list --stuck",
    "order find",
    "a sweep",
    "what is to be verified",
    "events, page by page",
)


@pytest.fixture(scope="module")
async def world(own_world: OwnWorld) -> AsyncIterator[World]:
    """A world of this module, with a worker and a gateway to which Fulu reports."""
    async with own_world("grown") as world, serving_gateway(world) as gateway:
        world.simulators["fulu"].report_to(f"{gateway}/callbacks/fulu")
        async with working(world.workers()):
            yield world
        world.simulators["fulu"].report_to("")


@pytest.fixture(scope="module")
async def book(world: World) -> str:
    """The URL of its database, in which a fulfilled order and two that sleep were copied."""
    url = world.variables["PERKFLOW_DATABASE_URL"]
    await world.stock_pool("grown", *(ImportedKey(cost=1, number=f"grown-{n}") for n in range(20)))
    bundle = await world.publish(PARTS, BENEFITS, limits=LIMITS)
    later = await world.publish(
        [{"id": "later", "benefit": "grown-key", "release": {"after": "P30D"}}], BENEFITS[:1]
    )
    fulfilled = await world.fulfil(world.order(bundle, **to(1)))
    asleep, held = world.order(later), world.order(later)
    await world.place(asleep)
    await world.place(held)
    await ask(world, await world.read(held), Act.HOLD)
    orders = [fulfilled.order_id, *[(await world.read(each)).order_id for each in (asleep, held)]]
    await all_public(world)
    stencils = [await stencils_of(url, order) for order in orders]
    await fill(url, [(stencils[0], 97), (stencils[1], 3)], range(COPIES))
    await fill(url, [(stencils[2], 100)], range(COPIES, COPIES + HELD))
    return url


@pytest.fixture(scope="module")
async def planned(world: World, book: str) -> Mapping[str, list[Planned]]:
    """How every statement of each kind of work is planned."""
    bundle = await world.publish(PARTS, BENEFITS, limits=LIMITS)
    accounts = iter(range(2, 99))

    def document() -> OrderDocument:
        return world.order(bundle, **to(next(accounts)))

    found = {}
    for name, work in daily_work(world, book, document).items():
        with statements_sent() as sent:
            await work()
        found[name] = await plans_of(book, sent)
    return found


async def all_public(world: World) -> None:
    """Wait until every event of the book is public: then copies have it too."""
    async with world.database.snapshot() as session:
        last = await session.scalar(select(func.max(Event.position))) or 0
    for _ in range(1200):
        async with world.database.snapshot() as session:
            if (await session.scalar(select(FeedCursor.position)) or 0) >= last:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("not every event was made public")


def to(number: int) -> dict[str, object]:
    """Recipients with an account of their own."""
    return {"recipients": {"shared": {"type": "phone", "value": f"138{number:08d}"}}}


async def test_a_copy_has_rows_wherever_the_order_has(world: World, book: str) -> None:
    async with world.database.transaction() as session:
        counts = {
            table.__tablename__: await session.scalar(select(func.count()).select_from(table))
            for table in (Order, Delivery, Attempt, Callback)
        }
        lost = select(func.count()).where(Event.order_id.not_in(select(Order.id)))
        assert await session.scalar(lost) == 0
    fulfilled, others = COPIES * 97 // 100 + 1, COPIES * 3 // 100 + HELD + 2
    assert counts == {
        "orders": fulfilled + others,
        "deliveries": 3 * fulfilled + others,
        "attempts": 3 * fulfilled,
        "callbacks": fulfilled,
    }


def test_whatever_refers_to_an_order_is_copied_with_it() -> None:
    """But keys of our stock, and what an endpoint is sent, which refers to a number of the database's."""
    copied = {table.name for table in tables_of_an_order()}
    referring = {
        each.name
        for each in Table.metadata.sorted_tables
        if copied & {key.column.table.name for key in each.foreign_keys}
    }
    assert referring - copied == {"pool_keys", "webhook_deliveries"}


@pytest.mark.parametrize("work", WORK)
def test_no_large_table_is_read_through(planned: Mapping[str, list[Planned]], work: str) -> None:
    assert planned[work]
    read = {each.statement: each.read_through(LARGE) for each in planned[work]}
    assert {statement: tables for statement, tables in read.items() if tables} == {}


async def test_the_events_of_a_quiet_channel_are_found_by_its_number_alone(world: World, book: str) -> None:
    """Not among those of everybody: its own index has them in their order."""
    with statements_sent() as sent:
        async with world.database.snapshot() as session:
            await page(session, "quiet", most=50)
    [planned] = [each for each in await plans_of(book, sent) if "public_events.body" in each.statement]
    indexes = [node["Index Name"] for node in nodes(planned.plan) if "Index Name" in node]
    assert indexes == ["ix_public_events_of_channel", "pk_public_events"]


def test_an_index_of_all_rows_is_followed_from_its_beginning_by_the_list_of_the_newest_alone(
    planned: Mapping[str, list[Planned]],
) -> None:
    indexes = [index for table in Table.metadata.sorted_tables for index in table.indexes]
    of_a_few = {index.name for index in indexes if index.dialect_options["postgresql"]["where"] is not None}
    walked = {work: {each for plan in plans for each in plan.walked()} for work, plans in planned.items()}
    assert {work: names - of_a_few for work, names in walked.items() if names - of_a_few} == {
        "order list": {"ix_orders_newest"},
        "events, page by page": {"pk_public_events"},
    }
