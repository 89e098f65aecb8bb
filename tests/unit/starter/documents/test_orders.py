"""What is wrong in an order is told by line and field, and never with a value of its buyer."""

from datetime import UTC, datetime

import pytest

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.validation.order import check_order
from starter.documents.reading import InvalidDocument, load
from tests.support.places import EXAMPLES
from tests.unit.starter.documents.samples import ORDER, Write, told_of

NOW = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize("where", ["context", "fields"])
def test_a_block_that_is_too_large_is_told_by_its_field(write: Write, where: str) -> None:
    block = f"{where}: {{agent: {'x' * 32760}}}"
    text = (
        ORDER + block if where == "context" else ORDER.replace('"13800138000"}', f'"13800138000", {block}}}')
    )
    line, field = (9, "context") if where == "context" else (8, "recipients.shared.fields")
    assert told_of(write("o.yaml", text), OrderDocument) == [
        f":{line}: {field}: has 32769 bytes, and 32768 (32 KB) are the most: leave something out"
    ]


def test_an_invisible_character_is_told_by_its_field(write: Write) -> None:
    text = ORDER.replace("ref: b", 'ref: "b\\u200b"')
    assert told_of(write("o.yaml", text), OrderDocument) == [
        ":6: buyer.ref: holds an invisible character (U+200B) in place 2: type it anew without it"
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            "{type: phone, value: 13912345678}",
            ":8: recipients.shared.value: must be a text; put it in quotes",
        ),
        (
            '{type: phone, value: "call me at 13912345678"}',
            ":8: recipients.shared.value: value is not a valid phone: "
            "expected 6 to 15 digits, with or without a leading +",
        ),
        (
            '{type: fax, value: "13912345678"}',
            ":8: recipients.shared.type: must be 'none', 'phone', 'email', 'account' or 'address'",
        ),
        ('"13912345678"', ":8: recipients.shared: must be a mapping"),
        ("[13912345678]", ":8: recipients.shared: must be a mapping"),
    ],
)
def test_a_malformed_recipient_is_told_without_its_value(write: Write, value: str, told: str) -> None:
    lines = told_of(
        write("o.yaml", ORDER.replace('{type: phone, value: "13800138000"}', value)), OrderDocument
    )
    assert lines == [told]
    assert "13912345678" not in "".join(lines)


def test_what_contradicts_the_book_is_told_by_line_and_parent_line(write: Write) -> None:
    order = load(EXAMPLES / "orders" / "joint-membership.yaml", OrderDocument)
    other = load(write("o.yaml", order.path.read_text().replace("shared:", "other:")), OrderDocument)
    bundle = load(EXAMPLES / "joint-membership.yaml", Bundle).value
    catalogue = load(EXAMPLES / "catalogue.yaml", Catalogue).value
    assert check_order(order.value, bundle, catalogue, NOW) == []
    with pytest.raises(InvalidDocument) as refused:
        other.refuse(check_order(other.value, bundle, catalogue, NOW))
    assert str(refused.value).splitlines() == [
        f"{other.path}:7: recipients.shared: missing: component phone goes to a phone",
        f"{other.path}:8: recipients.other: no component of the bundle uses it; remove it",
    ]
