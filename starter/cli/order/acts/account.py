"""`perkflow order bind` and `perkflow order readdress`: to which account an order delivers."""

import asyncio
from collections.abc import Mapping
from typing import Any

from domain.contract.order import Recipient
from domain.fulfilment.states import DeliveryState
from domain.messages import OrderActed
from domain.notes.sentences.acting import AccountKnown, AccountKnownAndOn, GoesThere, GoThere, NotThereYet
from domain.notes.sentences.sentence import Plain
from domain.verbs.human_act import HumanAct
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS
from domain.verbs.verb import Act, Need
from settings import Settings
from starter.cli.context import connect, open_book
from starter.cli.environment import load_settings
from starter.cli.order.acts.acting import Done, act_on, human_act
from starter.cli.output import print_json, print_text
from starter.desk.explain.naming import is_open, label, listed, named, numbers, the_next_open
from starter.desk.read import order_of
from starter.documents.reading import load
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView


def bind(given: Mapping[str, Any]) -> None:
    """Ask for it, and tell what goes on by it."""
    reference, account, lang = given["reference"], given[Need.ACCOUNT], given["lang"]
    wanted = human_act(ORDER_VERBS[Act.BIND_RECIPIENT], given)
    recipient = load(given[Need.RECIPIENT], Recipient).value
    order, acted = asyncio.run(_bind(load_settings(), reference, account, recipient, wanted))
    if given["as_json"]:
        told = acted.model_dump(mode="json", include={"order_id", "moved"})
        print_json({"request_id": wanted.request_id, "account": account, **told})
        return
    held = [each for each in order.deliveries if each.state == DeliveryState.HELD]
    going = [label(order, each) for each in held if each.id in acted.moved]
    if going:
        print_text(AccountKnownAndOn(account=account, order=reference, names=tuple(going)).say(lang))
    else:
        print_text(AccountKnown(account=account, order=reference).say(lang))


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
    reference, component, lang = given["reference"], given["component"], given["lang"]
    later_too = "#" not in component
    wanted = human_act(DELIVERY_VERBS[Act.CHANGE_RECIPIENT], given)
    wanted = wanted.model_copy(update={"later_too": later_too})
    recipient = load(given[Need.RECIPIENT], Recipient).value
    done = act_on(reference, component, wanted, recipient, the_next_open)
    gone, left = asyncio.run(_where_to(load_settings(), done, later_too))
    if given["as_json"]:
        names = [label(done.order, each) for each in gone]
        step = done.acted.step.model_dump(mode="json")
        print_json({"request_id": wanted.request_id, "case": done.acted.case, **step, "readdressed": names})
        return
    many = len(named(done.order, done.delivery.component)) > 1
    what = numbers(gone) if many else Plain(text=done.delivery.component)
    goes = GoThere(names=what, order=reference) if len(gone) > 1 else GoesThere(name=what, order=reference)
    print_text(goes.say(lang))
    if left:
        print_text(NotThereYet(names=listed(left)).say(lang, done.order.zone))


async def _where_to(
    settings: Settings, done: Done, later_too: bool
) -> tuple[list[DeliveryView], list[DeliveryView]]:
    """What goes to the delivery's account by now, and what was meant to and cannot yet."""
    async with open_book(settings) as database:
        order = await order_of(database, done.order.order_id)
    of_it = named(order, done.delivery.component)
    chosen = next(each for each in of_it if each.id == done.delivery.id)
    later = [each for each in of_it[of_it.index(chosen) + 1 :] if is_open(each)]
    if not later_too:
        return [chosen], []
    gone = [each for each in later if each.recipient == chosen.recipient]
    return [chosen, *gone], [each for each in later if each not in gone]
