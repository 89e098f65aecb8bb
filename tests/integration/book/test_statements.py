"""What a purchase costs at the database: few statements under the order's lock, and always the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.money import Money
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import Delivered, IssuedUnit, Receipt
from storage.purchasing import at_hand
from storage.purchasing.attempts import Send, begin_submit
from storage.purchasing.outcomes import record_answer
from storage.tables import Delivery
from tests.support.documents import benefit, offer
from tests.support.world import World

PROMISES = Capabilities("refuse", True, True, timedelta(0))
LATER = [{"id": "video", "benefit": "counted-key", "release": {"after": "P30D"}}]


async def listened_to(session: AsyncSession) -> list[str]:
    """The first word of every statement of a session from now on, and the table that it begins with."""
    heard: list[str] = []

    def hear(_: Any, cursor: Any, statement: str, *more: Any) -> None:
        words = statement.split()
        heard.append(f"{words[0]} {words[1].partition('.')[0]}")

    connection = await session.connection()
    event.listen(connection.sync_connection, "before_cursor_execute", hear)
    return heard


async def test_a_purchase_is_begun_and_written_down_by_few_statements(world: World) -> None:
    bundle = await world.publish(LATER, [benefit("counted-key", "key", offer("kayixin", "1001"))])
    receipt = await world.place(world.order(bundle))
    now = datetime.now(UTC)
    async with world.database.transaction() as session:
        about = select(Delivery.id).where(Delivery.order_id == receipt.order_id)
        delivery_id = (await session.scalars(about)).one()
        heard = await listened_to(session)
        found = await at_hand.of_delivery(session, receipt.order_id, delivery_id, 0)
        begun = await begin_submit(session, world.vault, found, 0, now)
        await session.flush()
        began, heard[:] = list(heard), []
        assert isinstance(begun, Send)
        found = await at_hand.of_attempt(session, receipt.order_id, begun.attempt_id)
        key = IssuedUnit(number=f"COUNTED-{world.token}", password=f"SECRET-{world.token}")
        sold = Delivered((key,), Receipt(supplier_order="S1", charged=Money(amount=100, currency="CNY")))
        stands = await record_answer(
            session, world.vault, found, sold, ("asked", "answered"), PROMISES, now, asked=False
        )
        await session.flush()
        await session.rollback()
    assert began == ["SELECT orders", "SELECT deliveries", "WITH told", "INSERT INTO"]
    assert heard == ["SELECT deliveries", "INSERT INTO", "WITH kept", "WITH told"]
    assert stands.state == "delivered"
