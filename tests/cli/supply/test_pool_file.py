"""A CSV of keys is read whole or not at all, and no key is ever shown."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from starter.cli.supply.pool_file import read_keys
from starter.documents.reading import InvalidDocument
from storage.supply.pool_stock import ImportedKey
from tests.cli.running import Perkflow
from tests.support.places import EXAMPLES

Write = Callable[[str, str], Path]
HEADER = "number,password,link,expires_at,cost\n"
NO_HEADER = (
    "the first line must be number,password,link,expires_at,cost, or the same with semicolons or tabs; "
    "for a list of keys say --format lines or --format pairs, and --cost"
)


def test_keys_are_read_with_every_column(write: Write) -> None:
    rows = 'N-1,"p,1",,2030-12-31T23:59:59+08:00,2600\n\n,,https://k.example/1,,0\n'
    assert read_keys(write("k.csv", HEADER + rows)).keys == [
        ImportedKey(2600, "N-1", "p,1", None, datetime.fromisoformat("2030-12-31T23:59:59+08:00")),
        ImportedKey(0, None, None, "https://k.example/1", None),
    ]


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2030-12-31", "2030-12-31T23:59:59+08:00"),
        ("2030/12/31", "2030-12-31T23:59:59+08:00"),
        ("2030/12/31 12:00", "2030-12-31T12:00:00+08:00"),
        ("20301231", "2030-12-31T23:59:59+08:00"),
        ("2030-12-31T23:59:59Z", "2030-12-31T23:59:59+00:00"),
    ],
)
def test_a_deadline_is_read_as_card_shops_write_it(write: Write, text: str, until: str) -> None:
    [key] = read_keys(write("k.csv", f"{HEADER}N-1,,,{text},2600\n")).keys
    assert key.expires_at == datetime.fromisoformat(until)


def test_the_example_has_three_keys() -> None:
    assert [key.cost for key in read_keys(EXAMPLES / "pool-keys.csv").keys] == [2600, 2600, 2600]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [f":1: {NO_HEADER}"]),
        ("number,cost\nSECRET,1\n", [f":1: {NO_HEADER}"]),
        (HEADER, [": holds no keys"]),
        (HEADER + "SECRET,1\n", [":2: must have 5 columns"]),
        (HEADER + ",,,,5\n", [":2: number: a key needs a number, a password or a link"]),
        (
            HEADER + "SECRET,,,2030-13-31,-1\nSECRET,,,,1\nSECRET,,,soon,2.5\n",
            [
                ":2: expires_at: must be a day or a time, such as 2030-12-31 23:59 (in China's time)",
                ":2: cost: must be a whole number of minor units, such as 2600 for 26.00",
                ":4: expires_at: must be a day or a time, such as 2030-12-31 23:59 (in China's time)",
                ":4: cost: must be a whole number of minor units, such as 2600 for 26.00",
            ],
        ),
        (
            HEADER + "SECRET,,,,9999999999999\n",
            [":2: cost: must be a whole number of minor units, such as 2600 for 26.00"],
        ),
        (HEADER + 'KEY-0001,,,,1\n"SECRET\n', [":3: is not CSV from here on: a quote may be missing"]),
    ],
)
def test_what_is_wrong_is_told_without_a_key(write: Write, text: str, told: list[str]) -> None:
    path = write("k.csv", text)
    with pytest.raises(InvalidDocument) as refused:
        read_keys(path)
    assert [line.removeprefix(str(path)) for line in str(refused.value).splitlines()] == told
    assert "SECRET" not in str(refused.value)


ANEW = "format the column as text, fill it in anew and save it as CSV UTF-8"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("1.23457E+15", f"was rounded to a number like 1.2E+15: {ANEW}"),
        ("6E+18", f"was rounded to a number like 1.2E+15: {ANEW}"),
        ("6225880100001.0", f"was turned into a number with decimals: {ANEW}"),
        ('"6,225,880,100,001"', f"was turned into a number with separators: {ANEW}"),
        ("2026/3/1", f"was turned into a date: {ANEW}"),
        ("2026-03-01 0:00", f"was turned into a date: {ANEW}"),
        ("3/1/2026", f"was turned into a date: {ANEW}"),
        ("1-Mar", f"was turned into a date: {ANEW}"),
        ("Mar-26", f"was turned into a date: {ANEW}"),
        ("3月1日", f"was turned into a date: {ANEW}"),
        ('"=""0012345"""', f"begins like a formula or a marked text: {ANEW}"),
        ("=A2&B2", f"begins like a formula or a marked text: {ANEW}"),
        ("'0012345", f"begins like a formula or a marked text: {ANEW}"),
        ("#N/A", f"is what shows where no value is: {ANEW}"),
        ("#######", f"is what shows where no value is: {ANEW}"),
        ("NaN", f"is a word for no value: {ANEW}"),
        ("KEY-0001\u200b", "holds an invisible character (U+200B) in place 9: type the cell anew without it"),
        ("KEY\ufeff-0001", "holds an invisible character (U+FEFF) in place 4: type the cell anew without it"),
        ("KEY\ufffd\ufffd-0001", f"holds a character that was lost (U+FFFD): {ANEW}"),
        ("KEY\x07-0001", "holds a control character: type the cell anew without it"),
        ("KEY\x7f-0001", "holds a control character: type the cell anew without it"),
        ("KEY\x9f-0001", "holds an invisible character (U+009F) in place 4: type the cell anew without it"),
        ("x" * 2001, "must have at most 2000 characters"),
    ],
)
@pytest.mark.parametrize("column", ["number", "password"])
def test_what_a_spreadsheet_has_spoilt_is_refused_by_line_and_column(
    write: Write, column: str, cell: str, told: str
) -> None:
    row = f"{cell},,,,1\n" if column == "number" else f"KEY-0002,{cell},,,1\n"
    path = write("k.csv", f"{HEADER}KEY-0001,,,,1\n{row}")
    with pytest.raises(InvalidDocument) as refused:
        read_keys(path)
    assert str(refused.value) == f"{path}:3: {column}: {told}"


@pytest.mark.parametrize(
    "key",
    ["1E5", "12E34567", "20260301", "1234-5678-9012", "A=B", "0.5x", "2026-0301-AAAA", "MAR26-XX", "NANA"],
)
def test_what_only_looks_a_little_like_it_is_a_key(write: Write, key: str) -> None:
    assert [each.number for each in read_keys(write("k.csv", f"{HEADER}{key},,,,1\n")).keys] == [key]


def test_long_numbers_that_all_end_in_zeros_were_rounded(write: Write) -> None:
    rounded = "6225880100001230000,,,,1\nKEY,,,,1\n622588010000456000,,,,1\n"
    path = write("k.csv", HEADER + rounded)
    with pytest.raises(InvalidDocument) as refused:
        read_keys(path)
    zeros = f"number: ends in zeros after its fifteenth digit, as spreadsheets round long numbers: {ANEW}"
    assert str(refused.value).splitlines() == [f"{path}:2: {zeros}", f"{path}:4: {zeros}"]
    for kept in ("6225880100001230000,,,,1\n6225880100001230001,,,,1\n", "6225880100001230,,,,1\n"):
        assert len(read_keys(write("k.csv", HEADER + kept)).keys) == kept.count("\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEADER + "x" * 30_000, ": has a line of more than 20000 characters"),
        (HEADER + '"' + "x\n" * 100_000, ":2: is not CSV from here on: a quote may be missing"),
    ],
)
def test_a_file_without_end_is_not_read_to_it(write: Write, text: str, told: str) -> None:
    path = write("k.csv", text)
    with pytest.raises(InvalidDocument) as refused:
        read_keys(path)
    assert str(refused.value) == f"{path}{told}"
    with pytest.raises(InvalidDocument, match="is larger than 64 MB: split it"):
        read_keys(Path("/dev/zero"))


def test_no_more_problems_of_a_file_are_told_than_somebody_reads(write: Write) -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_keys(write("k.csv", HEADER + "=1,,,,1\n" * 1000))
    assert len(refused.value.problems) == 100


def test_keys_go_into_a_pool_only(perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(EXAMPLES / "connections.yaml"))
    for connection in ("kayixin-main", "nowhere"):
        ran = perkflow("pool", "import", connection, "p", EXAMPLES / "pool-keys.csv")
        told = f"{connection} is not a connection with the protocol pool; see `perkflow supplier list`\n"
        assert (ran.exit_code, ran.out, ran.err) == (2, "", told)
