"""`perkflow order find`: orders are found by an account, which appears nowhere but on the command line."""

import logging

import pytest
from typer.testing import CliRunner

from starter.cli import app
from storage.base.sealing import Vault
from tests.cli.order.books import accepted
from tests.cli.running import Perkflow, Ran
from tests.cli.stacks import NEW, OLD

ALONE = "find takes --account VALUE and nothing beside it but --limit, --json and --lang"
PHONE = {"id": "phone", "benefit": "credit"}


@pytest.fixture
def book(database_url: str, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two orders to one phone, and one to another."""
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    for number, phone in enumerate((OLD, NEW, OLD), start=1):
        recipients = {"shared": {"type": "phone", "value": phone}}
        accepted(database_url, vault, PHONE, order_no=str(number), recipients=recipients)
    return database_url


def numbers(ran: Ran) -> list[str]:
    assert (ran.exit_code, ran.err) == (0, "")
    assert OLD not in ran.out
    return sorted(order["order_no"] for order in ran.document["orders"])


def test_orders_are_found_by_their_account_and_no_other(
    perkflow: Perkflow, book: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("PERKFLOW_LOG_LEVEL", "DEBUG")
    assert numbers(perkflow("order", "find", "--account", OLD, "--json")) == ["1", "3"]
    assert numbers(perkflow("order", "find", "--account", f" {OLD} ", "--json")) == ["1", "3"]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in OLD)
    for spelt in (f"+86 {OLD[:3]}-{OLD[3:7]}-{OLD[7:]}", f"0086{OLD}", f"86{OLD}", f"{OLD}\u200b", wide):
        assert numbers(perkflow("order", "find", "--account", spelt, "--json")) == ["1", "3"]
    assert numbers(perkflow("order", "find", "--account", f"+852{OLD}", "--json")) == []
    assert len(numbers(perkflow("order", "find", "--account", OLD, "--limit", 1, "--json"))) == 1
    assert numbers(perkflow("order", "find", "--account", "13800000000", "--json")) == []
    shown = perkflow("order", "find", "--account", NEW).out
    assert ("shop/2" in shown, NEW in shown) == (True, False)
    assert OLD not in caplog.text


def test_the_account_can_come_from_standard_input(book: str) -> None:
    ran = CliRunner().invoke(app, ["order", "find", "--account", "-", "--json"], input=f"{OLD}\n")
    assert numbers(Ran(ran.exit_code, ran.stdout, ran.stderr)) == ["1", "3"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((OLD,), "Missing option '--account'. (see `perkflow order find --help`)\n"),
        (("--acount", OLD), "Missing option '--account'. (see `perkflow order find --help`)\n"),
        (
            ("--account", "x", OLD),
            "find takes --account VALUE and nothing beside it but --limit, --json and --lang\n",
        ),
        (("--account", " "), "--account: is empty\n"),
    ],
)
def test_a_wrong_command_line_never_repeats_the_account(
    perkflow: Perkflow, book: str, arguments: tuple[str, ...], told: str
) -> None:
    ran = perkflow("order", "find", *arguments)
    assert (ran.exit_code, ran.out, ran.err) == (2, "", told)
