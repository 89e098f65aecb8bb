"""Both adapters over real HTTP against the simulated suppliers, whose ledger is the witness."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from adapters.fulu.adapter import Fulu
from adapters.fulu.config import FuluConfig
from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.config import KayixinConfig
from adapters.supplier import NotSent, Supplier
from domain.notes.general import Said
from domain.notes.supply.exchanges import CodeSaid, HttpStatus, NoAnswer
from domain.notes.supply.goods import CardNotRevocable, ListedAs, NoRefundInterface
from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    IssuedUnit,
    NotRevocable,
    Pending,
    QueryOutcome,
    Receipt,
    Rejected,
    Revoked,
    SubmitOutcome,
    Uncertain,
    UnknownOrder,
)
from domain.supply.purchase import Purchase
from simulator.serving.server import RunningSupplier, Simulators, running_simulators
from tests.adapters.support import KEY, cny, purchase

PATIENCE = timedelta(seconds=1.2)
HANG = Uncertain(NoAnswer(error="TimeoutError"))


@pytest.fixture
def suppliers() -> Iterator[Simulators]:
    with running_simulators() as both:
        yield both


@pytest.fixture
async def kayixin(suppliers: Simulators) -> AsyncIterator[Kayixin]:
    site = suppliers["kayixin"]
    adapter = Kayixin(
        KayixinConfig(
            protocol="kayixin",
            base_url=site.url,
            app_id=site.app_id,
            secret=SecretStr(site.secret),
            timeout=PATIENCE,
        )
    )
    yield adapter
    await adapter.aclose()


@pytest.fixture
async def fulu(suppliers: Simulators) -> AsyncIterator[Fulu]:
    gateway = suppliers["fulu"]
    adapter = Fulu(
        FuluConfig(
            protocol="fulu",
            gateway=gateway.url,
            app_key=gateway.app_id,
            secret=SecretStr(gateway.secret),
            timeout=PATIENCE,
        )
    )
    yield adapter
    await adapter.aclose()


async def settled(supplier: Supplier, bought: Purchase) -> QueryOutcome:
    """The outcome once the supplier has finished."""
    for _ in range(100):
        outcome = (await supplier.query(bought)).outcome
        if not isinstance(outcome, Pending | UnknownOrder):
            return outcome
        await asyncio.sleep(0.05)
    raise AssertionError("the order did not finish")


def sold(supplier: RunningSupplier) -> list[tuple[str, str, int, int]]:
    """Each sale's number, status, price and credit."""
    return [
        (sale.number, sale.status, sale.money_minor, sale.credited_minor) for sale in supplier.ledger.sales()
    ]


async def test_kayixin_keys_are_delivered_at_once_voided_and_credited(
    kayixin: Kayixin, suppliers: Simulators
) -> None:
    bought = purchase(quantity=2, product="1001", max_cost=3000)
    outcome = (await kayixin.submit(bought)).outcome
    (sale,) = suppliers["kayixin"].ledger.sales_of(KEY)
    units = tuple(IssuedUnit(c.number, c.password, supplier_card=str(c.card_id)) for c in sale.credentials)
    assert outcome == Delivered(units, Receipt(sale.order_number, cny(3000)))
    assert (await kayixin.query(bought)).outcome == Delivered(units, Receipt(sale.order_number, cny(3000)))
    for _ in range(2):
        assert (await kayixin.revoke(bought, units)).outcome == Revoked(cny(3000))
    assert sold(suppliers["kayixin"]) == [(KEY, "refunded", 3000, 3000)]
    assert isinstance((await kayixin.query(bought)).outcome, Rejected)


async def test_kayixin_link(kayixin: Kayixin, suppliers: Simulators) -> None:
    outcome = (await kayixin.submit(purchase("link", product="1004"))).outcome
    ((card,),) = [sale.credentials for sale in suppliers["kayixin"].ledger.sales()]
    assert isinstance(outcome, Delivered)
    assert outcome.units == (IssuedUnit(card.number, link=card.password, supplier_card=str(card.card_id)),)


async def test_kayixin_keys_later_and_recharge(kayixin: Kayixin, suppliers: Simulators) -> None:
    keys = purchase(product="1002", max_cost=3800)
    assert isinstance((await kayixin.submit(keys)).outcome, Pending)
    assert isinstance(await settled(kayixin, keys), Delivered)
    assert sold(suppliers["kayixin"]) == [(KEY, "delivered", 3800, 0)]


async def test_kayixin_recharge(kayixin: Kayixin, suppliers: Simulators) -> None:
    bought = purchase("recharge", product="1003")
    assert isinstance((await kayixin.submit(bought)).outcome, Pending)
    (sale,) = suppliers["kayixin"].ledger.sales()
    assert sale.account == bought.account
    assert await settled(kayixin, bought) == Delivered((IssuedUnit(),), Receipt(sale.order_number, cny(1680)))
    assert (await kayixin.revoke(bought, (IssuedUnit(),))).outcome == NotRevocable(
        CodeSaid(answer="1001", text="不支持退款")
    )


async def test_kayixin_card_that_cannot_be_voided(kayixin: Kayixin) -> None:
    bought = purchase(product="1005")
    outcome = (await kayixin.submit(bought)).outcome
    assert isinstance(outcome, Delivered)
    revoked = (await kayixin.revoke(bought, outcome.units)).outcome
    assert revoked == NotRevocable(CardNotRevocable())


async def test_a_second_submission_under_the_same_number_buys_nothing(
    kayixin: Kayixin, fulu: Fulu, suppliers: Simulators
) -> None:
    first = (await kayixin.submit(purchase())).outcome
    again = (await kayixin.submit(purchase())).outcome
    assert isinstance(first, Delivered)
    assert isinstance(again, Delivered)
    assert again.units == first.units
    keys = purchase(product="10000587")
    assert isinstance((await fulu.submit(keys)).outcome, Pending)
    assert (await fulu.submit(keys)).outcome == Uncertain(CodeSaid(answer="2105", text="订单号重复"))
    assert len(sold(suppliers["kayixin"])) == len(sold(suppliers["fulu"])) == 1


REFUSED_BY_KAYIXIN: list[tuple[Purchase, SubmitOutcome]] = [
    (purchase(product="2002"), Rejected("1001", Said(text="商品已停售"), "offer")),
    (purchase(product="2004"), Rejected("1001", Said(text="库存不足"), "offer", out_of_stock=True)),
    (purchase(product="9999"), Rejected("1001", Said(text="商品不存在"), "offer")),
    (
        purchase(product="1001", max_cost=1499),
        Rejected("1001", Said(text="订单金额超过安全进价"), "offer", over_ceiling=True),
    ),
]


@pytest.mark.parametrize(("bought", "outcome"), REFUSED_BY_KAYIXIN)
async def test_kayixin_refusals(
    kayixin: Kayixin, suppliers: Simulators, bought: Purchase, outcome: SubmitOutcome
) -> None:
    assert (await kayixin.submit(bought)).outcome == outcome
    assert sold(suppliers["kayixin"]) == []


async def test_kayixin_failures_after_acceptance(kayixin: Kayixin) -> None:
    failing = purchase(product="2003")
    assert isinstance((await kayixin.submit(failing)).outcome, Pending)
    outcome = await settled(kayixin, failing)
    assert isinstance(outcome, Rejected)
    receipt = outcome.receipt
    assert (outcome.code, outcome.message) == ("status_4", Said(text="充值失败，已撤单"))
    assert (receipt.charged, receipt.credited) == (cny(1000), cny(1000))


UNANSWERED: list[tuple[str, str, SubmitOutcome, bool]] = [
    ("2005", "10000605", Uncertain(HttpStatus(status=500)), False),
    ("2006", "10000606", HANG, False),
    ("2001", "10000601", HANG, True),
    ("2007", "10000607", HANG, True),
    ("2008", "10000608", Uncertain(HttpStatus(status=500)), True),
]


@pytest.mark.parametrize(("of_kayixin", "of_fulu", "outcome", "committed"), UNANSWERED)
async def test_without_an_answer_only_a_query_tells(
    kayixin: Kayixin,
    fulu: Fulu,
    suppliers: Simulators,
    of_kayixin: str,
    of_fulu: str,
    outcome: SubmitOutcome,
    committed: bool,
) -> None:
    cases: list[tuple[Supplier, str, RunningSupplier]] = [
        (kayixin, of_kayixin, suppliers["kayixin"]),
        (fulu, of_fulu, suppliers["fulu"]),
    ]
    for supplier, product, restored in cases:
        bought = purchase(product=product)
        assert (await supplier.submit(bought)).outcome == outcome
        if committed:
            assert isinstance(await settled(supplier, bought), Delivered)
        else:
            assert (await supplier.query(bought)).outcome == UnknownOrder()
        assert len(sold(restored)) == int(committed)


async def test_an_order_that_surfaces_after_not_found(kayixin: Kayixin, fulu: Fulu) -> None:
    cases: list[tuple[Supplier, str]] = [(kayixin, "2009"), (fulu, "10000609")]
    for supplier, product in cases:
        bought = purchase(product=product)
        assert (await supplier.submit(bought)).outcome == HANG
        assert (await supplier.query(bought)).outcome == UnknownOrder()
        assert isinstance(await settled(supplier, bought), Delivered)


async def test_fulu_keys_links_and_recharges(fulu: Fulu, suppliers: Simulators) -> None:
    keys = purchase(quantity=2, product="10000587", max_cost=3980)
    assert isinstance((await fulu.submit(keys)).outcome, Pending)
    outcome = await settled(fulu, keys)
    (sale,) = suppliers["fulu"].ledger.sales()
    assert isinstance(outcome, Delivered)
    assert [(unit.number, unit.password) for unit in outcome.units] == [
        (card.number, card.password) for card in sale.credentials
    ]
    assert (await fulu.revoke(keys, outcome.units)).outcome == NotRevocable(NoRefundInterface())


async def test_fulu_link(fulu: Fulu, suppliers: Simulators) -> None:
    link = purchase("link", product="10000588")
    assert isinstance((await fulu.submit(link)).outcome, Pending)
    outcome = await settled(fulu, link)
    ((card,),) = [sale.credentials for sale in suppliers["fulu"].ledger.sales()]
    assert isinstance(outcome, Delivered)
    assert outcome.receipt.charged == cny(880)
    assert [unit.link for unit in outcome.units] == [card.password]
    assert outcome.units[0].expires_at is not None


RECHARGES = [
    (purchase("recharge", product="10000585"), 1000),
    (purchase("recharge", options={"method": "mobile", "charge_value": "50"}), 4975),
]


@pytest.mark.parametrize(("bought", "price"), RECHARGES)
async def test_fulu_recharges(fulu: Fulu, suppliers: Simulators, bought: Purchase, price: int) -> None:
    assert isinstance((await fulu.submit(bought)).outcome, Pending)
    outcome = await settled(fulu, bought)
    assert isinstance(outcome, Delivered)
    assert (outcome.units, outcome.receipt.charged) == ((IssuedUnit(),), cny(price))
    assert [sale.account for sale in suppliers["fulu"].ledger.sales()] == [bought.account]


async def test_fulu_refusals_and_failures(fulu: Fulu, suppliers: Simulators) -> None:
    rejected = (await fulu.submit(purchase(product="10000602"))).outcome
    short = (await fulu.submit(purchase(product="10000604"))).outcome
    assert rejected == Rejected("3001", Said(text="商品维护中"), "offer")
    assert short == Rejected("out_of_stock", ListedAs(word="断货"), "offer", out_of_stock=True)
    dear = (await fulu.submit(purchase(product="10000587", max_cost=1989))).outcome
    assert isinstance(dear, Rejected)
    assert dear.over_ceiling
    assert sold(suppliers["fulu"]) == []
    failing = purchase("recharge", product="10000610")
    assert isinstance((await fulu.submit(failing)).outcome, Pending)
    outcome = await settled(fulu, failing)
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.receipt.charged) == ("failed", cny(0))


async def test_with_a_wrong_secret_nothing_is_looked_at_and_a_person_has_to_act(
    suppliers: Simulators,
) -> None:
    site, secret = suppliers["kayixin"], SecretStr("0" * 32)
    stranger = Kayixin(
        KayixinConfig(protocol="kayixin", base_url=site.url, app_id=site.app_id, secret=secret)
    )
    refused = ActionRequired("credentials", "1004", Said(text="签名错误"))
    assert (await stranger.submit(purchase())).outcome == refused
    earlier = (await stranger.submit(purchase(resubmitted=True))).outcome
    assert isinstance(earlier, Uncertain) and earlier.refusal == refused
    await stranger.aclose()


async def test_stock(kayixin: Kayixin, fulu: Fulu) -> None:
    levels = [await kayixin.stock(product) for product in ("1001", "2004")]
    assert [(level.state, level.unit_cost) for level in levels] == [
        ("in_stock", cny(1500)),
        ("out_of_stock", cny(1000)),
    ]
    states = [(await fulu.stock(product)).state for product in ("10000587", "10000604")]
    assert states == ["in_stock", "out_of_stock"]


async def test_a_supplier_that_is_down_was_sent_nothing(kayixin: Kayixin, suppliers: Simulators) -> None:
    with running_simulators() as gone:
        url = gone["kayixin"].url
    adapter = Kayixin(
        KayixinConfig(protocol="kayixin", base_url=url, app_id="10000", secret=SecretStr("0" * 32))
    )
    with pytest.raises(NotSent):
        await adapter.submit(purchase())
    await adapter.aclose()
