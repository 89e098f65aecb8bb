"""Identities that must never change: the fixed values here are what suppliers and the book already hold.

They were computed with `openssl dgst`, `sha256sum` and `base32` from the canonical JSON, not with this code.
"""

import re
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from domain.keys import (
    canonical_digest,
    case_workflow_id,
    delivery_id,
    document_digest,
    in_a_command,
    order_workflow_id,
    refund_id,
    supplier_key,
)
from starter.documents.reading import load
from tests.support.places import EXAMPLES
from tests.unit.builders import order, phone

KEY = b"digest-key"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
SMALL = st.integers(1, 10**6)


@pytest.mark.parametrize(
    ("identity", "key"),
    [
        (("web", "1001", "video", 1, 1, 1), "u3qjonh3zwcjjzlgmmh3i6zuhdtira7b"),
        (("web", "1001", "video", 1, 1, 2), "guh2a2w3s3sv3wuhtwoxegzhij5xmmof"),
        (("app", "1001", "video", 1, 1, 1), "hvodspxvqxy3veqqz3izfwj6bkb6meep"),
        (("web", "1001", "video", 12, 1, 1), "lszitsqbdehrmu3yltnbmn5iubbx4hpd"),
    ],
)
def test_a_supplier_key_is_the_one_it_always_was(identity: tuple[Any, ...], key: str) -> None:
    assert supplier_key(*identity) == key


@given(TEXT, TEXT, TEXT, SMALL, SMALL, SMALL)
def test_a_supplier_key_is_32_lower_case_alphanumerics(
    channel: str, order_no: str, component: str, release: int, item: int, attempt: int
) -> None:
    key = supplier_key(channel, order_no, component, release, item, attempt)
    assert re.fullmatch(r"[a-z0-9]{32}", key)


@given(st.text("a-", min_size=2, max_size=8), st.data())
def test_channel_and_order_number_are_told_apart_however_they_are_joined(
    joined: str, data: st.DataObject
) -> None:
    cuts = [
        (joined[:i], joined[i:j], joined[j:])
        for i in range(len(joined) + 1)
        for j in range(i, len(joined) + 1)
    ]
    keys = {supplier_key(channel, number, line, 1, 1, 1) for channel, number, line in cuts}
    assert len(keys) == len(cuts)


def test_every_release_item_and_attempt_has_a_key_of_its_own() -> None:
    places = list(product(range(1, 23), repeat=3))
    assert len({supplier_key("web", "1", "video", *place) for place in places}) == 22**3
    ids = {delivery_id("ord_1", "video", release, item) for release, item, _ in places}
    assert len(ids) == 22**2
    assert len({refund_id("web", "1", "video", *place) for place in places}) == 22**3


def test_the_id_of_a_delivery_is_the_one_it_always_was() -> None:
    assert delivery_id("ord_1", "video", 1, 1) == "dlv_3480f5cd0a0141f6d36d7a2b"


@pytest.mark.parametrize(
    ("number", "in_an_id"),
    [
        ("1001", "1001"),
        ("P2026_01.31-A", "P2026_01.31-A"),
        ("#1001", "%231001"),
        ("WC/2024/1", "WC%2F2024%2F1"),
        ("order:12", "order%3A12"),
        ("%23", "%2523"),
        ("订单", "%E8%AE%A2%E5%8D%95"),
    ],
)
def test_a_workflow_id_names_the_order(number: str, in_an_id: str) -> None:
    assert order_workflow_id("web", number) == f"order/web/{in_an_id}"
    assert case_workflow_id("web", number, 2) == f"case/web/{in_an_id}/2"


@given(st.text("/%2Fé#1", min_size=1), st.text("/%2Fé#1", min_size=1), SMALL, SMALL)
def test_no_two_order_numbers_have_the_same_id(one: str, other: str, case: int, another: int) -> None:
    assert (order_workflow_id("web", one) == order_workflow_id("web", other)) is (one == other)
    cases = case_workflow_id("web", one, case), case_workflow_id("web", other, another)
    assert (cases[0] == cases[1]) is ((one, case) == (other, another))


def test_the_longest_number_has_an_id_that_temporal_takes() -> None:
    assert len(case_workflow_id("c" * 64, "\U00020000" * 64, 10**6)) < 1000


def test_a_reference_in_a_command_is_one_word_to_a_shell() -> None:
    assert in_a_command("web/1001") == "web/1001"
    assert in_a_command("web/#1001") == "'web/#1001'"
    assert in_a_command("web/$(id)") == "'web/$(id)'"


def test_a_canonical_digest_is_of_sorted_utf8_json_without_spaces() -> None:
    digest = "170409917e32971e79e71df2c0a04cc84c3c089ef0c7c2a94dbde72cafebd52d"
    assert canonical_digest({"b": [1, True, None], "a": "é"}) == digest


@pytest.mark.parametrize(
    ("example", "digest"),
    [
        ("joint-membership", "1b2d9fcffb08074020172c6d8d31f080c63307ed904175f5e464438ee2779fb0"),
        ("all-or-nothing", "e2d583117b2478350221e5f30b42fdbc7cb344107f344a2c212075894c497480"),
        ("with-later-gift", "2d0071b90242b926236051c4e6019cf035c188f26372ab1c84d2ca78a72a80e0"),
    ],
)
def test_the_digest_of_a_published_bundle_is_the_one_it_always_was(example: str, digest: str) -> None:
    contract = load(EXAMPLES / f"{example}.yaml", Bundle).value
    assert canonical_digest(contract.model_dump(mode="json")) == digest


PLACED = order(recipients={"shared": phone()})


def test_the_digest_of_a_document_is_the_one_it_always_was() -> None:
    digest = "c05e8b7019441c06ebf828c867d519d2adeefa343992b4c1d29369d3ce99fbff"
    assert document_digest(PLACED, KEY) == digest


def test_the_digest_of_a_document_depends_on_the_key() -> None:
    assert document_digest(PLACED, b"other-key") != document_digest(PLACED, KEY)


def test_a_default_that_is_written_out_does_not_change_the_digest() -> None:
    written = order(recipients={"shared": phone()}, quantity=1, context={}, placed_at=None, attributes={})
    assert document_digest(written, KEY) == document_digest(PLACED, KEY)


CHANGES: list[dict[str, object]] = [
    {"channel": "app"},
    {"order_no": "1002"},
    {"bundle": "trio"},
    {"version": 2},
    {"quantity": 2},
    {"paid": {"amount": 9901, "currency": "CNY"}},
    {"paid": {"amount": 9900, "currency": "USD"}},
    {"discount": {"amount": 100, "currency": "CNY"}},
    {"buyer": {"ref": "u-2"}},
    {"recipients": {}},
    {"recipients": {"shared": phone("13800138001")}},
    {"recipients": {"mobile": phone()}},
    {"recipients": {"shared": {"type": "account", "value": "13800138000"}}},
    {"recipients": {"shared": {"type": "phone", "value": "13800138000", "fields": {"region": "cn"}}}},
    {"placed_at": "2026-03-28T22:30:00Z"},
    {"context": {"ip": "10.0.0.1"}},
    {"attributes": {"birthday": "1990-02-28"}},
    {"attributes": {"birthday": 19900228}},
]


def test_every_field_of_a_document_is_among_the_changes() -> None:
    assert {name for change in CHANGES for name in change} == set(OrderDocument.model_fields)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_any_change_of_the_document_changes_its_digest(change: dict[str, object]) -> None:
    changed = order(**{"recipients": {"shared": phone()}, **change})
    assert document_digest(changed, KEY) != document_digest(PLACED, KEY)


def test_no_two_changed_documents_share_a_digest() -> None:
    digests = {document_digest(order(**{"recipients": {"shared": phone()}, **c}), KEY) for c in CHANGES}
    assert len(digests) == len(CHANGES)


@pytest.mark.parametrize(
    "change", [{"paid": {"amount": 2**53 - 1, "currency": "CNY"}}, {"version": 1_000_000}]
)
def test_the_largest_numbers_a_document_may_hold_have_a_digest(change: dict[str, object]) -> None:
    assert len(document_digest(order(**change), KEY)) == 64


@pytest.mark.parametrize("change", [{"paid": {"amount": 2**53, "currency": "CNY"}}, {"version": 1_000_001}])
def test_a_larger_number_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        order(**change)
