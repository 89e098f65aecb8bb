"""Connections out of a YAML file, and errors that name the place and never the value."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.connections import ConnectionsError, load_connections
from adapters.fulu.config import FuluConfig
from adapters.kayixin.config import KayixinConfig
from adapters.pool.config import PoolConfig
from tests.adapters.support import FULU_APP_KEY, FULU_SECRET, KAYIXIN_SECRET

ENVIRON = {"KYX": KAYIXIN_SECRET, "FULU": FULU_SECRET, "HOST": "shop.example", "SHORT": "hunter2-secret"}

THREE = f"""
connections:
  kayixin-main:
    protocol: kayixin
    base_url: https://${{HOST}}/
    app_id: "10000"
    secret: ${{KYX}}
    callback_url: https://perkflow.example/callbacks/kayixin-main
    absence_after: PT5M
    timeout: PT10S
    max_per_second: 7.5
  fulu:
    protocol: fulu
    gateway: https://openapi.fulu.com/api/getway
    app_key: {FULU_APP_KEY}
    secret: ${{FULU}}
  own-keys: {{protocol: pool}}
"""


def loaded(tmp_path: Path, text: str) -> object:
    path = tmp_path / "connections.yaml"
    path.write_text(text, "utf-8")
    return load_connections(path, ENVIRON)


def test_three_connections(tmp_path: Path) -> None:
    assert loaded(tmp_path, THREE) == {
        "kayixin-main": KayixinConfig(
            protocol="kayixin",
            base_url="https://shop.example",
            app_id="10000",
            secret=SecretStr(KAYIXIN_SECRET),
            callback_url="https://perkflow.example/callbacks/kayixin-main",
            absence_after=timedelta(minutes=5),
            timeout=timedelta(seconds=10),
            max_per_second=7.5,
        ),
        "fulu": FuluConfig(
            protocol="fulu",
            gateway="https://openapi.fulu.com/api/getway",
            app_key=FULU_APP_KEY,
            secret=SecretStr(FULU_SECRET),
            callback_url="",
            currency="CNY",
            absence_after=timedelta(minutes=2),
            timeout=timedelta(seconds=30),
            max_per_second=20,
        ),
        "own-keys": PoolConfig(
            protocol="pool", currency="CNY", max_per_second=200, absence_after=timedelta(0)
        ),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &a {x: y}\nb: {<<: [*a, *a]}\n", "aliases (*name) are not used in it; write the values out"),
        ("#" * (1024 * 1024 + 1), "is larger than 1 MB"),
        ("[" * 5000, "not YAML"),
    ],
)
def test_a_file_that_would_eat_the_machine_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConnectionsError) as refused:
        loaded(tmp_path, text)
    assert str(refused.value) == f"{tmp_path / 'connections.yaml'}: {told}"


def kayixin(**changed: str) -> str:
    fields = {
        "protocol": "kayixin",
        "base_url": "https://shop.example",
        "app_id": "10000",
        "secret": "${KYX}",
        **changed,
    }
    return "connections: {main: {" + ", ".join(f"{name}: '{value}'" for name, value in fields.items()) + "}}"


WRONG = [
    (kayixin(secret="${NOPE}"), "connection main, field secret: the environment variable NOPE is not set"),
    (kayixin(secret="${KYX"), "connection main, field secret: a reference is ${NAME}"),
    (kayixin(secret="${KYX:-x}"), "connection main, field secret: a reference is ${NAME}"),
    (
        kayixin(secret="${SHORT}"),
        "connection main, field secret: Value error, must be 32 bytes long, since it is also an AES-256 key",
    ),
    (kayixin(secrets="x"), "connection main, field secrets: Extra inputs are not permitted"),
    (
        kayixin(base_url="shop.example"),
        "connection main, field base_url: Value error, must be an http(s) address without credentials, "
        "query or fragment",
    ),
    (
        kayixin(timeout="PT0S"),
        "connection main, field timeout: Input should be greater than 0 seconds",
    ),
    (
        kayixin(timeout="PT10S", absence_after="PT9.9S"),
        "connection main, field absence_after: Value error, must not be shorter than timeout: "
        "our own request may be under way for that long",
    ),
    (
        kayixin(timeout="PT2M1S"),
        "connection main, field absence_after: Value error, must not be shorter than timeout: "
        "our own request may be under way for that long",
    ),
    (
        kayixin(currency="JPY"),
        "connection main, field currency: Value error, "
        "must have two decimals, since suppliers' amounts are read so",
    ),
    (
        kayixin(currency="KWD"),
        "connection main, field currency: Value error, "
        "must have two decimals, since suppliers' amounts are read so",
    ),
    (kayixin(protocol="hunter2"), "connection main, field protocol: must be fulu, kayixin or pool"),
    ("connections: {main: {app_id: x}}", "connection main, field protocol: must be fulu, kayixin or pool"),
    ("connections: {Main: {}}", "connection 'Main': a name is [a-z0-9][a-z0-9-]{0,40}"),
    ("connections: {-a: {}}", "connection '-a': a name is [a-z0-9][a-z0-9-]{0,40}"),
    ("connections: {7: {}}", "connection 7: a name is [a-z0-9][a-z0-9-]{0,40}"),
    ("connections: {main: hunter2}", "connection main: must be a mapping"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_connection_is_named_without_its_values(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConnectionsError) as raised:
        loaded(tmp_path, text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("connections: {main: {secret: 'hunter2}}", "not YAML, line 1"),
        ("", "must hold one mapping, `connections`, and nothing else"),
        ("[]", "must hold one mapping, `connections`, and nothing else"),
        ("connections: []", "must hold one mapping, `connections`, and nothing else"),
        ("connections: {}\nother: 1", "must hold one mapping, `connections`, and nothing else"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConnectionsError) as raised:
        loaded(tmp_path, text)
    assert str(raised.value) == f"{tmp_path}/connections.yaml: {problem}"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConnectionsError, match=r"none\.yaml: cannot be read \(FileNotFoundError\)$"):
        load_connections(tmp_path / "none.yaml", ENVIRON)


def test_a_name_of_41_characters_is_the_longest(tmp_path: Path) -> None:
    assert loaded(tmp_path, f"connections: {{{'a' * 41}: {{protocol: pool}}}}")
    with pytest.raises(ConnectionsError):
        loaded(tmp_path, f"connections: {{{'a' * 42}: {{protocol: pool}}}}")


def test_an_absence_may_be_believed_when_the_timeout_is_over(tmp_path: Path) -> None:
    assert loaded(tmp_path, kayixin(timeout="PT10S", absence_after="PT10S", currency="USD"))
