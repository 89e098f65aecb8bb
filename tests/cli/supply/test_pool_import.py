"""`perkflow pool import`: what it says, and that it lets go on what waits, from a process of its own."""

from pathlib import Path
from secrets import token_hex
from time import monotonic

import pytest

from starter.cli.supply import progress
from storage.supply.pool_stock import ImportedKey, PoolStock
from tests.cli.running import Perkflow
from tests.cli.stacks import Stack
from tests.support.documents import benefit, offer
from tests.support.servers.deployment import CONNECTIONS

HEADER = "number,password,link,expires_at,cost\n"
COUNTED = {"connection": "pool", "added": 0, "known": 0, "expired": 0, "woken": 0}


@pytest.fixture
def named(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The stack, with a file of connections for its commands."""
    (tmp_path / "connections.yaml").write_text(CONNECTIONS)
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(tmp_path / "connections.yaml"))
    return stack


@pytest.fixture
def stock(stack: Stack) -> PoolStock:
    """The stock that its commands fill."""
    return PoolStock(stack.world.database, stack.world.vault)


async def test_an_import_serves_the_order_that_waits_and_says_how_many_go_on(
    named: Stack, tmp_path: Path
) -> None:
    stack = named
    scarce = benefit("cli-stock", "key", offer("pool", "cli-stock"), offer("kayixin", "2004"))
    await stack.world.stock_pool("cli-stock", *(ImportedKey(cost=1, number=f"cli-stock-{n}") for n in (1, 2)))
    bundle = await stack.world.publish([{"id": "b", "benefit": "cli-stock", "quantity": 3}], [scarce])
    first, later = stack.world.order(bundle), stack.world.order(bundle)
    await stack.world.place(first)
    await stack.world.until(first, lambda order: order.state == "held")
    (tmp_path / "more.csv").write_text("number,password,link,expires_at,cost\nCLI-STOCK-3-NEW,,,,1000\n")
    ran = await stack.pool("import", "pool", "cli-stock", tmp_path / "more.csv")
    assert (ran.exit_code, ran.out) == (
        0,
        "pool/cli-stock: 1 keys added, 0 known already; 1 held for them go on.\n",
    )
    await stack.world.place(later)
    await stack.world.until(first, lambda order: order.deliveries[0].state == "delivered")
    held = await stack.world.until(later, lambda order: order.state == "held")
    assert held.deliveries[0].hold_reason == "out_of_stock"


async def test_what_has_expired_is_said_and_not_taken_in(
    named: Stack, stock: PoolStock, tmp_path: Path
) -> None:
    (tmp_path / "k.csv").write_text(f"{HEADER}EXPIRED-1,pw,,2020-01-01,1000\nEXPIRED-2,pw,,2120-01-01,1000\n")
    ran = await named.pool("import", "pool", "expired", tmp_path / "k.csv")
    assert (ran.exit_code, ran.out, ran.err) == (
        0,
        "pool/expired: 1 keys added, 0 known already.\n",
        "1 of 2 is expired already and was not taken in (line 2). "
        "Where only the year is mistyped, correct expires_at and import the file again.\n",
    )
    (tmp_path / "k.csv").write_text(f"{HEADER}EXPIRED-1,pw,,2030-01-01,1000\nEXPIRED-2,pw,,2120-01-01,1000\n")
    again = await named.pool("import", "pool", "expired", tmp_path / "k.csv", "--json")
    assert (again.err, again.document) == ("", {**COUNTED, "product": "expired", "added": 1, "known": 1})
    assert await stock.level("pool", "expired") == (2, 1000)


async def test_a_file_of_nothing_but_expired_keys_adds_none(
    named: Stack, stock: PoolStock, tmp_path: Path
) -> None:
    rows = "".join(f"GONE-{n},pw,,2020-01-0{n},1000\n" for n in range(1, 8))
    (tmp_path / "k.csv").write_text(HEADER + rows)
    ran = await named.pool("import", "pool", "gone", tmp_path / "k.csv", "--json")
    assert ran.document == {**COUNTED, "product": "gone", "expired": 7}
    assert ran.err == (
        "7 of 7 are expired already and were not taken in (lines 2, 3, 4, 5, 6 and 2 more). "
        "Where only the year is mistyped, correct expires_at and import the file again.\n"
    )
    assert await stock.level("pool", "gone") == (0, 0)


async def test_a_list_in_gbk_becomes_the_keys_that_a_table_of_it_has(
    named: Stack, stock: PoolStock, tmp_path: Path
) -> None:
    lines = "甲@example.com----pw1----s1", "", "乙@example.com----pw2----s2"
    (tmp_path / "k.txt").write_bytes("\r\n".join(lines).encode("gbk"))
    (tmp_path / "k.csv").write_text(f"{HEADER}{lines[0]},,,,1000\n")
    ran = await named.pool("import", "pool", "gbk", tmp_path / "k.txt", "--format", "lines", "--cost", "1000")
    assert (ran.exit_code, ran.out, ran.err) == (
        0,
        "pool/gbk: 2 keys added, 0 known already.\n",
        "The file was read as GBK.\n",
    )
    again = await named.pool("import", "pool", "gbk", tmp_path / "k.csv")
    assert (again.out, again.err) == ("pool/gbk: 0 keys added, 1 known already.\n", "")
    issued = await stock.issue("pool", "gbk", named.world.token, 2) or ()
    assert {(unit.number, unit.password) for unit in issued} == {(lines[0], None), (lines[2], None)}


@pytest.mark.usefixtures("named")
def test_a_long_import_says_how_far_it_is(
    perkflow: Perkflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "TELL_AFTER_SECONDS", 0)
    path = tmp_path / "k.csv"
    path.write_text(f"{HEADER}FAR-1,pw,,,1000\nFAR-2,pw,,,1000\n")
    ran = perkflow("pool", "import", "pool", "far", path)
    assert ran.err.splitlines() == [
        f"reading {path}: 0 keys",
        f"reading {path}: 1 keys",
        "pool/far: 0 of 2 keys",
        "pool/far: 1 of 2 keys",
    ]


@pytest.mark.slow
async def test_twenty_thousand_keys_are_taken_in_within_twenty_seconds(named: Stack, tmp_path: Path) -> None:
    rows = (f"BULK-{token_hex(8)},{token_hex(8)},,,1000\n" for _ in range(20_000))
    (tmp_path / "k.csv").write_text(HEADER + "".join(rows))
    began = monotonic()
    ran = await named.pool("import", "pool", "bulk", tmp_path / "k.csv", "--json")
    took = monotonic() - began
    assert ran.document == {**COUNTED, "product": "bulk", "added": 20_000}
    assert took <= 20, f"took {took:.1f} s"
