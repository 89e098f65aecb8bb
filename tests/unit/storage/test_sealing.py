"""Sealing: keys rotate under what they sealed, a sealed value keeps to its place, no key is shown."""

import base64
import traceback
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.base.sealing import (
    Fingerprints,
    KeyRing,
    SealingError,
    decode_key,
    new_data_key,
    unwrap_data_key,
)


def encoded(byte: int, length: int = 32) -> str:
    """A key of one repeated byte, in base64."""
    return base64.b64encode(bytes([byte]) * length).decode()


NEEDS_ID = "entry {} of the key ring must be id:base64, its id unique"
OLD = KeyRing.parse(f"k1:{encoded(1)}")
ROTATED = KeyRing.parse(f"k2:{encoded(2)}, k1:{encoded(1)}")
NEW_ONLY = KeyRing.parse(f"k2:{encoded(2)}")


def refusal(text: str) -> str:
    """What is said of a key ring that cannot be read."""
    with pytest.raises(SealingError) as refused:
        KeyRing.parse(text)
    return str(refused.value)


def test_the_first_key_of_a_ring_seals_and_all_of_them_open() -> None:
    assert ROTATED.sealing_key == "k2"
    assert list(ROTATED.keys) == ["k2", "k1"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", NEEDS_ID.format(1)),
        (f":{encoded(1)}", NEEDS_ID.format(1)),
        (f"{'k' * 33}:{encoded(1)}", NEEDS_ID.format(1)),
        (f"k1:{encoded(1)},", NEEDS_ID.format(2)),
        (
            f"k1:{encoded(1)},k1:{encoded(2)}",
            NEEDS_ID.format(2),
        ),
        ("k1", NEEDS_ID.format(1)),
        (f"k1:{encoded(1, 16)}", "entry 1 of the key ring has 16 bytes; it needs 32"),
        (f"k1:{encoded(1)},k2:{encoded(2, 33)}", "entry 2 of the key ring has 33 bytes; it needs 32"),
        ("k1:no base64!", "entry 1 of the key ring is not base64"),
        (f"k1:{encoded(1)[:-1]}", "entry 1 of the key ring is not base64"),
    ],
)
def test_a_key_ring_that_cannot_be_read_names_the_entry(text: str, sentence: str) -> None:
    assert refusal(text) == sentence


@pytest.mark.parametrize(
    "text", [f"k1:{encoded(7)}x", f"k1:{encoded(7, 24)}", f"{encoded(7)}:k1", encoded(7)]
)
def test_a_key_ring_that_cannot_be_read_shows_no_key(text: str) -> None:
    with pytest.raises(SealingError) as refused:
        KeyRing.parse(text)
    told = "".join(traceback.format_exception_only(refused.value)) + repr(refused.value.__context__)
    assert encoded(7)[:16] not in told


@pytest.mark.parametrize("text", [encoded(7, 16), "07" * 16])
def test_a_short_key_without_an_id_is_not_shown_either(text: str) -> None:
    assert text not in refusal(text)


def test_a_key_that_is_not_even_ascii_is_refused_like_any_other() -> None:
    assert refusal("k1:ключ") == "entry 1 of the key ring is not base64"


def test_one_key_is_32_bytes_of_base64() -> None:
    assert decode_key(encoded(7), "the digest key") == b"\x07" * 32
    with pytest.raises(SealingError, match=r"^the digest key has 31 bytes; it needs 32$"):
        decode_key(encoded(7, 31), "the digest key")


@given(st.binary(max_size=200), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_what_was_sealed_opens_in_its_place(plaintext: bytes, context: str) -> None:
    assert ROTATED.open(ROTATED.seal(plaintext, context), context) == plaintext


def test_a_sealed_value_names_its_key_and_hides_the_rest() -> None:
    sealed = ROTATED.seal(b"card 4111", "credential/1")
    assert sealed[:3] == b"\x02k2"
    assert len(sealed) == 3 + 12 + len(b"card 4111") + 16
    assert b"4111" not in sealed


def test_sealing_twice_gives_two_values() -> None:
    assert OLD.seal(b"same", "x") != OLD.seal(b"same", "x")


def test_after_a_rotation_what_the_old_key_sealed_still_opens() -> None:
    assert ROTATED.open(OLD.seal(b"card", "x"), "x") == b"card"


def test_a_key_that_is_gone_is_named() -> None:
    with pytest.raises(SealingError, match=r"^no key 'k1' in the key ring; add it behind the sealing key$"):
        NEW_ONLY.open(OLD.seal(b"card", "x"), "x")


def test_a_key_of_the_same_name_with_other_bytes_does_not_open() -> None:
    impostor = KeyRing.parse(f"k1:{encoded(9)}")
    with pytest.raises(SealingError, match=r"^a value sealed for x does not open with key 'k1'$"):
        impostor.open(OLD.seal(b"card", "x"), "x")


def test_a_value_copied_to_another_place_does_not_open() -> None:
    sealed = OLD.seal(b"card", "credential/1")
    with pytest.raises(SealingError, match=r"^a value sealed for credential/2 does not open with key 'k1'$"):
        OLD.open(sealed, "credential/2")


def test_no_byte_of_a_sealed_value_can_be_changed() -> None:
    sealed = ROTATED.seal(b"card 4111", "x")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(SealingError):
            ROTATED.open(bytes(changed), "x")


def test_a_sealed_value_that_was_cut_short_does_not_open() -> None:
    sealed = OLD.seal(b"card 4111", "x")
    for length in range(len(sealed)):
        with pytest.raises(SealingError):
            OLD.open(sealed[:length], "x")


def test_each_order_has_a_key_of_its_own_wrapped_under_the_ring() -> None:
    ring, wrapped = new_data_key(OLD, "ord_1")
    again = unwrap_data_key(ROTATED, "ord_1", wrapped)
    assert again.open(ring.seal(b"card", "x"), "x") == b"card"
    other, _ = new_data_key(OLD, "ord_2")
    with pytest.raises(SealingError):
        other.open(ring.seal(b"card", "x"), "x")


def test_a_data_key_does_not_open_as_that_of_another_order() -> None:
    _, wrapped = new_data_key(OLD, "ord_1")
    with pytest.raises(
        SealingError, match=r"^a value sealed for data-key/ord_2 does not open with key 'k1'$"
    ):
        unwrap_data_key(OLD, "ord_2", wrapped)


PRINTS = Fingerprints(b"\x07" * 32)


def test_fingerprints_are_the_ones_they_always_were() -> None:
    """Computed with `openssl dgst -mac HMAC`: their key does not rotate, and rows of old orders hold them."""
    assert PRINTS.credential("4111", "pw", None) == (
        "54d9f546dac066d7abaf478ca4fe4bf9843dac4cd86633a4dbd8e493f73bd7be"
    )
    assert PRINTS.account("13800138000") == "8711f0b4494e3630cfa08f8cffb648d2b65183a603990e73adc0e968887109ba"


def test_fingerprints_depend_on_the_key() -> None:
    other = replace(PRINTS, key=b"\x08" * 32)
    assert other.credential("4111", None, None) != PRINTS.credential("4111", None, None)
    assert other.account("a@b.co") != PRINTS.account("a@b.co")


def test_each_part_of_a_credential_counts_and_so_does_which_part_it_is() -> None:
    parts = [("a", None, None), (None, "a", None), (None, None, "a"), ("a", "a", None), ("aa", None, None)]
    prints = {PRINTS.credential(*each) for each in parts} | {PRINTS.account("a")}
    assert len(prints) == 6


def test_an_account_is_found_however_it_was_typed() -> None:
    assert PRINTS.account("  Lin@Example.COM ") == PRINTS.account("lin@example.com")
