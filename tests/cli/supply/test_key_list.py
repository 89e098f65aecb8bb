"""Keys are taken in as card shops keep them: lists, other separators, other encodings."""

from pathlib import Path

import pytest

from starter.cli.supply.pool_file import KeyFormat, read_keys
from starter.documents.reading import InvalidDocument
from storage.supply.pool_stock import ImportedKey

HEADER = "number,password,link,expires_at,cost\n"
AUTO, CSV, PAIRS, LINES = KeyFormat
ONE, TWO = ImportedKey(1000, "CARD-1", "pw1"), ImportedKey(1000, "CARD-2", "pw2")


@pytest.mark.parametrize("separator", ["----", "\t", ";", ",", " ---- "])
@pytest.mark.parametrize("titles", ["", "卡号{}密码\n", "Number{}Password\n"])
@pytest.mark.parametrize("form", [AUTO, PAIRS])
def test_two_parts_in_every_line_are_number_and_password(
    tmp_path: Path, separator: str, titles: str, form: KeyFormat
) -> None:
    path = tmp_path / "keys.txt"
    path.write_text(f"{titles.format(separator)}CARD-1{separator}pw1\r\n\nCARD-2{separator}pw2")
    first = 2 if titles else 1
    read = read_keys(path, form, 1000)
    assert (list(read.keys), list(read.lines), read.encoding) == ([ONE, TWO], [first, first + 2], "UTF-8")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("KEY-1\n\n  KEY-2 \n", [ImportedKey(5, "KEY-1"), ImportedKey(5, "KEY-2")]),
        ("卡密\nKEY-1\n", [ImportedKey(5, "KEY-1")]),
        (
            "a@example.com----p----b@example.com----q\n",
            [ImportedKey(5, "a@example.com----p----b@example.com----q")],
        ),
        ("https://k.example/r?c=AB12\n", [ImportedKey(5, link="https://k.example/r?c=AB12")]),
    ],
)
@pytest.mark.parametrize("form", [AUTO, LINES])
def test_a_line_that_has_not_two_parts_is_one_key_as_it_stands(
    tmp_path: Path, text: str, keys: list[ImportedKey], form: KeyFormat
) -> None:
    path = tmp_path / "keys.TXT"
    path.write_text(text)
    assert read_keys(path, form, 5).keys == keys


def test_a_line_is_one_key_where_somebody_says_so(tmp_path: Path) -> None:
    path = tmp_path / "keys.csv"
    path.write_text("CARD-1;pw1\nCARD-2\n")
    assert read_keys(path, LINES, 5).keys == [ImportedKey(5, "CARD-1;pw1"), ImportedKey(5, "CARD-2")]


ONE_KEY = "say --format lines if each line is one key"
IS_TABLE = "the first line is number,password,link,expires_at,cost: leave --format out"
NO_COST = "does not say what a key costs: add --cost, such as --cost 2600 for 26.00"


@pytest.mark.parametrize(
    ("text", "form", "cost", "told"),
    [
        (
            "SECRET;pw\n\nSECRET\n",
            AUTO,
            5,
            f":3: must have a number and a password, with a semicolon between them as in line 1; {ONE_KEY}",
        ),
        (
            "SECRET\tpw\nSECRET\t\n",
            PAIRS,
            5,
            f":2: must have a number and a password, with a tab between them as in line 1; {ONE_KEY}",
        ),
        ("SECRET\n", PAIRS, 5, f":1: must have a number and a password; {ONE_KEY}"),
        ("SECRET\n", AUTO, None, f": {NO_COST}"),
        ("SECRET\n", LINES, None, f": {NO_COST}"),
        (HEADER + "SECRET,,,,1\n", LINES, 5, f":1: {IS_TABLE}"),
        (HEADER + "SECRET,,,,1\n", PAIRS, 5, f":1: {IS_TABLE}"),
        ("number;password;cost\nSECRET;pw;1\n", AUTO, 5, ":1: names 3 columns: a list has two at most"),
        ("\n \n", AUTO, 5, ": holds no keys"),
        ("卡密\n", AUTO, 5, ": holds no keys"),
        (
            "SECRET\u200b1----pw\n",
            AUTO,
            5,
            ":1: number: holds an invisible character (U+200B) in place 7: type the cell anew without it",
        ),
    ],
)
def test_what_is_wrong_with_a_list_is_told_without_a_key(
    tmp_path: Path, text: str, form: KeyFormat, cost: int | None, told: str
) -> None:
    path = tmp_path / "keys.txt"
    path.write_text(text)
    with pytest.raises(InvalidDocument) as refused:
        read_keys(path, form, cost)
    assert str(refused.value) == f"{path}{told}"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["keys.csv", "keys.txt"])
@pytest.mark.parametrize("form", [AUTO, CSV])
def test_columns_may_be_apart_by_other_signs_and_quoted(
    tmp_path: Path, separator: str, name: str, form: KeyFormat
) -> None:
    path = tmp_path / name
    rows = '"number",password,link,expires_at,cost\n"N,1",p,,,1000\nN-2,,,,\n'
    path.write_text(rows.replace(",", separator).replace(f"N{separator}1", "N,;\t1"))
    assert read_keys(path, form, 7).keys == [ImportedKey(1000, "N,;\t1", "p"), ImportedKey(7, "N-2")]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        *(("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gbk", "GBK"), ("gb18030", "GBK")),
        *(("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")),
    ],
)
def test_a_file_is_read_whatever_it_was_saved_as(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / "keys.csv"
    path.write_bytes(f"{HEADER}卡号甲乙1,密码,,,1000\r\n".encode(encoding))
    read = read_keys(path)
    assert (list(read.keys), read.encoding) == ([ImportedKey(1000, "卡号甲乙1", "密码")], name)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            f"{HEADER}卡号,密码,,,1\n卡".encode() + b"\xe9,,,,1\n",
            ":3: is UTF-8 text but for this line: save it anew",
        ),
        (b"SECRET\xe9,\n", ": is neither UTF-8, UTF-16 nor GBK text: save it as CSV UTF-8"),
        (b"\xff\xfeS\x00E", ": is neither UTF-8, UTF-16 nor GBK text: save it as CSV UTF-8"),
    ],
)
def test_what_is_no_text_that_we_know_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "keys.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidDocument) as refused:
        read_keys(path)
    assert str(refused.value) == f"{path}{told}"
