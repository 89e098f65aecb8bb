"""Suppliers' JSON: which variations are taken, which are not, and exact amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.answers.fields import (
    Amount,
    AmountIfAny,
    Code,
    CodeIfAny,
    Message,
    Text,
    TextIfAny,
    Whole,
    WholeIfAny,
    cost,
    credit,
    number_if_numeric,
    read,
    read_json,
)
from adapters.http import Unusable, decode
from tests.adapters.support import cny


class Row(Message):
    whole: Whole = 0
    code: Code = 0
    text: Text = ""
    maybe: TextIfAny = None
    amount: Amount = Decimal(0)
    whole_if_any: WholeIfAny = None
    code_if_any: CodeIfAny = None
    amount_if_any: AmountIfAny = None


@pytest.mark.parametrize(("sent", "value"), [(7, 7), ("7", 7), ("-7", -7), (0, 0)])
def test_a_number_may_come_as_a_string(sent: object, value: int) -> None:
    assert read(Row, {"whole": sent}).whole == value


@pytest.mark.parametrize("sent", [True, None, "", "7.0", " 7", "seven", [], {}, 7.0, "9" * 19])
def test_anything_else_is_no_number(sent: object) -> None:
    with pytest.raises(Unusable, match=r"^the answer's whole is missing or of the wrong type$"):
        read(Row, {"whole": sent})


@pytest.mark.parametrize("sent", [1_000_000, "13800138000", -1_000_000])
def test_a_code_is_short_enough_not_to_be_an_account(sent: object) -> None:
    assert read(Row, {"code": "999999"}).code == 999_999
    with pytest.raises(Unusable, match=r"^the answer's code is missing or of the wrong type$"):
        read(Row, {"code": sent})


@pytest.mark.parametrize(("sent", "value"), [("a", "a"), (42, "42"), ("", "")])
def test_an_identifier_may_come_as_a_number(sent: object, value: str) -> None:
    assert read(Row, {"text": sent}).text == value


@pytest.mark.parametrize("sent", [True, None, [], {}, 4.2])
def test_anything_else_is_no_text(sent: object) -> None:
    with pytest.raises(Unusable, match=r"^the answer's text"):
        read(Row, {"text": sent})


@pytest.mark.parametrize(("sent", "value"), [(None, None), ("", None), ("  ", None), ("a ", "a "), (0, "0")])
def test_a_blank_text_is_none(sent: object, value: str | None) -> None:
    assert read(Row, {"maybe": sent}).maybe == value


@pytest.mark.parametrize(
    ("json", "yuan", "fen"),
    [
        ("19.9", "19.9", 1990),
        ('"19.90"', "19.90", 1990),
        ("20", "20", 2000),
        ('"12.3400"', "12.3400", 1234),
        ("0.1", "0.1", 10),
        ("1.15", "1.15", 115),
        ("0", "0", 0),
        ('"1,500.00"', "1500.00", 150000),
        ('"1，500"', "1500", 150000),
        ('".50"', "0.50", 50),
        ('" ¥1,234,567.89 "', "1234567.89", 123456789),
        ('"￥15"', "15", 1500),
        ('"15.5元"', "15.5", 1550),
        ("344283.1608", "344283.1608", 34428317),
    ],
)
def test_amounts_are_exact_and_a_cost_is_never_understated(json: str, yuan: str, fen: int) -> None:
    amount = read(Row, read_json(f'{{"amount":{json}}}')).amount
    assert str(amount) == yuan
    assert cost(amount, "CNY") == cny(fen)


def test_a_credit_is_never_overstated() -> None:
    assert credit(Decimal("344283.1699"), "CNY") == cny(34428316)


@pytest.mark.parametrize(
    "json",
    [
        "-1",
        "null",
        "true",
        '""',
        '"NaN"',
        '"Infinity"',
        "1e12",
        "1e999999",
        '"12,50"',
        "[]",
        '"1,5000"',
        '",500"',
        '"0,500"',
        '"1.500,00"',
        '"1 500.00"',
        '"."',
        '"1,500,00"',
        '"1_000"',
        '"1e3"',
        '"٣"',
        '"15美元"',
        '"--"',
    ],
)
def test_anything_else_is_no_amount(json: str) -> None:
    with pytest.raises(Unusable, match=r"^the answer's amount"):
        read(Row, read_json(f'{{"amount":{json}}}'))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b'{"code":1000',
        b"NaN",
        b"[Infinity]",
        b'{"a":1e99999999999999999999}',
        "余额".encode("gbk"),
        b"[" * 200_000,
    ],
)
def test_what_is_not_json_is_unusable(body: bytes) -> None:
    with pytest.raises(Unusable, match=r"^the answer is not JSON$"):
        read_json(body)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb'"a\u0000b"', "a\ufffdb"),
        (rb'"\ud800"', "\ufffd"),
        (rb'"\udc00\ud800"', "\ufffd\ufffd"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'["a", {"x\u0000": ["\udfff"]}]', ["a", {"x\ufffd": ["\ufffd"]}]),
        (rb'"\n\u0001"', "\n\x01"),
    ],
)
def test_what_cannot_be_stored_is_replaced(sent: bytes, kept: object) -> None:
    assert read_json(sent) == kept


def test_a_byte_order_mark_is_tolerated() -> None:
    assert read_json(b"\xef\xbb\xbf{}") == {}


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_a_value_that_is_no_object_is_unusable(value: object) -> None:
    with pytest.raises(Unusable, match=r"^the answer's data is missing or of the wrong type$"):
        read(Row, value)


@pytest.mark.parametrize(
    ("text", "sent"), [("1001", 1001), ("0", 0), ("007", "007"), ("A1", "A1"), ("１", "１"), ("", "")]
)
def test_a_product_number_is_sent_as_an_integer_where_it_is_one(text: str, sent: int | str) -> None:
    assert number_if_numeric(text) == sent


@pytest.mark.parametrize("field", ["whole_if_any", "code_if_any", "amount_if_any"])
def test_an_empty_text_is_a_number_that_is_not_there(field: str) -> None:
    assert [getattr(read(Row, {field: blank}), field) for blank in (None, "", "  ")] == [None] * 3
    assert getattr(read(Row, {field: "3"}), field) == 3
    with pytest.raises(Unusable, match=rf"^the answer's {field} is missing or of the wrong type$"):
        read(Row, {field: "x"})


@given(st.decimals(0, 10**12, places=4, allow_nan=False).filter(lambda amount: amount < 10**12))
def test_an_amount_is_the_same_however_it_is_grouped(amount: Decimal) -> None:
    sent = [f"{amount:f}", f"{amount:,f}", f"¥{amount:,f}", f"{amount:f}元"]
    read_back = [read(Row, {"amount": text}).amount for text in sent]
    assert [str(each) for each in read_back] == [f"{amount:f}"] * 4


GBK = '{"code":1002,"msg":"余额不足"}'.encode("gbk")


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        (GBK, "", "余额不足"),
        (GBK, "gbk", "余额不足"),
        (GBK, "utf-8", "余额不足"),
        ("余额不足".encode(), "gb2312", "余额不足"),
        (b"ok", "gbk", "ok"),
        ("卤".encode("gbk"), "GB18030", "卤"),
    ],
)
def test_gbk_is_read_where_it_is_sent(body: bytes, declared: str, text: str) -> None:
    assert text in decode(body, declared)
