"""The account of a component: the one that its order waits for, or another one for what is still to come."""

from sqlalchemy import select

from domain.contract.order import Recipient
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.act import DeliveryActs
from starter.desk.act_on_order import OrderActs
from starter.desk.explain.naming import named, the_next_open
from starter.desk.runs import Runs
from storage.tables import ActRow, Event
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView


async def give_recipient(
    runs: Runs, order: OrderView, component: str, recipient: Recipient, wanted: HumanAct
) -> list[str]:
    """Let a component go to this account; the deliveries that it was set for.

    The same again does what it did the first time, whatever the order has come to meanwhile. `order` was read
    before, so what moved it on is found here by its request id. Raises as `act`, and NotFound.
    """
    number = f"{order.channel}/{order.order_no}"
    async with runs.database.snapshot() as session:
        done = await session.get(ActRow, (order.order_id, wanted.request_id))
    account = _missing(order, component) if done is None else _bound_as(order, component, done)
    if account is not None:
        await OrderActs(runs).bind_recipient(number, account, recipient, wanted)
        return await _bound(runs, order.order_id, wanted.request_id)
    of_it = the_next_open(order, component) if done is None else _changed(order, component, done)
    about = {"act": Act.CHANGE_RECIPIENT, "delivery_id": of_it.id, "later_too": True}
    await DeliveryActs(runs).act_with(number, wanted.model_copy(update=about), recipient)
    return [of_it.id]


def _missing(order: OrderView, component: str) -> str | None:
    return next((each.account for each in order.accounts_missing if component in each.components), None)


def _bound_as(order: OrderView, component: str, done: ActRow) -> str | None:
    """The account that was given, if that is what was done."""
    return named(order, component)[0].account if done.act == Act.BIND_RECIPIENT else None


def _changed(order: OrderView, component: str, done: ActRow) -> DeliveryView:
    """The delivery that was readdressed; where the id named something else, any one is refused."""
    of_it = named(order, component)
    return next((each for each in of_it if each.id == done.delivery_id), of_it[0])


async def _bound(runs: Runs, order_id: str, request_id: str) -> list[str]:
    by_it = (Event.type == "delivery.bound", Event.data["request_id"].astext == request_id)
    async with runs.database.snapshot() as session:
        rows = await session.scalars(select(Event.delivery_id).where(Event.order_id == order_id, *by_it))
    return sorted(each for each in rows if each is not None)
