"""Kayixin's order callback: verified over its bytes and headers, and read as no more than a claim."""

import json

import pytest

from adapters.kayixin.adapter import Kayixin
from adapters.kayixin.signing import headers
from adapters.supplier import CallbackRefused, SupplierCallback
from tests.adapters.support import KAYIXIN, KAYIXIN_SECRET, KEY, NOW

# md5(app id + secret + version + timestamp + body), computed with coreutils and not with our own code.
BODY = (
    f'{{"orderNumber":"S1","outerNumber":"{KEY}","status":3,"money":10.0,"retMoney":0,'
    '"startCount":0,"nowCount":0,"endCount":0,"result":"完成","cards":""}'
).encode()
HEADERS = {
    "x-app-id": "10000",
    "x-version": "3.0",
    "x-timestamp": "1760767397",
    "x-signature": "f055cc101f1fd7c141d4c68e097dc1bf",
}
GBK = BODY.decode().encode("gbk")
UNVERIFIED = "the signature does not verify"
ANOTHERS = "it is for another account or version"
NOT_JSON = "the answer is not JSON"


def read(body: bytes, sent: dict[str, str]) -> SupplierCallback:
    return Kayixin(KAYIXIN).read_callback(sent, body)


def signed(body: bytes, app_id: str = "10000", secret: str = KAYIXIN_SECRET) -> dict[str, str]:
    """Headers that vouch for this body, named as a server hands them over."""
    return {name.lower(): value for name, value in headers(app_id, secret, body, NOW).items()}


def told(**fields: object) -> SupplierCallback:
    """What a callback with these fields is read as."""
    body = json.dumps({"orderNumber": "S1", "outerNumber": KEY, "status": 3, **fields}).encode()
    return read(body, signed(body))


def test_the_computed_vector() -> None:
    assert read(BODY, HEADERS) == SupplierCallback(KEY, "S1", "delivered")


def test_a_signature_may_be_upper_case() -> None:
    sent = {**HEADERS, "x-signature": HEADERS["x-signature"].upper()}
    assert read(BODY, sent) == SupplierCallback(KEY, "S1", "delivered")


def test_a_callback_is_believed_whatever_its_age() -> None:
    """The vendor states no window, and a replay is stored once and tells nothing a query does not confirm."""
    assert read(BODY, signed(BODY)) == read(BODY, HEADERS)


@pytest.mark.parametrize(
    ("status", "stated"),
    [
        *((status, "pending") for status in (0, 1, 2, 7, 8)),
        (3, "delivered"),
        (9, "delivered"),
        (4, "failed"),
        (5, "reversed"),
        *((status, "other") for status in (6, 10, -1)),
    ],
)
def test_what_a_status_claims(status: int, stated: str) -> None:
    assert told(status=status).stated == stated
    assert told(status=str(status)).stated == stated


@pytest.mark.parametrize("amount", ["", "?", -1, None, [], 0, 10])
def test_amounts_decide_nothing(amount: object) -> None:
    """What was paid back is asked for, so a strange amount costs no report."""
    assert told(status=5, money=amount, retMoney=amount) == SupplierCallback(KEY, "S1", "reversed")


@pytest.mark.parametrize("cards", ["", "!!", [{"cardNo": "CARD"}], None])
def test_cards_are_left_out(cards: object) -> None:
    assert told(cards=cards) == SupplierCallback(KEY, "S1", "delivered")


@pytest.mark.parametrize("number", ["", "  ", None])
def test_a_report_may_leave_out_their_number(number: object) -> None:
    assert told(orderNumber=number) == SupplierCallback(KEY, None, "delivered")


def test_numbers_may_come_as_integers() -> None:
    assert told(orderNumber=20251016, outerNumber=77) == SupplierCallback("77", "20251016", "delivered")


def test_characters_that_the_book_cannot_hold_are_replaced() -> None:
    assert told(orderNumber="S\x001", outerNumber="k\ud800") == SupplierCallback(
        "k\ufffd", "S\ufffd1", "delivered"
    )


def test_a_body_is_verified_as_it_was_sent_and_read_in_gbk_as_well() -> None:
    assert read(GBK, signed(GBK)) == SupplierCallback(KEY, "S1", "delivered")


def changed(**sent: str) -> dict[str, str]:
    return {**HEADERS, **{f"x-{name.replace('_', '-')}": value for name, value in sent.items()}}


REFUSED = [
    ("tampered", BODY.replace(b'"status":3', b'"status":4'), HEADERS, UNVERIFIED),
    ("a blank more", BODY + b" ", HEADERS, UNVERIFIED),
    ("in GBK under the signature of its text", GBK, HEADERS, UNVERIFIED),
    ("another secret", BODY, signed(BODY, secret="f" * 32), UNVERIFIED),
    ("another account, signed with its number", BODY, signed(BODY, app_id="10001"), UNVERIFIED),
    ("another account, signed with ours", BODY, changed(app_id="10001"), ANOTHERS),
    ("another version", BODY, changed(version="2.0"), ANOTHERS),
    ("another time", BODY, changed(timestamp="1760767398"), UNVERIFIED),
    ("a time that is no text of ASCII", BODY, changed(timestamp="é"), UNVERIFIED),
    ("a signature that is no text of ASCII", BODY, changed(signature="é" * 32), UNVERIFIED),
    ("no headers", BODY, {}, UNVERIFIED),
    *(
        (f"no {name}", BODY, {other: value for other, value in HEADERS.items() if other != name}, why)
        for name, why in zip(HEADERS, (ANOTHERS, ANOTHERS, UNVERIFIED, UNVERIFIED), strict=True)
    ),
    *(
        (what, body, signed(body), why)
        for what, body, why in [
            ("nothing", b"", NOT_JSON),
            ("no object", b"[]", "the answer's data is missing or of the wrong type"),
            ("nested without end", b"[" * 100_000, NOT_JSON),
            ("no status", b'{"outerNumber":"k"}', "the answer's status is missing or of the wrong type"),
            (
                "no number of ours",
                b'{"status":3}',
                "the answer's outerNumber is missing or of the wrong type",
            ),
        ]
    ),
]


@pytest.mark.parametrize(
    ("body", "sent", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_is_refused(body: bytes, sent: dict[str, str], why: str) -> None:
    with pytest.raises(CallbackRefused) as refused:
        read(body, sent)
    assert str(refused.value) == why


def test_its_word() -> None:
    assert Kayixin(KAYIXIN).acknowledgement == b"ok"


def test_what_is_not_signed_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []
    monkeypatch.setattr("adapters.kayixin.callback.read_json", parsed.append)
    with pytest.raises(CallbackRefused, match=r"^the signature does not verify$"):
        Kayixin(KAYIXIN).read_callback({}, b'{"orderNumber":"' + b"1" * 1024 * 1024 + b'"}')
    assert parsed == []
