"""A running stack is found by itself, and what the environment names wins over it."""

import os
from pathlib import Path

import pytest

from settings import Settings
from starter.cli.environment import adopt, load_settings, ui_address
from starter.stack.commands import environment
from starter.stack.info import StackInfo

INFO = StackInfo(
    pid=1,
    database_url="postgresql+psycopg://stack/db",
    temporal_address="127.0.0.1:1111",
    ui_address="http://127.0.0.1:2222",
    simulators={"kayixin": "http://127.0.0.1:3333"},
)


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adopting a stack writes to the environment of this process: take it back afterwards."""
    monkeypatch.setattr(os, "environ", os.environ.copy())


def test_a_stack_gives_what_the_environment_does_not_name() -> None:
    adopt(Settings(), INFO)
    assert os.environ["PERKFLOW_DATABASE_URL"] == "postgresql+psycopg://stack/db"
    assert os.environ["TEMPORAL_ADDRESS"] == "127.0.0.1:1111"
    assert os.environ["KAYIXIN_SIM_URL"] == "http://127.0.0.1:3333"
    assert os.environ["PERKFLOW_CONNECTIONS"].endswith("/examples/connections.yaml")


def test_the_environment_wins_and_clusters_are_not_mixed() -> None:
    os.environ["PERKFLOW_DATABASE_URL"] = "postgresql+psycopg://mine/db"
    os.environ["TEMPORAL_PROFILE"] = "mine"
    adopt(Settings(), INFO)
    assert os.environ["PERKFLOW_DATABASE_URL"] == "postgresql+psycopg://mine/db"
    assert [name for name in os.environ if name.startswith("TEMPORAL_")] == ["TEMPORAL_PROFILE"]


def test_a_stack_that_was_killed_is_not_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "stack.json").write_text(INFO.model_dump_json())
    settings = load_settings()
    assert settings.database_url is None
    assert ui_address(settings) is None


def test_the_worker_of_a_stack_of_our_own_belongs_to_no_build() -> None:
    settings = Settings(build_id="b7")
    assert environment(settings, INFO)["PERKFLOW_BUILD_ID"] == ""
    elsewhere = INFO.model_copy(update={"temporal_address": None})
    assert environment(settings, elsewhere)["PERKFLOW_BUILD_ID"] == "b7"
