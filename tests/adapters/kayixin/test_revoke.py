"""Taking back: cards are voided all or none, a recharge is refunded, and repeating is harmless."""

from datetime import timedelta

import httpx
import pytest

from adapters.kayixin.adapter import Kayixin
from adapters.supplier import NotSent
from domain.notes.supply.exchanges import (
    AnotherOrder,
    CallRefused,
    CodeSaid,
    FieldUnusable,
    HttpStatus,
    NoAnswer,
)
from domain.notes.supply.goods import (
    CardNotListed,
    CardNotRevocable,
    CardStatusUnknown,
    CardUsed,
    NoCardIds,
    NothingPaidBack,
    PaidBackOnly,
    RefundLeftStatus,
    RefundUnclear,
    SomeCardsKept,
    SomeVoidsRefused,
)
from domain.supply.outcomes import IssuedUnit, NotRevocable, Revoked, RevokeOutcome, RevokePending, Uncertain
from tests.adapters.kayixin.site import NO_ORDER, Answer, Site, card, ok, order, refused
from tests.adapters.support import ACCOUNT, KEY, cny, purchase

UNITS = (
    IssuedUnit(number="C1", password="P1", supplier_card="9001"),
    IssuedUnit(number="C2", password="P2", supplier_card="9002"),
)
TWO, RECHARGE = purchase(quantity=2), purchase("recharge")
LATER = RevokePending(timedelta(seconds=30))
BUSY = Uncertain(HttpStatus(status=429), after=timedelta(seconds=9))
VOIDED = ok({"status": 2, "result": "已作废"})


async def test_every_card_is_voided_and_the_order_tells_the_credit(kayixin: Kayixin, site: Site) -> None:
    alive, voided = order(3, card(1, 0), card(2, 1)), order(5, card(1, 2), card(2, 2), retMoney=14.5)
    site.on("order/getDetail", alive, voided)
    site.on("card/void", VOIDED, VOIDED)
    answer = await kayixin.revoke(TWO, UNITS)
    assert answer.outcome == Revoked(cny(1450))
    assert site.asked == [
        ("order/getDetail", {"outerNumber": KEY}),
        ("card/void", {"cardId": 9001}),
        ("card/void", {"cardId": 9002}),
        ("order/getDetail", {"outerNumber": KEY}),
    ]
    assert len(answer.exchange.response.splitlines()) == 4


NOTHING_VOIDED: list[tuple[tuple[IssuedUnit, ...], Answer, RevokeOutcome]] = [
    (UNITS, order(3, card(1, 2), card(2, 2), retMoney=15), Revoked(cny(1500))),
    (UNITS, order(5, card(1, 2), card(2, 2), retMoney=0), Revoked(cny(0))),
    (UNITS, order(3, card(1, 2), card(2, 2), retMoney=None), Revoked(None)),
    (UNITS, order(5, retMoney=15), Revoked(cny(1500))),
    (UNITS, order(4), Revoked(cny(1500))),
    (UNITS, order(9, card(1, 4), card(2, 2)), LATER),
    (UNITS, order(3, card(1, 0), card(2, 3)), NotRevocable(CardUsed())),
    (
        UNITS,
        order(3, card(1, 0), card(2, 0, cancel=0)),
        NotRevocable(CardNotRevocable()),
    ),
    (UNITS, order(3, card(1, 2), card(2, 3)), Uncertain(SomeCardsKept())),
    (
        UNITS,
        order(3, card(1, 4), card(2, 0, cancel=0)),
        Uncertain(SomeCardsKept()),
    ),
    (UNITS, order(3, card(1, 0), card(2, 6)), Uncertain(CardStatusUnknown())),
    (UNITS, order(3, card(1, 0), card(2)), Uncertain(CardStatusUnknown())),
    (UNITS, order(3, card(1, 0)), Uncertain(CardNotListed())),
    (UNITS, order(3, outerNumber="another"), Uncertain(AnotherOrder())),
    ((), order(3, card(1, 0)), NotRevocable(NoCardIds())),
    (
        (IssuedUnit(number="C1"),),
        order(3, card(1, 0)),
        NotRevocable(NoCardIds()),
    ),
    (UNITS, NO_ORDER, Uncertain(CallRefused(call="order/getDetail", answer="1002", text="订单不存在"))),
    (UNITS, httpx.ReadTimeout, Uncertain(NoAnswer(error="ReadTimeout"))),
    (UNITS, httpx.Response(500), Uncertain(HttpStatus(status=500))),
    (UNITS, httpx.Response(429, headers={"Retry-After": "9"}), BUSY),
]


@pytest.mark.parametrize(("units", "answer", "outcome"), NOTHING_VOIDED)
async def test_nothing_is_voided_when_the_state_decides(
    kayixin: Kayixin, site: Site, units: tuple[IssuedUnit, ...], answer: Answer, outcome: RevokeOutcome
) -> None:
    site.on("order/getDetail", answer)
    assert (await kayixin.revoke(TWO, units)).outcome == outcome
    assert site.paths == ["order/getDetail"]


async def test_a_repetition_voids_only_what_is_left(kayixin: Kayixin, site: Site) -> None:
    half, whole = (
        order(5, card(1, 2), card(2, 0), retMoney=7.5),
        order(5, card(1, 2), card(2, 2), retMoney=15),
    )
    site.on("order/getDetail", half, whole)
    site.on("card/void", VOIDED)
    assert (await kayixin.revoke(TWO, UNITS)).outcome == Revoked(cny(1500))
    assert site.asked[1] == ("card/void", {"cardId": 9002})


ALIVE = order(3, card(1, 0), card(2, 0))
AFTER_VOIDING: list[tuple[Answer, Answer, RevokeOutcome]] = [
    (refused("不支持退款"), ALIVE, NotRevocable(CodeSaid(answer="1001", text="不支持退款"))),
    (refused(f"卡{ACCOUNT}不支持"), ALIVE, NotRevocable(CodeSaid(answer="1001", text="卡***不支持"))),
    (refused("系统繁忙"), ALIVE, Uncertain(CodeSaid(answer="1001", text="系统繁忙"))),
    (
        refused("不支持退款"),
        order(3, card(1, 2), card(2, 0)),
        Uncertain(SomeVoidsRefused()),
    ),
    (refused("不支持退款"), order(3, card(1, 3), card(2, 0)), NotRevocable(CardUsed())),
    (refused("已作废"), order(5, card(1, 2), card(2, 2), retMoney=15), Revoked(cny(1500))),
    (refused("不支持退款"), httpx.ReadTimeout, Uncertain(NoAnswer(error="ReadTimeout"))),
]


@pytest.mark.parametrize(("void", "after", "outcome"), AFTER_VOIDING)
async def test_a_refused_void_ends_the_voiding_and_the_order_decides(
    kayixin: Kayixin, site: Site, void: Answer, after: Answer, outcome: RevokeOutcome
) -> None:
    site.on("order/getDetail", ALIVE, after)
    site.on("card/void", void)
    assert (await kayixin.revoke(TWO, UNITS)).outcome == outcome
    assert site.paths == ["order/getDetail", "card/void", "order/getDetail"]


@pytest.mark.parametrize("after", [ALIVE, order(9, card(1, 4), card(2, 4))])
async def test_an_accepted_void_that_does_not_show_yet_is_pending(
    kayixin: Kayixin, site: Site, after: Answer
) -> None:
    site.on("order/getDetail", ALIVE, after)
    site.on("card/void", ok({"status": 4}), ok({"status": 4}))
    assert (await kayixin.revoke(TWO, UNITS)).outcome == LATER


@pytest.mark.parametrize("failure", [httpx.ReadTimeout, httpx.ConnectError, httpx.Response(500)])
async def test_a_void_without_an_answer_is_uncertain(kayixin: Kayixin, site: Site, failure: Answer) -> None:
    site.on("order/getDetail", ALIVE)
    site.on("card/void", failure)
    assert isinstance((await kayixin.revoke(TWO, UNITS)).outcome, Uncertain)


async def test_a_revocation_that_never_left_can_be_repeated(kayixin: Kayixin, site: Site) -> None:
    site.on("order/getDetail", httpx.ConnectError)
    with pytest.raises(NotSent):
        await kayixin.revoke(TWO, UNITS)


REFUND_NOT_ASKED: list[tuple[Answer, RevokeOutcome]] = [
    (order(5, retMoney=15), Revoked(cny(1500))),
    (order(5, retMoney=16), Revoked(cny(1600))),
    (
        order(5, retMoney=7.559),
        NotRevocable(PaidBackOnly(back="7.55 CNY", paid="15.00 CNY"), in_part=True),
    ),
    (
        order(5, money=30, retMoney=10),
        NotRevocable(PaidBackOnly(back="10.00 CNY", paid="30.00 CNY"), in_part=True),
    ),
    (order(5, retMoney=None), Uncertain(RefundUnclear())),
    (order(5, money=None), Uncertain(NothingPaidBack())),
    (
        order(5, money=None, retMoney=15),
        Uncertain(RefundUnclear()),
    ),
    (order(5, retMoney=0), Uncertain(NothingPaidBack())),
    (order(4), Revoked(cny(1500))),
    (order(9), LATER),
    (order(8), LATER),
    (order(3, outerNumber="another"), Uncertain(AnotherOrder())),
    (NO_ORDER, Uncertain(CallRefused(call="order/getDetail", answer="1002", text="订单不存在"))),
]


@pytest.mark.parametrize(("answer", "outcome"), REFUND_NOT_ASKED)
async def test_a_refund_that_is_done_or_under_way_is_not_asked_for_again(
    kayixin: Kayixin, site: Site, answer: Answer, outcome: RevokeOutcome
) -> None:
    site.on("order/getDetail", answer)
    assert (await kayixin.revoke(RECHARGE, (IssuedUnit(),))).outcome == outcome
    assert site.paths == ["order/getDetail"]


REFUND_ANSWERS: list[tuple[Answer, RevokeOutcome]] = [
    (ok({"status": 9}), LATER),
    (ok({"status": "8"}), LATER),
    (ok({"status": 3}), NotRevocable(RefundLeftStatus(status="3"))),
    (refused("不支持退款"), NotRevocable(CodeSaid(answer="1001", text="不支持退款"))),
    (refused("请求超时"), Uncertain(CodeSaid(answer="1001", text="请求超时"))),
    (ok({}), Uncertain(FieldUnusable(field="status"))),
    (httpx.ReadTimeout, Uncertain(NoAnswer(error="ReadTimeout"))),
]


@pytest.mark.parametrize(("answer", "outcome"), REFUND_ANSWERS)
async def test_a_recharge_is_refunded(
    kayixin: Kayixin, site: Site, answer: Answer, outcome: RevokeOutcome
) -> None:
    site.on("order/getDetail", order(3))
    site.on("order/refunds", answer)
    assert (await kayixin.revoke(RECHARGE, (IssuedUnit(),))).outcome == outcome
    assert site.asked[1] == ("order/refunds", {"outerNumber": KEY})


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (order(5, retMoney="15.00"), Revoked(cny(1500))),
        (
            order(5, retMoney="12.00"),
            NotRevocable(PaidBackOnly(back="12.00 CNY", paid="15.00 CNY"), in_part=True),
        ),
        (order(4), Revoked(cny(1500))),
        (order(3), LATER),
        (httpx.ReadTimeout, Uncertain(NoAnswer(error="ReadTimeout"))),
    ],
)
async def test_a_granted_refund_is_credited_as_the_order_says(
    kayixin: Kayixin, site: Site, after: Answer, outcome: RevokeOutcome
) -> None:
    site.on("order/getDetail", order(3), after)
    site.on("order/refunds", ok({"status": 5}))
    assert (await kayixin.revoke(RECHARGE, (IssuedUnit(),))).outcome == outcome
