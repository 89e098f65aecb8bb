"""The page of a buyer, put together from what the book shows him, in his language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.contract.catalogue import AccountType
from domain.notes.handing import page as buyers
from domain.notes.words import Language
from starter.desk.handing.over import Opened
from storage.handing.revealing import Shown
from storage.views.buyer import BuyersDelivery, BuyersOrder

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)
_TAGS = {Language.EN: "en", Language.ZH: "zh-CN"}
_INPUTS = {
    AccountType.PHONE: ("tel", "tel"),
    AccountType.EMAIL: ("email", "email"),
    AccountType.ACCOUNT: ("text", "username"),
    AccountType.ADDRESS: ("text", "street-address"),
}


@dataclass(frozen=True)
class Account:
    """A field for an account that is waited for."""

    name: str
    kind: str
    label: str
    type: str
    autocomplete: str
    problem: str


@dataclass(frozen=True)
class Part:
    """One delivery on the page."""

    id: str
    title: str
    state: str
    reveal: str = ""
    account: Account | None = None
    shown: list[list[tuple[str, str, bool]]] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class Page:
    """All that the template fills in."""

    lang: str
    lang_code: str
    other: str
    """The other language; "" where no way leads there."""
    other_name: str
    title: str
    progress: str
    address: str = ""
    said: str = ""
    save: str = ""
    note: str = ""
    parts: Sequence[Part] = ()


def page_of(
    opened: Opened,
    address: str,
    lang: Language,
    *,
    shown: Mapping[str, Sequence[Shown]] = {},
    problems: Mapping[str, str] = {},
    said: str = "",
) -> str:
    """The HTML of an order. `shown` and `problems` are by delivery and by account."""
    order = opened.order
    zone = ZoneInfo(order.time_zone)
    parts = [
        _part(each, lang, zone, shown.get(each.id, ()), problems.get(each.account or "", ""))
        for each in order.deliveries
    ]
    return _render(
        _page(
            lang,
            title=buyers.ORDER.say(lang, number=order.order_no),
            progress=_progress(order, lang),
            address=address,
            said=said,
            leaves=not shown,
            save=buyers.SAVE.say(lang),
            note=buyers.KEEP_SECRET.say(lang),
            parts=parts,
        )
    )


def nothing_there(lang: Language) -> str:
    """The HTML for an address that opens nothing: the same for every one."""
    why = buyers.UNKNOWN_WHY.say(lang)
    return _render(_page(lang, title=buyers.UNKNOWN.say(lang), progress=why))


def _render(page: Page) -> str:
    return _PAGES.get_template("page.html").render(page=page)


def _page(lang: Language, *, leaves: bool = True, **told: Any) -> Page:
    """`leaves`: it may be left for the other language, since nothing stands on it that is shown only once."""
    other = Language.EN if lang is Language.ZH else Language.ZH
    name = buyers.OTHER_LANGUAGE.say(lang)
    return Page(_TAGS[lang], lang.value, other.value if leaves else "", name, **told)


def _progress(order: BuyersOrder, lang: Language) -> str:
    return buyers.PROGRESS[order.state].say(lang)


def _part(
    delivery: BuyersDelivery, lang: Language, zone: ZoneInfo, shown: Sequence[Shown], problem: str
) -> Part:
    reveal = delivery.may_reveal and not shown
    number = f" {delivery.number}" if delivery.number else ""
    count = f" × {delivery.units}" if delivery.units > 1 else ""
    return Part(
        id=delivery.id,
        title=f"{delivery.title}{number}{count}",
        state=_state(delivery, lang, zone),
        reveal=buyers.REVEAL[delivery.kind].say(lang) if reveal else "",
        account=_account(delivery, lang, problem),
        shown=[_unit(each, lang, zone) for each in shown],
    )


def _state(delivery: BuyersDelivery, lang: Language, zone: ZoneInfo) -> str:
    if delivery.account:
        return buyers.NEEDS_ACCOUNT.say(lang)
    at = delivery.delivered_at if delivery.state == "delivered" else delivery.due_at
    words = buyers.STATE["later" if delivery.state == "planned" and at is None else delivery.state]
    said = words.say(lang, at=_moment(at, zone) if at else "")
    if delivery.state == "delivered" and delivery.why_not is not None:
        why = buyers.TO_ACCOUNT.say(lang) if delivery.kind == "recharge" else delivery.why_not.say(lang, zone)
        return f"{said}. {why}" if lang is Language.EN else f"{said}。{why}"
    return said


def _account(delivery: BuyersDelivery, lang: Language, problem: str) -> Account | None:
    if delivery.account is None or delivery.account_type is None:
        return None
    kind, complete = _INPUTS[delivery.account_type]
    label = buyers.ACCOUNT[delivery.account_type].say(lang)
    return Account(delivery.account, delivery.account_type.value, label, kind, complete, problem)


def _unit(unit: Shown, lang: Language, zone: ZoneInfo) -> list[tuple[str, str, bool]]:
    told = {
        "number": unit.number,
        "password": unit.password,
        "link": unit.link,
        "expires_at": _moment(unit.expires_at, zone) if unit.expires_at else None,
    }
    return [
        (buyers.PART[name].say(lang), value, _opens(name, value)) for name, value in told.items() if value
    ]


def _opens(name: str, value: str) -> bool:
    """Only what is an address of the web becomes a link: a supplier could send `javascript:`."""
    return name == "link" and value.startswith(("https://", "http://"))


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
