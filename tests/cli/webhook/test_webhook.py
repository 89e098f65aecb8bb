"""`perkflow webhook`: an endpoint from its addition to its removal."""

import pytest

from storage.base.sealing import Vault
from tests.cli.running import Perkflow

URL = "https://shop.example/hooks"


@pytest.fixture(autouse=True)
def _book(database_url: str, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)


def test_an_endpoint_from_its_addition_to_its_removal(perkflow: Perkflow) -> None:
    added = perkflow(
        "webhook", "add", URL, "--channel", "shop", "--events", "order.*, refund.decided", "--json"
    )
    identity, secret = added.document["id"], added.document["secret"]
    assert added.document["events"] == ["order.*", "refund.decided"]
    assert secret.startswith("whsec_")
    listed = perkflow("webhook", "list")
    assert identity in listed.out and URL in listed.out and secret not in listed.out
    replaced = perkflow("webhook", "rotate", identity, "--overlap", 2, "--json")
    assert replaced.document["secret"] not in ("", secret)
    tested = perkflow("webhook", "test", identity, "--json")
    [logged] = perkflow("webhook", "log", identity, "--json").document["deliveries"]
    assert (logged["id"], logged["type"], logged["state"]) == (
        tested.document["delivery"],
        "webhook.test",
        "open",
    )
    assert "by a person" in perkflow("webhook", "disable", identity).out
    assert perkflow("webhook", "enable", identity, "--json").document["disabled_at"] is None
    again = perkflow("webhook", "replay", identity, "--delivery", logged["id"])
    assert again.out == "1 events are sent.\n"
    since = perkflow("webhook", "replay", identity, "--since", "2026-01-01T00:00:00+08:00", "--json")
    assert since.document == {"events": 0}
    assert perkflow("webhook", "remove", identity).exit_code == 0
    assert perkflow("webhook", "list", "--json").document == {"endpoints": []}
    gone = perkflow("webhook", "log", identity)
    assert (gone.exit_code, gone.err.splitlines()[-1]) == (1, f"there is no webhook endpoint {identity}")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", "http://shop.example/"], 1, "url: must be an https address"),
        (["add", "https://10.0.0.1/"], 1, "url: must be an address of the public internet"),
        (["add", URL, "--events", "oder.*"], 1, "events: no event is called oder.*"),
        (["add", URL, "--events", ","], 1, "events: no event is called none"),
        (["replay", "x"], 2, "say either --delivery ID or --since INSTANT"),
        (["replay", "x", "--since", "2026-01-01"], 2, "--since: write an instant with its offset"),
        (["log", "x", "--state", "gone"], 2, "--state: say open, delivered, failed or dropped"),
    ],
)
def test_what_cannot_be(perkflow: Perkflow, arguments: list[str], code: int, said: str) -> None:
    ran = perkflow("webhook", *arguments)
    assert ran.exit_code == code
    assert said in ran.err
