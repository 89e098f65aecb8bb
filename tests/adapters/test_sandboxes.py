"""Which connections may be a sandbox: told with the connection and the field, whoever reads the file."""

from pathlib import Path

import pytest

from adapters.connections import ConnectionsError, load_connections
from settings import Settings
from starter.documents.reading import InvalidDocument
from starter.outlines import connection_to, read_outlines

BOTH = """
connections:
  own: {protocol: pool}
  own-test: {protocol: pool, sandbox_of: own}
"""


def test_a_sandbox_names_the_connection_that_it_stands_for(tmp_path: Path) -> None:
    path = tmp_path / "connections.yaml"
    path.write_text(BOTH)
    found = load_connections(path, {})
    assert {name: each.sandbox_of for name, each in found.items()} == {"own": None, "own-test": "own"}
    outlines = read_outlines(Settings(), path)
    assert {name: each.sandbox_of for name, each in outlines.items()} == {"own": None, "own-test": "own"}
    assert connection_to(outlines, "pool") == "own"
    assert connection_to(outlines, "pool", sandbox=True) == "own-test"


@pytest.mark.parametrize(
    ("more", "wrong", "message"),
    [
        ("a: {protocol: pool, sandbox_of: b}", "a", "there is no connection b"),
        (
            "a: {protocol: pool, sandbox_of: a}",
            "a",
            "names itself: write the live connection that it stands for",
        ),
        (
            "a: {protocol: pool, sandbox_of: own-test}",
            "a",
            "own-test is a sandbox itself: write the live connection",
        ),
        (
            "a: {protocol: pool, sandbox_of: own}",
            "a",
            "own has a sandbox already, own-test: a connection has one",
        ),
        (
            "dollars: {protocol: pool, currency: USD}\n  a: {protocol: pool, sandbox_of: dollars}",
            "a",
            "must sell in the currency of dollars, USD",
        ),
        (
            "kyx: {protocol: kayixin, base_url: 'https://x.example', app_id: '1', secret: '%s'}\n"
            "  a: {protocol: pool, sandbox_of: kyx}" % ("0" * 32),
            "a",
            "must speak the protocol of kyx, kayixin: it is asked for the same products",
        ),
    ],
    ids=["nobody", "itself", "a chain", "a second", "currency", "protocol"],
)
def test_what_cannot_be_a_sandbox(tmp_path: Path, more: str, wrong: str, message: str) -> None:
    path = tmp_path / "connections.yaml"
    path.write_text(f"{BOTH}  {more}\n")
    with pytest.raises(ConnectionsError) as found:
        load_connections(path, {})
    assert str(found.value) == f"connection {wrong}, field sandbox_of: {message}"
    with pytest.raises(InvalidDocument, match="field sandbox_of") as told:
        read_outlines(Settings(), path)
    assert message in str(told.value)
