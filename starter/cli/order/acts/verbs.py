"""`perkflow order retry / refund / hold / ...`: the commands of the verbs, as their table has them."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import typer

from domain.contract.order import Recipient
from domain.keys import in_a_command
from domain.notes.sentences.acting import IsItMeant
from domain.notes.sentences.sentence import paragraph
from domain.notes.words import Language
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS, by_name
from domain.verbs.verb import Act, DeliveryVerb, Need, OrderVerb, Verb
from starter.cli.errors import Usage
from starter.cli.order.acts import account
from starter.cli.order.acts.acting import act_on, act_on_order, human_act, tell
from starter.cli.order.acts.parameters import signature_of
from starter.cli.order.acts.until import read_until
from starter.cli.output import print_json, print_text
from starter.desk.explain.situation import pause_end
from starter.desk.handed_in import HandedIn
from starter.documents.reading import load

Given = Mapping[str, Any]
"""What a command was called with, by the names of `signature_of`."""
ASKED_OTHERWISE: Mapping[Act, Callable[[Given], None]] = {
    Act.CHANGE_RECIPIENT: account.readdress,
    Act.BIND_RECIPIENT: account.bind,
}
"""Verbs of which more is told than where things stand."""


def _command(name: str) -> Callable[..., None]:
    delivery = next((verb for verb in DELIVERY_VERBS.values() if verb.name == name), None)
    order = next((verb for verb in ORDER_VERBS.values() if verb.name == name), None)

    def command(**given: Any) -> None:
        if delivery is not None and (order is None or given["component"]):
            _refuse_of_the_other(delivery, order, given, "the whole order; name no component")
            ASKED_OTHERWISE.get(delivery.act, _ask_of_a_delivery(delivery))(given)
        elif order is not None:
            _refuse_of_the_other(order, delivery, given, "one delivery; name its component")
            ASKED_OTHERWISE.get(order.act, _ask_of_an_order(order))(given)

    shown = by_name()[name]
    signature = signature_of(delivery, order)
    command.__name__, command.__doc__ = name, "\n\n".join(filter(None, (shown.help, shown.more)))
    command.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
    vars(command)["__signature__"] = signature
    return command


def _refuse_of_the_other(verb: Verb, other: Verb | None, given: Given, about: str) -> None:
    for need in other.needs if other else ():
        if need not in verb.needs and given[need]:
            raise Usage(f"--{need.replace('_', '-')} is about {about}")


def _ask_of_a_delivery(verb: DeliveryVerb) -> Callable[[Given], None]:
    def ask(given: Given) -> None:
        wanted = human_act(verb, given)
        handed_in: list[Any] | Recipient = []
        if Need.CREDENTIALS in verb.needs and given[Need.CREDENTIALS]:
            handed_in = load(given[Need.CREDENTIALS], HandedIn).value.units
        elif Need.RECIPIENT in verb.needs:
            handed_in = load(given[Need.RECIPIENT], Recipient).value
        until = read_until(given[Need.UNTIL]) if Need.UNTIL in verb.needs else None
        done = act_on(given["reference"], given["component"], wanted, handed_in, until=until)
        tell(given["reference"], wanted, done, given["as_json"], given["lang"])

    return ask


def _ask_of_an_order(verb: OrderVerb) -> Callable[[Given], None]:
    def ask(given: Given) -> None:
        wanted = human_act(verb, given)
        if verb.final and not given["yes"]:
            _be_sure(verb, given)
        until = read_until(given[Need.UNTIL]) if Need.UNTIL in verb.needs else None
        order, acted = act_on_order(given["reference"], wanted, until)
        if given["as_json"]:
            left = dict([verb.leaves] if verb.leaves else [])
            pause = acted.pause.model_dump(mode="json") if acted.pause else None
            told = {"request_id": wanted.request_id, "order_id": acted.order_id, **left}
            print_json({**told, "pause": pause} if pause else told)
            return
        if verb.done:
            print_text(verb.done.say(given["lang"], order=in_a_command(given["reference"])))
        if acted.pause and Need.UNTIL in verb.needs:
            print_text(paragraph([pause_end(acted.pause)], given["lang"], order.zone))

    return ask


def _be_sure(verb: OrderVerb, given: Given) -> None:
    """Ask whether it is meant. Raises Usage where nobody is there to answer, or it is not."""
    if given["as_json"] or not sys.stdin.isatty():
        raise Usage("this cannot be undone: say --yes to do it without being asked")
    lang: Language = given["lang"]
    if not typer.confirm(IsItMeant(what=verb.title.say(lang), order=given["reference"]).say(lang)):
        raise Usage("nothing was done")


COMMANDS: Mapping[str, Callable[..., None]] = {name: _command(name) for name in by_name()}
