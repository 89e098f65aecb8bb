"""`perkflow order adopt`: give an order that lost its run, or whose run does not go on, a new one."""

import asyncio
from typing import Annotated

import typer

from domain.notes.sentences.acting import EveryOrderRuns, RunAgain, RunGoesOn, RunReplaced
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json, print_text
from starter.desk.adopt import Adopted


def adopt(
    reference: Annotated[str, typer.Argument(metavar="[REF]", help="channel/order_no, or its id.")] = "",
    lost: Annotated[
        bool, typer.Option("--lost", help="Every open order that has no run, or one that does not go on.")
    ] = False,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Start a run for an open order that lost its own, or whose run does not go on.

    The new run goes on from the book: what was bought is not bought again, what may have been is asked about.
    """
    if bool(reference) == lost:
        raise Usage("name one order, or say --lost for all that need it")
    done = asyncio.run(_adopt(load_settings(), reference))
    adopted = [each for each in done if not each.ran]
    if as_json:
        orders = [each.order.model_dump(mode="json") | _replaced(each) for each in adopted]
        print_json({"adopted": orders})
        return
    if lost and not adopted:
        print_text(EveryOrderRuns().say(lang))
    for each in done:
        number = f"{each.order.channel}/{each.order.order_no}"
        if each.ran:
            print_text(RunGoesOn(number=number).say(lang))
        elif each.why:
            print_text(RunReplaced(number=number, why=each.why).say(lang))
        else:
            print_text(RunAgain(number=number).say(lang))


def _replaced(adopted: Adopted) -> dict[str, object]:
    """Why the run of an order was replaced; None where it had none."""
    return {"replaced": adopted.why.as_json() if adopted.why else None}


async def _adopt(settings: Settings, reference: str) -> list[Adopted]:
    async with connect(settings) as connected:
        return [await connected.desk.adopt(reference)] if reference else await connected.desk.adopt_all()
