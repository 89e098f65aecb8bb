"""Keys, accounts and references have one spelling, whatever copying and spreadsheets made of them."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import spelling
from domain.supply.outcomes import IssuedUnit
from storage.base.sealing import Fingerprints

PRINTS = Fingerprints(b"\x07" * 32)
FORMAT = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]
UNSEEN = [*FORMAT, *"\u034f\u115f\u180b\u2800\u3164\ufe0f\uffa0", "\U000e0100"]
BLANKS = " \t\n\u00a0\u2003\u2028\u3000\u202f"
KEYS = st.text("ABCXYZabcxyz0189-_", min_size=1, max_size=24).filter(lambda key: key.strip("-_"))


@st.composite
def another_spelling(draw: st.DrawFn, key: str) -> str:
    """The same key with characters that nobody sees anywhere in it, and blanks around it."""
    at = st.tuples(st.integers(0, len(key)), st.sampled_from(UNSEEN))
    for position, unseen in sorted(draw(st.lists(at, max_size=5)), reverse=True):
        key = key[:position] + unseen + key[position:]
    around = st.text(BLANKS + "".join(UNSEEN), max_size=3)
    return draw(around) + key + draw(around)


@given(st.text())
def test_a_spelling_that_is_spelt_again_stays(text: str) -> None:
    for spell in (spelling.as_handed_over, spelling.secret, spelling.account, spelling.phone, spelling.email):
        once = spell(text)
        assert spell(once) == once
    exact = spelling.secret(text, case_sensitive=True)
    assert spelling.secret(exact, case_sensitive=True) == exact


@given(KEYS.flatmap(lambda key: st.tuples(st.just(key), another_spelling(key))))
def test_what_nobody_sees_makes_no_other_key(spelt: tuple[str, str]) -> None:
    key, other = spelt
    assert spelling.as_handed_over(other) == key
    for case_sensitive in (False, True):
        as_number = PRINTS.secrets(key, None, None, case_sensitive=case_sensitive)
        as_password = PRINTS.secrets(None, other, None, case_sensitive=case_sensitive)
        assert as_number == as_password
    assert PRINTS.credential(key, None, None) == PRINTS.credential(other, None, None)


@pytest.mark.parametrize(
    "other",
    [
        "key-a1b2-c3d4-e5f6",
        "KEY-A1B2-C3D4-E5F6\u200b",
        " KEY-A1B2-C3D4-E5F6 ",
        "\ufeffKEY-A1B2-C3D4-E5F6",
        "KEY-A1B2\u00ad-C3D4-E5F6",
        "ＫＥＹ－Ａ１Ｂ２－Ｃ３Ｄ４－Ｅ５Ｆ６",
        "KEY–A1B2–C3D4–E5F6",
        "KEY−A1B2⁃C3D4ーE5F6",
        "KEY-A١B٢-C३D४-E５F６",
        "KEY A1B2 C3D4 E5F6",
        "KEYA1B2C3D4E5F6",
    ],
)
def test_one_key_is_one_key_however_it_is_written(other: str) -> None:
    key = "KEY-A1B2-C3D4-E5F6"
    assert spelling.secret(other) == spelling.secret(key)
    held = set(PRINTS.secrets("4111-0001", key, None))
    for again in ((other, None, None), (None, other, None), ("4111-0002", other, None)):
        assert held & set(PRINTS.secrets(*again))


def test_a_short_password_counts_only_with_its_card_number() -> None:
    one, two = (
        PRINTS.secrets("6220000000000001", "1234", None),
        PRINTS.secrets("6220000000000002", "1234", None),
    )
    assert (len(one), len(two), set(one) & set(two)) == (1, 1, set())
    together = set(PRINTS.secrets("A-17", "1234", None))
    assert together & set(PRINTS.secrets("a–17\u200b", " 1234", None))
    for other in ("A-18", "A1-7"):
        assert not together & set(PRINTS.secrets(other, "1234", None))


def test_the_only_secret_counts_however_short_it_is() -> None:
    assert PRINTS.secrets(None, "1234", None) == PRINTS.secrets("1234", "\u200b", " ")
    assert len(PRINTS.secrets(None, "1234", None)) == 1


@pytest.mark.parametrize("filler", ["请直接使用卡密兑换即可使用", "0000000000", "----------"])
def test_what_suppliers_write_where_there_is_no_number_is_nobodys_key(filler: str) -> None:
    assert spelling.secrets_alone(filler, "9F2K-77QX-1M3N") == ["9F2K-77QX-1M3N"]


def test_keys_that_differ_by_case_are_one_unless_their_product_says_otherwise() -> None:
    keys = [("aBcDeFgHiJ12", None, None), ("AbCdEfGhIj12", None, None)]
    one, two = (set(PRINTS.secrets(*key)) for key in keys)
    assert one & two
    one, two = (set(PRINTS.secrets(*key, case_sensitive=True)) for key in keys)
    assert not one & two
    assert one & set(PRINTS.secrets(*keys[0]))


def test_a_link_keeps_its_case_behind_the_host() -> None:
    link = "https://S.example.com/r/aB3dE5fG7hJ9"
    assert spelling.secret(" HTTPS://s.EXAMPLE.com/r/aB3dE5fG7hJ9\u200b") == spelling.secret(link)
    assert spelling.secret("https://s.example.com/r/AB3dE5fG7hJ9") != spelling.secret(link)


def test_a_page_that_many_cards_name_is_nobodys_own() -> None:
    page, link = "https://vip.example.com/redeem/members/2026", "https://s.example.com/r/aB3dE5fG7hJ9"
    assert spelling.secrets_alone("9F2K77QX1M3N", None, page) == ["9F2K77QX1M3N"]
    assert spelling.secrets_alone(None, "x7k2", link) == [link]
    assert spelling.secrets_alone(None, None, page) == [page]


def test_what_is_handed_over_is_the_key_as_it_was_given_without_what_cannot_be_part_of_it() -> None:
    unit = IssuedUnit(number="\ufeff Ab\u200b-1 2 ", password="\u3000", link="a\u00a0b\r\nc")
    assert unit.as_handed_over() == IssuedUnit(number="Ab-1 2", password=None, link="a b\nc")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("+86-138 0013 8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("(+86) 138.0013.8000", "13800138000"),
        ("+86 (0)13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("＋８６ １３８－００１３－８０００", "13800138000"),
        ("138 0013 8000\u200b", "13800138000"),
        ("+852 9123 4567", "+85291234567"),
        ("00852 91234567", "+85291234567"),
        ("+1 380 013 8000", "+13800138000"),
        ("+86 10 1234 5678", "+861012345678"),
        ("010-12345678", "01012345678"),
    ],
)
def test_a_phone_is_one_number_however_it_is_written(written: str, number: str) -> None:
    assert spelling.phone(written) == number
    assert spelling.account(written) == number
    assert PRINTS.account(f" {written}\u00a0") == PRINTS.account(number)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("same@x.com", "Same@X.com"),
        ("13800138000", "+86 ١٣٨٠٠١٣٨٠٠٠"),
        ("same@x.com", "same@x.com\u200b"),
        ("same@x.com", "\uff53ame@x.com"),
        ("北京市 朝阳区1号", " 北京市\u3000朝阳区１号"),
    ],
)
def test_accounts_and_references_are_compared_without_case_width_and_blanks(one: str, other: str) -> None:
    assert spelling.account(one) == spelling.account(other)


def test_an_account_of_digits_is_no_foreign_number() -> None:
    assert len({spelling.account(each) for each in ("12345678", "+12345678", "88 12345678x")}) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("same@x.com\u200b", "an invisible character (U+200B) in place 11"),
        ("\ufeffx", "an invisible character (U+FEFF) in place 1"),
        ("a\u3164", "an invisible character (U+3164) in place 2"),
        ("1\ufe0f", "an invisible character (U+FE0F) in place 2"),
        ("Year of ❤️ and 👨‍👩‍👧", None),
        ("北京市\u3000朝阳区", None),
    ],
)
def test_an_invisible_character_is_told_by_its_place(text: str, told: str | None) -> None:
    assert spelling.invisible_in(text) == told
