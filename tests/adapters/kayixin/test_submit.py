"""What Kayixin is asked to sell, and what each answer to `order/create` means."""

from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.config import KayixinConfig
from adapters.supplier import NotSent
from domain.money import Money
from domain.notes.note import Note
from domain.notes.supply.exchanges import FieldUnusable, HttpStatus, NoAnswer, NotJson
from domain.notes.supply.goods import (
    AccountMissing,
    BuysIn,
    CardBlank,
    CardsForBought,
    CardsForRecharge,
    NoLinkInCard,
    NoParcels,
)
from domain.supply.outcomes import (
    Delivered,
    IssuedUnit,
    Pending,
    Receipt,
    Rejected,
    SubmitOutcome,
    Uncertain,
)
from domain.supply.purchase import Purchase
from tests.adapters.kayixin.site import NO_ORDER, Answer, Site, card, created, ok
from tests.adapters.support import ACCOUNT, KAYIXIN_SECRET, KEY, cny, purchase

RECEIPT = Receipt(supplier_order="S1")
UNIT_1 = IssuedUnit(number="C1", password="P1", supplier_card="9001")
UNIT_2 = IssuedUnit(number="C2", password="P2", supplier_card="9002")
PENDING = Pending(timedelta(seconds=3), RECEIPT)


async def submitted(kayixin: Kayixin, bought: Purchase) -> SubmitOutcome:
    return (await kayixin.submit(bought)).outcome


async def test_a_key_is_ordered_under_our_number_with_a_cost_ceiling(kayixin: Kayixin, site: Site) -> None:
    site.on("order/create", created())
    answer = await kayixin.submit(purchase(options={"sku": "red-L"}))
    assert site.body == (
        b'{"goodsId":1001,"count":1,"outerNumber":"k7d2f9a1b3c5e7f9","safePrice":19.99,"sku":"red-L"}'
    )
    assert answer.exchange.request == site.body.decode()
    assert '"orderNumber":"S1"' in answer.exchange.response


async def test_a_recharge_names_its_fields_by_the_page_labels(site: Site) -> None:
    adapter = Kayixin(
        KayixinConfig(
            protocol="kayixin",
            base_url="http://kayixin.test/",
            app_id="10000",
            secret=SecretStr(KAYIXIN_SECRET),
            callback_url="https://perkflow.test/callbacks/kayixin-main",
        )
    )
    site.on("order/create", created())
    bought = purchase(
        "recharge",
        2,
        product="VIP-1",
        max_cost=4000,
        fields={"region": "电信一区", "role": "剑圣"},
        options={"account_label": "QQ号", "region_label": "大区"},
    )
    await adapter.submit(bought)
    assert site.asked == [
        (
            "order/create",
            {
                "goodsId": "VIP-1",
                "count": 2,
                "outerNumber": KEY,
                "safePrice": 40,
                "notifyUrl": "https://perkflow.test/callbacks/kayixin-main",
                "attach": [
                    {"name": "QQ号", "value": ACCOUNT},
                    {"name": "大区", "value": "电信一区"},
                    {"name": "role", "value": "剑圣"},
                ],
            },
        )
    ]


@pytest.mark.parametrize(
    ("fen", "yuan"), [(1, b"0.01"), (10, b"0.1"), (115, b"1.15"), (99999999999, b"999999999.99")]
)
async def test_the_ceiling_is_exact(kayixin: Kayixin, site: Site, fen: int, yuan: bytes) -> None:
    site.on("order/create", created())
    await kayixin.submit(purchase(max_cost=fen))
    assert b'"safePrice":' + yuan + b"}" in site.body


ACCEPTED: list[tuple[Purchase, dict[str, object], SubmitOutcome]] = [
    (purchase(), created(card(1)), Delivered((UNIT_1,), RECEIPT)),
    (purchase(quantity=2), created(card(1), card(2)), Delivered((UNIT_1, UNIT_2), RECEIPT)),
    (purchase(quantity=2), created(card(1)), PENDING),
    (purchase(), created(), PENDING),
    (purchase(), ok({"orderNumber": "S1", "cards": None}), PENDING),
    (purchase(), ok({"orderNumber": "S1", "cards": ""}), PENDING),
    (purchase(), ok({"orderNumber": "S1"}), PENDING),
    (purchase(), {"code": "1000", "data": {"orderNumber": "S1"}}, PENDING),
    (purchase("recharge"), created(), PENDING),
    (
        purchase(),
        created(card(1), card(2)),
        Uncertain(CardsForBought(cards=2, bought=1), RECEIPT),
    ),
    (
        purchase("recharge"),
        created(card(1)),
        Uncertain(CardsForRecharge(cards=1), RECEIPT),
    ),
    (
        purchase("link"),
        created({"cardId": 9001, "cardNo": "C1", "cardPwd": "https://t.cn/a", "cancelRequest": 1}),
        Delivered((IssuedUnit(number="C1", link="https://t.cn/a", supplier_card="9001"),), RECEIPT),
    ),
    (
        purchase(),
        created({"cardId": "9001", "cardNo": 12345678, "cardPwd": ""}),
        Delivered((IssuedUnit(number="12345678", supplier_card="9001"),), RECEIPT),
    ),
    (
        purchase(),
        created({"cardId": 9001, "cardNo": "", "cardPwd": None}),
        Uncertain(CardBlank(), RECEIPT),
    ),
    (
        purchase("link"),
        created(card(1)),
        Uncertain(NoLinkInCard(), RECEIPT),
    ),
]


@pytest.mark.parametrize(("bought", "answer", "outcome"), ACCEPTED)
async def test_accepted(
    kayixin: Kayixin, site: Site, bought: Purchase, answer: Answer, outcome: SubmitOutcome
) -> None:
    site.on("order/create", answer)
    site.on("order/getDetail", NO_ORDER)
    assert await submitted(kayixin, bought) == outcome
    delivered = isinstance(outcome, Delivered)
    assert site.paths == ["order/create", *(["order/getDetail"] if delivered else [])]


NOTHING = Receipt()
MALFORMED: list[tuple[Answer, Note, bool, Receipt]] = [
    (httpx.Response(500, text="Internal Server Error"), HttpStatus(status=500), True, NOTHING),
    (httpx.Response(302, headers={"Location": "/login"}), HttpStatus(status=302), True, NOTHING),
    (httpx.Response(200, text="<html>维护中</html>"), NotJson(), True, NOTHING),
    (
        httpx.Response(200, text='{"code":1000,"data":{"orderNumber":"S'),
        NotJson(),
        True,
        NOTHING,
    ),
    (httpx.Response(200, text=""), NotJson(), True, NOTHING),
    (httpx.Response(200, json=[]), FieldUnusable(field="data"), True, NOTHING),
    (
        httpx.Response(200, json={"msg": "成功"}),
        FieldUnusable(field="code"),
        True,
        NOTHING,
    ),
    ({"code": True, "data": {}}, FieldUnusable(field="code"), True, NOTHING),
    ({"code": 1000, "msg": "成功"}, FieldUnusable(field="data"), False, NOTHING),
    (ok(None), FieldUnusable(field="data"), False, NOTHING),
    (ok([]), FieldUnusable(field="data"), False, NOTHING),
    (
        ok({"cards": [card(1)]}),
        FieldUnusable(field="orderNumber"),
        False,
        NOTHING,
    ),
    (
        ok({"orderNumber": "S1", "cards": "x"}),
        FieldUnusable(field="cards"),
        False,
        RECEIPT,
    ),
    (
        ok({"orderNumber": "S1", "cards": ["x"]}),
        FieldUnusable(field="cards.0"),
        False,
        RECEIPT,
    ),
    (
        ok({"orderNumber": "S1", "cards": [{"cardNo": ["x"]}]}),
        FieldUnusable(field="cards.0.cardNo"),
        False,
        RECEIPT,
    ),
    (httpx.ReadTimeout, NoAnswer(error="ReadTimeout"), True, NOTHING),
    (httpx.RemoteProtocolError, NoAnswer(error="RemoteProtocolError"), True, NOTHING),
]


@pytest.mark.parametrize(("answer", "why", "silent", "receipt"), MALFORMED)
async def test_no_usable_answer_is_uncertain_and_silence_only_when_nothing_was_answered(
    kayixin: Kayixin, site: Site, answer: Answer, why: Note, silent: bool, receipt: Receipt
) -> None:
    site.on("order/create", answer)
    outcome = await submitted(kayixin, purchase())
    assert outcome == Uncertain(why, receipt)
    assert isinstance(outcome, Uncertain) and outcome.silent is silent
    assert site.paths == ["order/create"]


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
async def test_without_a_connection_nothing_was_bought(
    kayixin: Kayixin, site: Site, failure: type[Exception]
) -> None:
    site.on("order/create", failure)
    with pytest.raises(NotSent):
        await kayixin.submit(purchase())


UNSENDABLE = [
    (purchase("shipment"), Rejected("kind_unsupported", NoParcels(), "offer")),
    (
        Purchase(KEY, "1001", "key", 1, Money(amount=1, currency="USD")),
        Rejected("currency_mismatch", BuysIn(currency="CNY"), "offer"),
    ),
    (
        Purchase(KEY, "1001", "recharge", 1, cny(1)),
        Rejected("account_missing", AccountMissing(), "request", wrong_account=True),
    ),
]


@pytest.mark.parametrize(("bought", "outcome"), UNSENDABLE)
async def test_what_cannot_be_bought_here_is_not_sent(
    kayixin: Kayixin, site: Site, bought: Purchase, outcome: SubmitOutcome
) -> None:
    assert await submitted(kayixin, bought) == outcome
    assert site.asked == []
