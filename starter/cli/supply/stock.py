"""`perkflow pool list`: how many keys of our own there are, and how many of them are spoken for."""

import asyncio
from collections.abc import Sequence

from domain.notes.sentences import labels
from settings import Settings
from starter.cli.context import open_book
from starter.cli.environment import load_settings
from starter.cli.language import Lang
from starter.cli.output import AsJson, print_json, print_records
from storage.supply.counting import ProductCount, count_keys

_NUMBERS = (labels.FREE, labels.HELD, labels.RESERVED, labels.ISSUED, labels.EXPIRED, labels.VOID)
_COLUMNS = (labels.NAME, labels.PRODUCT, *_NUMBERS)


def list_(as_json: AsJson = False, *, lang: Lang) -> None:
    """Tell of each product how many keys are free, held before payment, reserved for orders, and issued.

    Expired ones, and those that were revoked, are nobody's any more.
    """
    counts = asyncio.run(_read(load_settings()))
    if as_json:
        print_json({"products": [each._asdict() for each in counts]})
    else:
        print_records(labels.OUR_KEYS.say(lang), labels.columns(lang, _COLUMNS, right=_NUMBERS), counts)


async def _read(settings: Settings) -> Sequence[ProductCount]:
    async with open_book(settings) as database, database.snapshot() as session:
        return await count_keys(session)
