"""Reading an order, from the book alone: whether Temporal answers does not matter."""

from starter.desk.errors import NotFound
from storage.base.database import Database
from storage.views.orders import OrderView, read_order


async def order_of(database: Database, reference: str) -> OrderView:
    """The order as the book has it, by channel/order_no or id. Raises NotFound."""
    async with database.snapshot() as session:
        order = await read_order(session, reference)
    if order is None:
        raise NotFound(f"there is no order {reference} in the book; `perkflow order list` shows the newest")
    return order
