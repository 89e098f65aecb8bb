"""Issued units: links, blank cards and counts."""

import pytest

from adapters.answers.units import credential, handed_over, with_link
from adapters.http import Unusable
from domain.notes.supply.goods import UsableForBought
from domain.supply.outcomes import Delivered, IssuedUnit, PartlyDelivered, Receipt, Uncertain

CARD = IssuedUnit(number="N", password="P", supplier_card="7")


@pytest.mark.parametrize(
    ("number", "password", "unit"),
    [
        (None, "https://t.cn/a", IssuedUnit(link="https://t.cn/a")),
        ("HTTP://t.cn/a", None, IssuedUnit(link="HTTP://t.cn/a")),
        ("https://t.cn/a", "7788", IssuedUnit(link="https://t.cn/a", password="7788")),
        ("C-1", "https://t.cn/a", IssuedUnit(link="https://t.cn/a", number="C-1")),
        ("https://t.cn/n", "https://t.cn/p", IssuedUnit(link="https://t.cn/p", number="https://t.cn/n")),
        ("javascript:alert(1)", None, IssuedUnit(number="javascript:alert(1)")),
    ],
)
def test_the_web_address_becomes_the_link(number: str | None, password: str | None, unit: IssuedUnit) -> None:
    assert with_link(IssuedUnit(number=number, password=password)) == unit
    assert with_link(unit) == unit


def test_a_link_keeps_its_card_and_expiry() -> None:
    unit = with_link(IssuedUnit(password="http://t.cn/a", supplier_card="7"))
    assert unit == IssuedUnit(link="http://t.cn/a", supplier_card="7")


def test_an_address_on_a_card_that_is_no_link_product_stays_where_it_is() -> None:
    card = IssuedUnit(password="http://t.cn/a")
    assert credential(card, must_be_link=False) == card


@pytest.mark.parametrize("must_be_link", [False, True])
def test_a_blank_card_is_unusable(must_be_link: bool) -> None:
    with pytest.raises(Unusable):
        credential(IssuedUnit(supplier_card="7"), must_be_link)


def test_a_link_product_without_a_link_is_unusable() -> None:
    with pytest.raises(Unusable, match=r"^a link was bought and a card holds no http"):
        credential(CARD, must_be_link=True)


def test_counts_decide() -> None:
    receipt = Receipt(supplier_order="S1")
    assert handed_over((CARD, CARD), 2, receipt) == Delivered((CARD, CARD), receipt)
    assert handed_over((CARD,), 2, receipt) == PartlyDelivered((CARD,), receipt)
    nothing, too_much = handed_over((), 2, receipt), handed_over((CARD,) * 3, 2, receipt)
    assert nothing == Uncertain(UsableForBought(cards=0, bought=2), receipt)
    assert too_much == Uncertain(UsableForBought(cards=3, bought=2), receipt)
