"""The order document: which accounts are well formed, and that no complaint or log repeats one."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from domain.contract.order import OrderDocument, Recipient
from domain.keys import document_digest
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
        ("phone", "+85291234567"),
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
        ("phone", "138 0013 800O"),
        ("phone", "138/0013/8000"),
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
    ("kind", "value", "kept"),
    [
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "0086 13800138000", "13800138000"),
        ("phone", "8613800138000", "13800138000"),
        ("phone", "１３８００１３８０００", "13800138000"),
        ("phone", "+852 9123-4567", "+85291234567"),
        ("phone", "00852 9123 4567", "+85291234567"),
        ("email", "Lin@Example.COM", "Lin@example.com"),
        ("email", "ｌｉｎ＠ｘ．ｃｏｍ", "lin@x.com"),
        ("account", "ＬＩＮ#88", "ＬＩＮ#88"),
    ],
)
def test_a_phone_and_an_address_are_kept_in_one_spelling(kind: str, value: str, kept: str) -> None:
    assert recipient(kind, value).value == kept


def test_an_order_that_writes_its_phone_in_another_way_is_the_same_order() -> None:
    written = [order(recipients={"shared": {"type": "phone", "value": each}}) for each in PHONES]
    assert len({document_digest(each, b"k" * 32) for each in written}) == 1


PHONES = ["13800138000", "+86 138-0013-8000", "0086138 0013 8000", "8613800138000"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"recipients": {"shared": {"type": "phone", "value": "1380013\u200b8000"}}}, "value"),
        ({"recipients": {"shared": {"type": "email", "value": "lin@x.com\ufeff"}}}, "value"),
        ({"recipients": {"shared": {"type": "account", "value": "lin\u00ad"}}}, "value"),
        (
            {"recipients": {"shared": {"type": "account", "value": "l", "fields": {"server": "一\u2060"}}}},
            "server",
        ),
        ({"buyer": {"ref": "same@x.com\u200b"}}, "ref"),
    ],
)
def test_a_character_that_nobody_sees_is_refused_with_its_field(change: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as refused:
        order(**change)
    (error,) = refused.value.errors()
    assert error["loc"][-1] == where
    assert error["msg"].startswith("Value error, holds an invisible character (U+")


@pytest.mark.parametrize("where", ["context", "fields"])
def test_a_block_of_texts_has_32_kb_at_most(where: str) -> None:
    def document(size: int) -> OrderDocument:
        texts = {"a": "x" * (size - 5)}
        shared = {"type": "account", "value": "lin"}
        if where == "context":
            return order(context=texts)
        return order(recipients={"shared": {**shared, "fields": texts}})

    document(32 * 1024)
    with pytest.raises(ValidationError) as refused:
        document(32 * 1024 + 1)
    (error,) = refused.value.errors()
    assert error["loc"][-1] == where
    assert error["msg"] == (
        "Value error, has 32769 bytes, and 32768 (32 KB) are the most: leave something out"
    )


def test_many_accounts_with_large_fields_are_too_large_together() -> None:
    each = {"type": "account", "value": "lin", "fields": {"a": "\x01" * 2000}}
    with pytest.raises(ValidationError) as refused:
        order(recipients={f"tv-{number}": each for number in range(4)})
    (error,) = refused.value.errors()
    assert (error["loc"], "has 48020 bytes" in error["msg"]) == (("recipients",), True)


UNBOUNDED = "x" * 100_000


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"channel": UNBOUNDED}, ("channel",)),
        ({"order_no": UNBOUNDED}, ("order_no",)),
        ({"bundle": UNBOUNDED}, ("bundle",)),
        ({"paid": {"amount": 1, "currency": UNBOUNDED}}, ("paid", "currency")),
        ({"buyer": {"ref": UNBOUNDED}}, ("buyer", "ref")),
        ({"recipients": {UNBOUNDED: {"type": "account", "value": "l"}}}, ("recipients", UNBOUNDED, "[key]")),
        (
            {"recipients": {"a": {"type": "email", "value": "a@" + UNBOUNDED + ".b"}}},
            ("recipients", "a", "value"),
        ),
        ({"recipients": {"a": {"type": "address", "value": UNBOUNDED}}}, ("recipients", "a", "value")),
        ({"recipients": {"a": {"type": "email", "value": f"a@{'x' * 251}.b"}}}, ("recipients", "a", "value")),
        ({"recipients": {f"n{n}": {"type": "account", "value": "l"} for n in range(51)}}, ("recipients",)),
        ({"attributes": {"a": UNBOUNDED}}, ("attributes", "a")),
        ({"attributes": {f"n{n}": 1 for n in range(51)}}, ("attributes",)),
        ({"context": {"a": UNBOUNDED}}, ("context",)),
        ({"context": {UNBOUNDED: "a"}}, ("context",)),
    ],
)
def test_every_text_of_an_order_has_a_bound(change: dict[str, Any], where: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        order(**change)
    assert [error["loc"] for error in refused.value.errors()] == [where]


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
    {"order_no": f" {SECRET}"},
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


@pytest.mark.parametrize(
    "number",
    ["1", "000123", "1e5", "P2026_01.31", "#1001", "WC/2024/1", "EX/1/5", "order:12", "订单-1", "x" * 64],
)
def test_an_order_number_is_kept_as_the_shop_writes_it(number: str) -> None:
    assert order(order_no=number).order_no == number


@pytest.mark.parametrize(
    "number", ["", "a b", "x" * 65, "1\n", "a\tb", "a\u3000b", "a\u00a0b", "1\u200b", "\ue000", "1\x7f"]
)
def test_another_order_number_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        order(order_no=number)


def test_a_moment_in_another_zone_is_the_same_order() -> None:
    zones = ["2026-03-28T22:30:00Z", "2026-03-29T06:30:00+08:00", "2026-03-28T17:30:00-05:00"]
    assert len({document_digest(order(placed_at=each), b"k" * 32) for each in zones}) == 1
    later = order(placed_at="2026-03-28T22:30:01Z")
    assert document_digest(later, b"k" * 32) != document_digest(order(placed_at=zones[0]), b"k" * 32)


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
