"""`perkflow supplier list / pause / resume`: how connections fare, as people and programs see it."""

import asyncio
import getpass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.notes.general import Said
from domain.notes.words import Language
from domain.supply.health import CircuitState
from starter.cli.output import clock
from starter.cli.supply.health import fares
from storage.base.database import Database
from storage.supply import health
from storage.supply.health import HealthView
from tests.cli.running import Perkflow
from tests.support.places import EXAMPLES

BROKEN = Said(text="HTTP 502")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = {
    "circuit": "closed",
    "failures": 0,
    "opened_at": None,
    "last_error": None,
    "last_failure_at": None,
    "trouble": None,
    "trouble_message": None,
    "trouble_since": None,
    "paused_at": None,
    "paused_by": None,
    "paused_reason": None,
}


ALL = (
    *("kayixin-main", "fulu-main", "own-stock"),
    *("kayixin-sandbox", "fulu-sandbox", "own-stock-sandbox"),
)


@pytest.fixture(autouse=True)
def _connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(EXAMPLES / "connections.yaml"))


@pytest.fixture
def book(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    return database_url


def listed(perkflow: Perkflow) -> dict[str, Any]:
    ran = perkflow("supplier", "list", "--json")
    assert ran.exit_code == 0
    return {line["name"]: line["health"] for line in ran.document["connections"]}


def test_a_pause_is_shown_with_who_and_why_until_it_is_resumed(perkflow: Perkflow, book: str) -> None:
    paused = perkflow("supplier", "pause", "fulu-main", "--reason", "test codes", "--actor", "lin", "--json")
    assert (paused.exit_code, paused.document) == (0, {"name": "fulu-main", "paused": True})
    shown = listed(perkflow)
    told = shown["fulu-main"]
    assert told == {**WELL, "paused_at": told["paused_at"], "paused_by": "lin", "paused_reason": "test codes"}
    assert (shown["kayixin-main"], shown["own-stock"]) == (WELL, WELL)
    assert f"paused by lin since {clock(datetime.fromisoformat(told['paused_at']))}: test codes" in " ".join(
        perkflow("supplier", "list").out.split()
    )
    resumed = perkflow("supplier", "resume", "fulu-main", "--json")
    assert (resumed.exit_code, resumed.document["changed"]) == (0, True)
    assert listed(perkflow)["fulu-main"] == WELL


def test_pausing_and_resuming_twice_is_harmless(perkflow: Perkflow, book: str) -> None:
    for reason in ("test codes", "still test codes"):
        assert perkflow("supplier", "pause", "fulu-main", "--reason", reason).exit_code == 0
    told = listed(perkflow)["fulu-main"]
    assert (told["paused_by"], told["paused_reason"]) == (getpass.getuser(), "still test codes")
    first, again = (perkflow("supplier", "resume", "fulu-main") for _ in range(2))
    assert (first.exit_code, first.out) == (0, "fulu-main is bought from again.\n")
    assert (again.exit_code, again.out) == (0, "fulu-main was bought from all along.\n")


def test_a_pause_needs_a_reason_and_a_connection_that_there_is(perkflow: Perkflow, book: str) -> None:
    silent = perkflow("supplier", "pause", "fulu-main", "--reason", " ")
    assert (silent.exit_code, silent.err[:9]) == (2, "--reason:")
    for command in (("pause", "nobody", "--reason", "why not"), ("resume", "nobody")):
        ran = perkflow("supplier", *command)
        known = f"there is no connection nobody; configured are: {', '.join(sorted(ALL))}\n"
        assert (ran.exit_code, ran.err) == (2, known)
    assert listed(perkflow) == dict.fromkeys(ALL, WELL)


def test_a_resume_closes_a_circuit_too(perkflow: Perkflow, book: str) -> None:
    async def fail_five_times() -> None:
        database = Database(book)
        async with database.transaction() as session:
            for _ in range(5):
                await health.record_failure(session, "kayixin-main", BROKEN, NOW)
        await database.close()

    asyncio.run(fail_five_times())
    told = listed(perkflow)["kayixin-main"]
    assert (told["circuit"], told["failures"], told["last_error"]) == ("open", 5, BROKEN.as_json())
    assert perkflow("supplier", "resume", "kayixin-main").exit_code == 0
    told = listed(perkflow)["kayixin-main"]
    assert (told["circuit"], told["failures"], told["last_error"]) == ("closed", 0, BROKEN.as_json())


def test_without_a_book_nobody_claims_that_a_connection_fares_well(
    perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert listed(perkflow) == dict.fromkeys(ALL)
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert listed(perkflow) == dict.fromkeys(ALL)
    assert perkflow("supplier", "list").out.count("not known: no database") == len(ALL)


def test_how_a_connection_fares_is_told_in_words() -> None:
    def told(**changes: Any) -> str:
        return fares(HealthView(connection="kayixin", last_error=BROKEN, **changes)).say(Language.EN)

    silent = "no answer 6 times in a row, the last time: HTTP 502"
    assert fares(HealthView(connection="kayixin")).say(Language.EN) == "well"
    assert told(failures=6) == silent
    asks: dict[str, Any] = {
        "trouble": "credentials",
        "trouble_message": Said(text="1004: 签名错误"),
        "trouble_since": NOW,
    }
    needs = f"needs attention since {clock(NOW)}: our credentials are refused (1004: 签名错误)"
    assert (told(**asks), told(failures=6, **asks)) == (needs, silent)
    broken: dict[str, Any] = {"failures": 6, "opened_at": NOW}
    until = clock(NOW + timedelta(minutes=1))
    assert told(circuit=CircuitState.OPEN, **broken) == f"left alone from {clock(NOW)} to {until}: {silent}"
    trying = f"one purchase tries it since {clock(NOW)}; {silent}"
    assert told(circuit=CircuitState.HALF_OPEN, **broken) == trying
