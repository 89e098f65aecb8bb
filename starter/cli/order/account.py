"""`perkflow order bind` and `perkflow order readdress`: to which account an order delivers."""

import asyncio
from collections.abc import Mapping
from typing import Any

from domain.contract.order import Recipient
from domain.fulfilment.states import DeliveryState
from domain.messages import OrderActed
from domain.verbs.human_act import HumanAct
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS
from domain.verbs.verb import Act, Need
from settings import Settings
from starter.cli.context import connect, open_book
from starter.cli.environment import load_settings
from starter.cli.order.acting import Done, act_on, human_act
from starter.cli.order_views.naming import is_open, label, listed, named, numbers
from starter.cli.output import print_json
from starter.desk.errors import NotFound
from starter.desk.read import order_of
from starter.documents.reading import load
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView


def bind(given: Mapping[str, Any]) -> None:
    """Ask for it, and tell what goes on by it."""
    reference, account = given["reference"], given[Need.ACCOUNT]
    wanted = human_act(ORDER_VERBS[Act.BIND_RECIPIENT], given)
    recipient = load(given[Need.RECIPIENT], Recipient).value
    order, acted = asyncio.run(_bind(load_settings(), reference, account, recipient, wanted))
    if given["as_json"]:
        told = acted.model_dump(mode="json", include={"order_id", "moved"})
        print_json({"request_id": wanted.request_id, "account": account, **told})
        return
    held = [each for each in order.deliveries if each.state == DeliveryState.HELD]
    going = [label(order, each) for each in held if each.id in acted.moved]
    waited = f"goes on: {', '.join(going)}" if going else "nothing was held for it"
    print(f"Account {account} of {reference} is known now; {waited}.")


async def _bind(
    settings: Settings, reference: str, account: str, recipient: Recipient, wanted: HumanAct
) -> tuple[OrderView, OrderActed]:
    async with connect(settings) as connected:
        order = await connected.desk.read(reference)
        request = wanted.model_copy(update={"order_id": order.order_id})
        number = f"{order.channel}/{order.order_no}"
        return order, await connected.desk.bind_recipient(number, account, recipient, request)


def readdress(given: Mapping[str, Any]) -> None:
    """Ask for it, and tell what goes to the new account and what cannot yet."""
    reference, component = given["reference"], given["component"]
    later_too = "#" not in component
    wanted = human_act(DELIVERY_VERBS[Act.CHANGE_RECIPIENT], given)
    wanted = wanted.model_copy(update={"later_too": later_too})
    recipient = load(given[Need.RECIPIENT], Recipient).value
    done = act_on(reference, component, wanted, recipient, _next_open)
    gone, left = asyncio.run(_where_to(load_settings(), done, later_too))
    if given["as_json"]:
        names = [label(done.order, each) for each in gone]
        step = done.acted.step.model_dump(mode="json")
        print_json({"request_id": wanted.request_id, "case": done.acted.case, **step, "readdressed": names})
        return
    many = len(named(done.order, done.delivery.component)) > 1
    what = numbers(gone) if many else done.delivery.component
    print(f"{what} of {reference} {'go' if len(gone) > 1 else 'goes'} to the new account from now on.")
    if left:
        print(f"Not yet: {listed(left)}; readdress each by its number.")


def _next_open(order: OrderView, component: str) -> DeliveryView:
    found = named(order, component)
    still_open = [each for each in found if is_open(each)]
    if not still_open:
        raise NotFound(f"nothing of {component} is still to come; there are: {listed(found)}")
    return still_open[0]


async def _where_to(
    settings: Settings, done: Done, later_too: bool
) -> tuple[list[DeliveryView], list[DeliveryView]]:
    """What goes to the delivery's account by now, and what was meant to and cannot yet."""
    async with open_book(settings) as database:
        order = await order_of(database, done.order.order_id)
    of_it = {each.release: each for each in named(order, done.delivery.component)}
    chosen = of_it[done.delivery.release]
    later = [each for each in of_it.values() if each.release > chosen.release and is_open(each)]
    if not later_too:
        return [chosen], []
    gone = [each for each in later if each.recipient == chosen.recipient]
    return [chosen, *gone], [each for each in later if each not in gone]
