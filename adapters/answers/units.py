"""Issued units: telling links from texts, and comparing what came with what was bought."""

from adapters.http import Unusable
from domain.notes.note import Note
from domain.notes.supply.goods import CardBlank, NoLinkInCard, UsableForBought
from domain.supply.outcomes import Delivered, IssuedUnit, PartlyDelivered, Receipt, Uncertain


def _is_link(text: str | None) -> bool:
    return bool(text) and str(text).lower().startswith(("https://", "http://"))


def with_link(unit: IssuedUnit) -> IssuedUnit:
    """`unit` with its web address moved to `link`; unchanged when it holds none or has a link already.

    Where both fields hold an address the password's is taken. A text beside the link (an extraction code)
    stays where it is. Other schemes are never a link, since a link is shown to be clicked.
    """
    unit = unit.as_handed_over()
    number, password = unit.number, unit.password
    if unit.link is not None:
        return unit
    if _is_link(password):
        link, password = password, None
    elif _is_link(number):
        link, number = number, None
    else:
        return unit
    return IssuedUnit(
        number=number,
        password=password,
        link=link,
        expires_at=unit.expires_at,
        supplier_card=unit.supplier_card,
    )


def credential(unit: IssuedUnit, must_be_link: bool) -> IssuedUnit:
    """`unit` as it is handed over. Raises Unusable for a blank card or a missing link."""
    unit = unit.as_handed_over()
    if must_be_link:
        unit = with_link(unit)
    if must_be_link and unit.link is None:
        raise Unusable(NoLinkInCard())
    if not unit.is_credential:
        raise Unusable(CardBlank())
    return unit


def recharged(quantity: int) -> tuple[IssuedUnit, ...]:
    """The units of a finished recharge, which leaves no credential."""
    return (IssuedUnit(),) * quantity


def handed_over(
    units: tuple[IssuedUnit, ...], quantity: int, receipt: Receipt, note: Note | None = None
) -> Delivered | PartlyDelivered | Uncertain:
    """What a finished order of cards delivered. Nothing at all or too much is for a person to look at."""
    if len(units) == quantity:
        return Delivered(units, receipt, note)
    if 0 < len(units) < quantity:
        return PartlyDelivered(units, receipt, note)
    return Uncertain(UsableForBought(cards=len(units), bought=quantity), receipt)
