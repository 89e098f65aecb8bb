"""`perkflow order place`: hand a paid order over."""

import asyncio
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from domain.contract.order import OrderDocument
from domain.messages import OrderReceipt
from settings import Settings
from starter.cli.context import connect
from starter.cli.environment import load_settings
from starter.cli.language import Lang
from starter.cli.order_views.order import print_receipt
from starter.cli.output import AsJson, print_json
from starter.desk.errors import InvalidOrder
from starter.documents.reading import Loaded, load
from storage.views.order_lines import NO_ZONE
from storage.views.zones import time_zone


def place(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The order, YAML or JSON.")],
    wait: Annotated[int, typer.Option(min=1, help="Seconds to wait for the receipt.")] = 30,
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Place a paid order and print its receipt. Placing the same order again returns the same receipt."""
    document = load(file, OrderDocument)
    receipt, zone = asyncio.run(_place(load_settings(), document, timedelta(seconds=wait)))
    if as_json:
        print_json(receipt.model_dump(mode="json"))
    else:
        print_receipt(receipt, lang, zone)


async def _place(
    settings: Settings, document: Loaded[OrderDocument], wait: timedelta
) -> tuple[OrderReceipt, tzinfo]:
    """The receipt, and the zone of its bundle."""
    async with connect(settings) as connected:
        try:
            receipt = await connected.desk.place(document.value, wait)
        except InvalidOrder as error:
            document.refuse(error.problems)
            raise
        async with connected.database.snapshot() as session:
            named = await time_zone(session, receipt.bundle, receipt.version)
        return receipt, ZoneInfo(named or NO_ZONE)
