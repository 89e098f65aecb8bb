"""The order document: which accounts are well formed, and that no complaint or log repeats one."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from domain.order import OrderDocument, Recipient
from tests.unit.builders import order, phone

EXPECTED = {
    "phone": "6 to 15 digits, with or without a leading +",
    "email": "an address like name@example.com",
    "account": "1 to 50 characters without spaces",
    "address": "8 to 300 characters, no blank around them",
}


def recipient(kind: str, value: str) -> Recipient:
    return Recipient.model_validate({"type": kind, "value": value})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "123456"),
        ("phone", "+8613800138000"),
        ("phone", "123456789012345"),
        ("email", "lin@example.com"),
        ("email", "a.b+c@mail.example.co.uk"),
        ("email", "林@例子.中国"),
        ("account", "x"),
        ("account", "林小姐#88"),
        ("account", "x" * 50),
        ("address", "8 Street"),
        ("address", "北京市朝阳区 1 号\n收件人 林"),
        ("address", "x" * 300),
    ],
)
def test_an_account_of_the_right_form_is_taken_as_it_is(kind: str, value: str) -> None:
    assert recipient(kind, value).value == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "12345"),
        ("phone", "1234567890123456"),
        ("phone", "138 0013 8000"),
        ("phone", "138-0013-8000"),
        ("phone", "++8613800138000"),
        ("phone", "8613800138000+"),
        ("phone", "lin@example.com"),
        ("email", "lin.example.com"),
        ("email", "lin@example"),
        ("email", "lin@@example.com"),
        ("email", "lin @example.com"),
        ("email", "@lin.example.com"),
        ("email", "a@b.com, c@d.com"),
        ("account", ""),
        ("account", "lin xiao"),
        ("account", "x" * 51),
        ("address", "7 Stree"),
        ("address", "x" * 301),
    ],
)
def test_an_account_of_another_form_is_refused_with_what_was_expected(kind: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        recipient(kind, value)
    (error,) = refused.value.errors()
    assert error["msg"] == f"Value error, value is not a valid {kind}: expected {EXPECTED[kind]}"
    assert not value or value not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "13800138000\n"),
        ("phone", "١٣٨٠٠١٣٨٠٠٠"),
        ("email", "lin@example.com\n"),
        ("account", "lin\n"),
        ("address", "x" * 300 + "\n"),
        ("address", " " * 8),
    ],
)
def test_an_account_that_only_looks_well_formed_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ValidationError):
        recipient(kind, value)


def test_a_recipient_without_an_account_type_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        recipient("none", "13912345678")
    (error,) = refused.value.errors()
    assert error["msg"] == "Value error, type must be phone, email, account or address"
    assert "13912345678" not in str(refused.value)


SECRET = "s3cret-13912345678"
LEAKING: list[dict[str, Any]] = [
    {"channel": SECRET.upper()},
    {"order_no": f"/{SECRET}"},
    {"version": SECRET},
    {"quantity": SECRET},
    {"paid": {"amount": SECRET, "currency": SECRET}},
    {"paid": SECRET},
    {"buyer": {"ref": SECRET * 20}},
    {"buyer": {"ref": "u-1", "name": SECRET}},
    {"recipients": {"shared": {"type": SECRET, "value": SECRET}}},
    {"recipients": {"shared": {"type": "phone", "value": SECRET, "fields": {"region": 7}}}},
    {"recipients": {"shared": {"type": "phone", "value": "13912345678", "note": SECRET}}},
    {"recipients": SECRET},
    {"placed_at": SECRET},
    {"context": {"ip": [SECRET]}},
    {"surprise": SECRET},
]


@pytest.mark.parametrize("change", LEAKING, ids=lambda change: next(iter(change)))
def test_no_complaint_about_a_document_repeats_what_was_written(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        order(**change)
    assert SECRET not in str(refused.value)
    assert SECRET.upper() not in str(refused.value)
    assert "13912345678" not in str(refused.value)


def test_a_printed_order_shows_no_account_and_no_context() -> None:
    private = order(
        recipients={"shared": {"type": "account", "value": SECRET, "fields": {"server": SECRET}}},
        context={"ip": SECRET},
    )
    assert SECRET not in repr(private)
    assert SECRET not in str(private)
    assert repr(phone()) == "Recipient(type=<AccountType.PHONE: 'phone'>)"


@pytest.mark.parametrize("number", ["1", "A-1.b_2", "x" * 64])
def test_an_order_number_is_short_and_plain(number: str) -> None:
    assert order(order_no=number).order_no == number


@pytest.mark.parametrize("number", ["", "-1", "a/b", "a b", "x" * 65, "1\n", "订单"])
def test_another_order_number_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        order(order_no=number)


def test_a_buyer_reference_that_the_book_cannot_store_is_refused() -> None:
    with pytest.raises(ValidationError):
        order(buyer={"ref": "u\0"})


def test_releases_count_from_when_the_buyer_paid_or_else_from_when_the_order_arrived() -> None:
    received = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    paid = datetime(2026, 3, 29, 6, 0, tzinfo=timezone(timedelta(hours=8)))
    assert order().anchor(received) == received
    assert order(placed_at=paid).anchor(received) == datetime(2026, 3, 28, 22, 0, tzinfo=UTC)


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValidationError):
        order(placed_at="2026-03-28T22:30:00")


def test_a_document_reads_back_as_it_was_written() -> None:
    placed = order(
        recipients={"shared": phone()}, context={"ip": "10.0.0.1"}, placed_at="2026-03-28T22:30:00Z"
    )
    assert OrderDocument.model_validate_json(placed.model_dump_json()) == placed
