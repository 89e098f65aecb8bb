"""`perkflow order explain`: why each open delivery waits, and which commands would be accepted about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from domain.fulfilment.holds import HoldReason
from domain.notes.general import Said
from domain.notes.people import ResumedBy
from domain.notes.supply.answers import Refused
from domain.planning.order_events import OrderEvent
from storage.base.sealing import Vault
from storage.deliveries import holds
from storage.deliveries.closing import settle
from storage.deliveries.settlement import give_up
from storage.people import order_events
from storage.people.order.pause import set_paused
from storage.tables import Attempt
from tests.cli.order.books import PLACED, accepted, clock, in_book, rows_of
from tests.cli.running import Perkflow
from tests.cli.stacks import OLD

YEAR = {"id": "video", "benefit": "key", "release": {"every": "P1M", "times": 12}}
GIFT = {
    "id": "gift",
    "benefit": "key",
    "release": {"when": "activated(video)", "by": "P60D", "otherwise": "refund"},
}
PHONE = {"id": "phone", "benefit": "credit"}
LATE = {**PHONE, "claim": {"within": "P30D", "otherwise": "refund"}}
TO_OLD: dict[str, Any] = {"recipients": {"shared": {"type": "phone", "value": OLD}}}
AT = clock(PLACED)
A_CHECK = Said(text="a check")
SOLD_OUT = Refused(refusal="1012", why=Said(text="sold out"))
LONG_DUE = "2026-01-31T02:00:00+00:00"


@pytest.fixture
def book(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    return database_url


def attempt(delivery: str, **changes: Any) -> Attempt:
    """An attempt at kayixin, refused for want of stock unless changed."""
    common: dict[str, Any] = {
        "id": f"att_{delivery}", "delivery_id": delivery, "number": 1, "key": delivery[:32],
        "connection": "kayixin", "product": "1001", "offer": 0, "state": "rejected", "submissions": 1,
        "checks": 0, "opened_at": PLACED, "submitted_at": PLACED, "in_flight": False, "code": "1012",
    }  # fmt: skip
    return Attempt(**{**common, **changes})


def held(book: str, order_id: str, component: str, reason: HoldReason, **tried: Any) -> None:
    """Hold a component's first release after an attempt."""

    async def hold(session: AsyncSession) -> None:
        _, rows = await rows_of(session, order_id, component)
        session.add(attempt(rows[0].id, **tried))
        await holds.hold(session, order_id, rows[0].id, reason, SOLD_OUT, PLACED)

    in_book(book, hold)


def test_a_plan_is_explained_in_runs_with_what_each_waits_for(
    perkflow: Perkflow, book: str, vault: Vault
) -> None:
    accepted(book, vault, YEAR, GIFT)
    ran = perkflow("order", "explain", "shop/1")
    by, last = clock(PLACED + timedelta(days=60)), clock(datetime(2099, 12, 31, 2, tzinfo=UTC))
    assert (ran.exit_code, ran.out.splitlines()) == (
        0,
        [
            "Order shop/1 is acknowledged: 13 of 13 deliveries are open.",
            "",
            f"video#1 to video#12: 12 x key for 91.38 CNY, promised from {AT} to {last}. "
            f"Nothing was bought for it yet. It waits for its moment. "
            f"The next one is bought at {AT}.",
            "What a person can do, with each by its number:",
            "  buy it from fulu: perkflow order substitute shop/1 video#1 fulu --reason WHY",
            "  hold it back: perkflow order hold shop/1 video#1 --reason WHY",
            "  give it up and pay it back: perkflow order refund shop/1 video#1 --reason WHY",
            "  leave it out and keep its price: perkflow order skip shop/1 video#1 --reason WHY",
            "",
            f"gift: 1 x key for 7.62 CNY, promised for {AT}. Nothing was bought for it yet. "
            "It waits for activated(video). "
            f"Bought once that holds; given up and paid back at {by}.",
            "What a person can do:",
            "  buy it from fulu: perkflow order substitute shop/1 gift fulu --reason WHY",
            "  hold it back: perkflow order hold shop/1 gift --reason WHY",
            "  give it up and pay it back: perkflow order refund shop/1 gift --reason WHY",
            "  leave it out and keep its price: perkflow order skip shop/1 gift --reason WHY",
        ],
    )


def test_what_is_held_says_what_was_tried_and_all_that_would_help(
    perkflow: Perkflow, book: str, vault: Vault
) -> None:
    order_id = accepted(book, vault, YEAR, PHONE, **TO_OLD)
    held(book, order_id, "phone", HoldReason.OUT_OF_STOCK)
    ran = perkflow("order", "explain", "shop/1", "phone", "--json")
    assert (ran.exit_code, OLD in ran.out) == (0, False)
    (told,) = ran.document["deliveries"]
    again, end = PLACED + timedelta(minutes=10), PLACED + timedelta(days=3)
    paragraph = (
        f"phone: 1 x credit for 7.62 CNY to the account shared, promised for {AT}. "
        f"Attempt 1 was made at kayixin on {AT}: it refused (1012). "
        f"It is held since {AT}, out_of_stock: no supplier has it in stock (1012: sold out). "
        f"Tried again at {clock(again)}; given up and paid back at {clock(end)}."
    )
    assert (told["text"], told["state"], told["next_at"]) == (paragraph, "held", "2099-01-31T02:10:00Z")
    assert [option["command"] for option in told["can"]] == [
        "perkflow order retry shop/1 phone --reason WHY",
        "perkflow order readdress shop/1 phone - --reason WHY",
        "perkflow order refund shop/1 phone --reason WHY",
        "perkflow order skip shop/1 phone --reason WHY",
    ]


@pytest.mark.parametrize(
    ("reason", "tried", "can"),
    [
        (
            HoldReason.NEEDS_ATTENTION,
            {"state": "uncertain", "submissions": 2, "code": None, "askable": False},
            [
                ("say that its supplier sold nothing", "retry", " --supplier-says not_sold"),
                ("buy it from fulu", "substitute", " fulu --supplier-says not_sold"),
                ("deliver it by hand", "deliver", " --credentials -"),
                ("give it up and pay it back", "refund", " --supplier-says not_sold"),
                ("leave it out and keep its price", "skip", " --supplier-says not_sold"),
            ],
        ),
        (
            HoldReason.NEEDS_ATTENTION,
            {"state": "uncertain", "submissions": 2, "code": None},
            [("ask its supplier at once", "retry", "")],
        ),
        (
            HoldReason.SUPPLIER_UNAVAILABLE,
            {"state": "uncertain", "code": None},
            [("ask its supplier at once", "retry", "")],
        ),
        (
            HoldReason.DUPLICATE_CREDENTIAL,
            {"state": "disputed", "code": None},
            [
                ("buy it from fulu", "substitute", " fulu"),
                ("deliver it by hand", "deliver", " --credentials -"),
                ("give it up and pay it back", "refund", ""),
                ("leave it out and keep its price", "skip", ""),
            ],
        ),
    ],
)
def test_only_what_would_be_accepted_is_offered(
    perkflow: Perkflow,
    book: str,
    vault: Vault,
    reason: HoldReason,
    tried: dict[str, Any],
    can: list[tuple[str, str, str]],
) -> None:
    order_id = accepted(book, vault, {"id": "video", "benefit": "key"}, placed_at=LONG_DUE)
    held(book, order_id, "video", reason, **tried)
    (told,) = perkflow("order", "explain", "shop/1", "--json").document["deliveries"]
    assert [(option["what"], option["command"]) for option in told["can"]] == [
        (what, f"perkflow order {verb} shop/1 video{more} --reason WHY") for what, verb, more in can
    ]


def test_what_cannot_be_taken_back_waits_for_the_rest(perkflow: Perkflow, book: str, vault: Vault) -> None:
    video = {"id": "video", "benefit": "key", "reversibility": "reversible"}
    tea = {"id": "tea", "benefit": "key"}
    order_id = accepted(book, vault, video, tea, policy="all_or_nothing", placed_at=LONG_DUE)
    video_told, tea_told = perkflow("order", "explain", "shop/1", "--json").document["deliveries"]
    rest = "it cannot be taken back, so all that could still undo the order comes first"
    assert (video_told["waits_for"]["text"], tea_told["waits_for"]["text"]) == ("its moment has come", rest)
    assert tea_told["next"]["text"] == "bought once the deliveries it waits for are made"

    async def hold(session: AsyncSession) -> None:
        for component in ("video", "tea"):
            _, (delivery,) = await rows_of(session, order_id, component)
            await holds.hold(session, order_id, delivery.id, HoldReason.BY_OPERATOR, A_CHECK, PLACED)

    in_book(book, hold)
    held_ones = perkflow("order", "explain", "shop/1", "--json").document["deliveries"]
    by_hand = [any("order deliver" in each["command"] for each in told["can"]) for told in held_ones]
    assert by_hand == [True, False]


def test_a_pause_and_a_missing_account_say_how_they_end(perkflow: Perkflow, book: str, vault: Vault) -> None:
    order_id = accepted(book, vault, LATE)
    fact = OrderEvent.model_validate({"event_id": "e", "event": "redeemed", "component": "phone"})

    async def pause(session: AsyncSession) -> None:
        await order_events.record(session, order_id, fact, actor="shop", note=f"by {OLD}", now=PLACED)
        order, _ = await rows_of(session, order_id, "phone")
        set_paused(session, order, HoldReason.BY_OPERATOR, Said(text="a fraud check"), PLACED)

    in_book(book, pause)
    out = perkflow("order", "explain", "shop/1").out.splitlines()
    assert out[1:4] == [
        f"Paused since {AT}: by_operator: a fraud check; once somebody lets it go on, all that it missed "
        "comes together; `perkflow order release shop/1 --reason WHY` lets it go on.",
        "",
        f"phone: 1 x credit for 99.00 CNY to the account shared, promised for {AT}. "
        f"Redeemed was reported of phone on {AT}. Nothing was bought for it yet. It waits for its moment. "
        f"Held at {AT}, since the order is paused.",
    ]
    assert out[5:7] == [
        "  let the whole order go on: perkflow order release shop/1 --reason WHY",
        "  give the account shared: perkflow order bind shop/1 shared - --reason WHY",
    ]


def test_what_was_let_go_on_before_its_condition_holds_waits_for_that(
    perkflow: Perkflow, book: str, vault: Vault
) -> None:
    order_id = accepted(book, vault, YEAR, GIFT)

    async def resume(session: AsyncSession) -> None:
        order, (gift,) = await rows_of(session, order_id, "gift")
        await holds.hold(session, order_id, gift.id, HoldReason.BY_OPERATOR, A_CHECK, PLACED)
        await holds.go_on(session, order, gift, PLACED, ResumedBy(actor="lin", reason="all is well"))

    in_book(book, resume)
    (told,) = perkflow("order", "explain", "shop/1", "gift", "--json").document["deliveries"]
    waits_for = "it waits for activated(video) (resumed by lin: all is well)"
    assert (told["state"], told["waits_for"]["text"]) == ("in_progress", waits_for)
    shown = [" ".join(line.split()) for line in perkflow("order", "show", "shop/1").out.splitlines()]
    assert any(line.startswith("gift #1") and "│ waits for activated(video) │" in line for line in shown)


def test_a_finished_order_explains_all_of_it(perkflow: Perkflow, book: str, vault: Vault) -> None:
    order_id = accepted(book, vault, {"id": "video", "benefit": "key"})

    async def cancel(session: AsyncSession) -> None:
        _, (delivery,) = await rows_of(session, order_id, "video")
        await give_up(session, order_id, delivery.id, Said(text="changed his mind"), PLACED)
        await settle(session, order_id, PLACED)

    in_book(book, cancel)
    told = perkflow("order", "explain", "shop/1").out
    assert told.splitlines() == [
        "Order shop/1 is cancelled: 0 of 1 deliveries are open; refund: 99.00 CNY to pay.",
        "",
        f"video: 1 x key for 99.00 CNY, promised for {AT}. It is cancelled (changed his mind).",
    ]
    assert perkflow("order", "explain", "shop/1", "video").out == told
    missing = perkflow("order", "explain", "shop/1", "tea")
    assert (missing.exit_code, missing.err) == (1, "there is no tea in this order; there are: video\n")
