"""Fulu's order callback: verified over what it says, and read as no more than a claim."""

import json

import pytest

from adapters.fulu.adapter import Fulu
from adapters.fulu.signing import sign_fields, sign_text
from adapters.supplier import CallbackRefused, SupplierCallback
from tests.adapters.support import FULU, FULU_SECRET, KEY

# md5(characters sorted by code point + secret), computed with perl and coreutils, not with our own code.
TEXT = (
    '{"order_id":"F1","charge_finish_time":"2026-11-23 16:30:00",'
    f'"customer_order_no":"{KEY}","order_status":"success","recharge_description":"充值成功",'
    '"product_id":"10000587","price":"9.9000","buy_num":"1","operator_serial_number":""}'
)
SIGN = "a48ae120b0d482add2435d760c903f67"
BODY = f'{TEXT[:-1]},"sign":"{SIGN}"}}'.encode()
NO_TEXTS = '{"order_id":1,"customer_order_no":201906281030,"order_status":"failed","price":9.9,"extra":null}'
NO_TEXTS_SIGN = "9ada3cfe73897c400f2ba407c2891d3f"
UNVERIFIED = "the signature does not verify"
NOT_ONCE = "the body is not JSON, or names a field twice"


def read(body: bytes) -> SupplierCallback:
    return Fulu(FULU).read_callback({}, body)


def signed(fields: dict[str, object], secret: str = FULU_SECRET) -> bytes:
    return json.dumps({**fields, "sign": sign_fields(fields, secret)}).encode()


def told(**fields: object) -> SupplierCallback:
    """What a callback with these fields is read as."""
    return read(signed({"order_id": "F1", "customer_order_no": KEY, "order_status": "success", **fields}))


def test_the_computed_vector() -> None:
    assert read(BODY) == SupplierCallback(KEY, "F1", "delivered")


def test_values_may_be_no_texts() -> None:
    body = f'{NO_TEXTS[:-1]},"sign":"{NO_TEXTS_SIGN}"}}'.encode()
    assert read(body) == SupplierCallback("201906281030", "1", "failed")


def test_it_is_signed_over_what_it_says_and_not_over_its_bytes() -> None:
    fields = json.loads(BODY)
    assert read(json.dumps(fields, indent=2).encode()) == SupplierCallback(KEY, "F1", "delivered")
    assert read(json.dumps(dict(reversed(fields.items()))).encode()) == SupplierCallback(
        KEY, "F1", "delivered"
    )


def test_a_signature_may_be_upper_case() -> None:
    assert read(BODY.replace(SIGN.encode(), SIGN.upper().encode())) == SupplierCallback(
        KEY, "F1", "delivered"
    )


@pytest.mark.parametrize(
    ("status", "stated"),
    [
        ("success", "delivered"),
        ("failed", "failed"),
        ("processing", "other"),
        ("SUCCESS", "other"),
        ("", "other"),
        (1, "other"),
    ],
)
def test_what_a_status_claims(status: object, stated: str) -> None:
    assert told(order_status=status) == SupplierCallback(KEY, "F1", stated)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", ["", "  ", None])
def test_a_report_may_leave_out_their_number(number: object) -> None:
    assert told(order_id=number) == SupplierCallback(KEY, None, "delivered")


def test_characters_that_the_book_cannot_hold_are_replaced() -> None:
    assert told(order_id="F\x001", customer_order_no="k\x00") == SupplierCallback(
        "k\ufffd", "F\ufffd1", "delivered"
    )


REFUSED = [
    ("tampered", BODY.replace(b"success", b"failed"), UNVERIFIED),
    ("a field more", BODY.replace(b'{"order_id"', b'{"more":"","order_id"'), UNVERIFIED),
    ("a field twice", BODY.replace(b'{"order_id"', b'{"order_id":"F1","order_id"'), NOT_ONCE),
    ("its signature twice", BODY.replace(b'{"order_id"', b'{"sign":"","order_id"'), NOT_ONCE),
    ("another secret", signed(json.loads(TEXT), secret="f" * 32), UNVERIFIED),
    ("no signature", TEXT.encode(), UNVERIFIED),
    ("an empty signature", BODY.replace(SIGN.encode(), b""), UNVERIFIED),
    ("a signature that is a number", BODY.replace(f'"{SIGN}"'.encode(), b"0"), UNVERIFIED),
    ("a signature that is no text of ASCII", BODY.replace(SIGN.encode(), "é".encode()), UNVERIFIED),
    ("half a surrogate pair", BODY.replace(b'"F1"', b'"\\ud800"'), UNVERIFIED),
    ("in GBK", BODY.decode().encode("gbk"), NOT_ONCE),
    ("nothing", b"", NOT_ONCE),
    ("no object", b"[]", UNVERIFIED),
    ("a number of 5000 digits", b'{"sign":"","a":' + b"9" * 5000 + b"}", NOT_ONCE),
    (
        "no number of ours",
        signed({"order_status": "success"}),
        "the answer's customer_order_no is missing or of the wrong type",
    ),
    (
        "no status",
        signed({"customer_order_no": KEY}),
        "the answer's order_status is missing or of the wrong type",
    ),
]


@pytest.mark.parametrize(("body", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        read(body)
    assert str(refused.value) == why


def test_no_depth_of_nesting_breaks_the_reader() -> None:
    """A stranger's body is read before it is verified, and what can be read cannot always be written."""
    for depth in range(1, 1200):
        body = f'{{"sign":"","a":{"[" * depth}{"]" * depth}}}'.encode()
        with pytest.raises(CallbackRefused):
            read(body)


def test_its_word() -> None:
    assert Fulu(FULU).acknowledgement == b"success"


SPELT = [
    '"price":1.00',
    '"price":1E+2',
    '"price":12345678901234567890.10',
    '"order_no":123456789012345678901234567890',
    '"nested":{"sign":"x","b":[1.50,{}]}',
    '"text":"a, \\"b\\": {c}"',
    '"empty":""',
]


@pytest.mark.parametrize("spelt", SPELT)
def test_what_was_sent_is_verified_and_not_what_we_would_write(spelt: str) -> None:
    text = f'{{"order_id":"F1","customer_order_no":"{KEY}",{spelt},"order_status":"failed"}}'
    sign = sign_text(text, FULU_SECRET)
    for body in (f'{text[:-1]},"sign":"{sign}"}}', f'{{"sign" : "{sign}" ,\n{text[1:]}'):
        assert read(body.encode()) == SupplierCallback(KEY, "F1", "failed")
    with pytest.raises(CallbackRefused, match=UNVERIFIED):
        read(f'{text[:-1]},"sign":"{sign}"}}'.replace(KEY, KEY + "0").encode())


def test_characters_may_be_escaped_before_or_after_they_are_signed() -> None:
    """The slash and the Chinese text as PHP and Java write them by default."""
    plain = f'{{"customer_order_no":"{KEY}","order_status":"failed","why":"\u5931\u8d25/\u5931\u8d25"}}'
    escaped = plain.replace("/", "\\/").replace("\u5931", "\\u5931")
    for signed_text in (plain, escaped):
        body = f'{escaped[:-1]},"sign":"{sign_text(signed_text, FULU_SECRET)}"}}'
        assert read(body.encode()) == SupplierCallback(KEY, None, "failed")


def test_what_is_too_long_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[object] = []
    monkeypatch.setattr("adapters.fulu.callback.json.loads", lambda *text, **how: parsed.append(text))
    with pytest.raises(CallbackRefused, match=r"^it is longer than an order callback$"):
        read(b'{"order_id":"' + b"1" * 1024 * 1024 + b'"}')
    assert parsed == []
