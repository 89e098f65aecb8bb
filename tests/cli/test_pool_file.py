"""A CSV of keys is read whole or not at all, and no key is ever shown."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from starter.cli.pool_file import read_keys
from starter.documents import InvalidDocument
from storage.pool_stock import ImportedKey
from tests.cli.conftest import EXAMPLES, Perkflow

Write = Callable[[str, str], Path]
HEADER = "number,password,link,expires_at,cost\n"


def test_keys_are_read_with_every_column(write: Write) -> None:
    rows = 'N-1,"p,1",,2030-12-31T23:59:59+08:00,2600\n\n,,https://k.example/1,,0\n'
    assert read_keys(write("k.csv", HEADER + rows)) == [
        ImportedKey(2600, "N-1", "p,1", None, datetime.fromisoformat("2030-12-31T23:59:59+08:00")),
        ImportedKey(0, None, None, "https://k.example/1", None),
    ]


def test_the_example_has_three_keys() -> None:
    assert [key.cost for key in read_keys(EXAMPLES / "pool-keys.csv")] == [2600, 2600, 2600]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [":1: the first line must be number,password,link,expires_at,cost"]),
        ("number,cost\nSECRET,1\n", [":1: the first line must be number,password,link,expires_at,cost"]),
        (HEADER, [": holds no keys"]),
        (HEADER + "SECRET,1\n", [":2: must have 5 columns"]),
        (HEADER + ",,,,5\n", [":2: number: a key needs a number, a password or a link"]),
        (
            HEADER + "SECRET,,,2030-12-31,-1\nSECRET,,,,1\nSECRET,,,soon,2.5\n",
            [
                ":2: expires_at: must be a time with offset, such as 2030-12-31T23:59:59+08:00",
                ":2: cost: must be a whole number of minor units, such as 2600 for 26.00",
                ":4: expires_at: must be a time with offset, such as 2030-12-31T23:59:59+08:00",
                ":4: cost: must be a whole number of minor units, such as 2600 for 26.00",
            ],
        ),
        (
            HEADER + "SECRET,,,,9999999999999\n",
            [":2: cost: must be a whole number of minor units, such as 2600 for 26.00"],
        ),
        (HEADER + '"SECRET\n', [": is not CSV"]),
    ],
)
def test_what_is_wrong_is_told_without_a_key(write: Write, text: str, told: list[str]) -> None:
    path = write("k.csv", text)
    with pytest.raises(InvalidDocument) as refused:
        read_keys(path)
    assert [line.removeprefix(str(path)) for line in str(refused.value).splitlines()] == told
    assert "SECRET" not in str(refused.value)


def test_keys_go_into_a_pool_only(perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(EXAMPLES / "connections.yaml"))
    for connection in ("kayixin-main", "nowhere"):
        ran = perkflow("pool", "import", connection, "p", EXAMPLES / "pool-keys.csv")
        told = f"{connection} is not a connection with the protocol pool; see `perkflow supplier list`\n"
        assert (ran.exit_code, ran.out, ran.err) == (2, "", told)
