"""What a shop and its buyer do once an order has ended: open what was delivered, and be paid back."""

import asyncio
import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel

from domain.fulfilment.states import RefundState
from domain.money import Money
from domain.notes.words import Language
from starter.cli.demo.handed_over import masked_unit
from starter.cli.demo.play import Played
from starter.client import Perkflow
from starter.client.answers import Refund

SHOWN_BEFORE = 409
"""The status that a key is refused with once it was shown as often as its contract allows."""
_FORM = re.compile(r'<form method="post" action="([^"]+)"')
_NUMBER = re.compile(r"<dd><code>([^<]+)</code>")
_SAID = re.compile(r'role="status">([^<]+)<')


class Revealed(BaseModel):
    """A key that the buyer opened by a link, and what a second try was answered with."""

    order: str
    title: str
    unit: str
    again: int
    """The status of the answer."""
    said: str


class PaidBack(BaseModel):
    """A refund that the shop has paid and confirmed."""

    order: str
    id: str
    amount: Money
    state: str


class Afterwards(BaseModel):
    """What happened over HTTP. `requests`: how often an order was placed; `orders`: how many there are."""

    gateway: str
    requests: int
    orders: int
    revealed: Revealed | None
    """None where the first order has no key to show."""
    paid_back: list[PaidBack]


async def afterwards(shop: Perkflow, gateway: str, played: Sequence[Played], lang: Language) -> Afterwards:
    """Reveal the first key of the first order, and pay back all that is owed for these orders."""
    receipts = [receipt for one in played for receipt in one.receipts]
    return Afterwards(
        gateway=gateway,
        requests=len(receipts),
        orders=len(set(receipts)),
        revealed=await asyncio.to_thread(_reveal, shop, gateway, played[0], lang),
        paid_back=await asyncio.to_thread(_pay_back, shop, played),
    )


def _reveal(shop: Perkflow, gateway: str, one: Played, lang: Language) -> Revealed | None:
    """Open the link as a browser does: its page shows nothing yet, and its button is pressed twice."""
    keys = [each for each in one.order["deliveries"] if (each["kind"], each["state"]) == ("key", "delivered")]
    if not keys:
        return None
    path = urlsplit(shop.reveal_link(keys[0]["id"])["url"]).path
    headers = {"Accept-Language": lang.value}
    with httpx.Client(base_url=gateway, headers=headers, timeout=30, trust_env=False) as browser:
        button = unescape(_first(_FORM, browser.get(path)))
        shown, again = browser.post(button), browser.post(button)
    return Revealed(
        order=one.scene.number,
        title=keys[0]["title"],
        unit=masked_unit({"number": unescape(_first(_NUMBER, shown))}),
        again=again.status_code,
        said=unescape(_first(_SAID, again)),
    )


def _first(what: re.Pattern[str], page: httpx.Response) -> str:
    found = what.search(page.text)
    return found[1] if found else ""


def _pay_back(shop: Perkflow, played: Sequence[Played]) -> list[PaidBack]:
    names = {one.scene.document.order_no: one.scene.number for one in played}
    owed = [each for each in shop.refunds(RefundState.DECIDED) if each["order_no"] in names]
    return [_paid_back(shop, each, names[each["order_no"]]) for each in owed]


def _paid_back(shop: Perkflow, refund: Refund, order: str) -> PaidBack:
    settled = shop.confirm_refund(refund["id"], "paid by the demonstration")
    return PaidBack(order=order, id=refund["id"], amount=Money(**refund["amount"]), state=settled["state"])
