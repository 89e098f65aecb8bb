"""`perkflow sandbox play`: what a receiver is sent, how its answers are told, whose secret signs."""

import base64
import json
from pathlib import Path

import pytest

from domain.webhooks.scenarios import SCENARIOS
from tests.cli.beside import beside
from tests.cli.running import Perkflow
from tests.integration.webhooks.receiving import OK, Answering, Receiver, receiving, reply

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file with the secret."""
    path = tmp_path / "secret"
    path.write_text(SECRET + "\n")
    return path


def refusing(event: str) -> Answering:
    """Take everything but one kind of event."""

    async def answering(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        found = receiver.verified(headers, body)
        return reply("503 Busy", "later") if found["type"] == event else OK

    return answering


async def test_a_receiver_is_sent_a_whole_lifecycle_signed_with_its_secret(secret: Path) -> None:
    async with receiving() as shop:
        shop.secret = SECRET
        ran = await beside(
            "sandbox", "play", "delivered", "--to", shop.url, "--secret-file", secret, "--channel", "my-shop"
        )
    assert (ran.exit_code, ran.err) == (0, "")
    types = [event["type"] for event in shop.taken]
    assert types == [
        "order.accepted",
        "delivery.updated",
        "order.updated",
        "delivery.delivered",
        "order.shippable",
        "order.updated",
        "order.closed",
    ]
    assert [event["sequence"] for event in shop.taken] == list(range(1, 8))
    assert {(event["channel"], event["livemode"]) for event in shop.taken} == {("my-shop", False)}
    lines = [line for line in ran.out.splitlines() if "204" in line]
    assert len(lines) == 7
    assert SECRET not in ran.out


async def test_one_that_is_not_accepted_ends_it_with_1_and_the_others_are_sent_all_the_same(
    secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERKFLOW_WEBHOOK_SECRET", SECRET)
    async with receiving(refusing("order.shippable")) as shop:
        shop.secret = SECRET
        ran = await beside("sandbox", "play", "delivered", "--to", shop.url, "--json")
    assert (ran.exit_code, ran.err) == (1, "")
    told = ran.document
    assert (told["scenario"], told["accepted"]) == ("delivered", False)
    answers = [(each["type"], each["status"], each["accepted"]) for each in told["events"]]
    assert [each for each in answers if not each[2]] == [("order.shippable", 503, False)]
    assert len(answers) == len(shop.requests) == 7
    assert [each["answer"] for each in told["events"] if not each["accepted"]] == ["later"]


async def test_a_receiver_that_is_not_there_has_accepted_nothing(secret: Path) -> None:
    async with receiving() as gone:
        url = gone.url
    ran = await beside("sandbox", "play", "cancelled", "--to", url, "--secret-file", secret, "--json")
    assert ran.exit_code == 1
    assert {each["answer"] for each in ran.document["events"]} == {"no answer: ConnectError"}


async def test_a_secret_that_nobody_gave_is_made_up_and_shown() -> None:
    async with receiving() as shop:

        async def first(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
            return OK

        shop.answer = first
        ran = await beside("sandbox", "play", "held", "--to", shop.url, "--json")
    made = ran.err.strip().rpartition(" ")[2]
    assert (ran.exit_code, made[:6]) == (0, "whsec_")
    shop.secret = made
    sent = [shop.verified(headers, body) for headers, body in shop.requests]
    assert [each["id"] for each in sent] == [each["id"] for each in ran.document["events"]]


def test_what_cannot_be_played_is_told(perkflow: Perkflow, tmp_path: Path) -> None:
    there_are = ", ".join(SCENARIOS)
    url = "http://127.0.0.1:9/"
    wrong = tmp_path / "wrong"
    wrong.write_text("hunter2")
    empty = tmp_path / "empty"
    empty.write_text("\n")
    for arguments, told in (
        (("nothing", "--to", url), f"there is no scenario nothing; there are: {there_are}"),
        (("held", "--to", "ftp://x"), "--to: must be an https address, like https://shop.example/webhooks"),
        (
            ("held", "--to", "http://shop.example/"),
            "--to: must be an https address: plain http is for this machine only",
        ),
        (
            ("held", "--to", url, "--secret-file", tmp_path),
            f"--secret-file: {tmp_path} cannot be read (IsADirectoryError)",
        ),
        (("held", "--to", url, "--secret-file", empty), f"--secret-file: {empty} is empty"),
        (("held", "--to", url, "--secret-file", wrong), f"{wrong}: must hold one secret, whsec_ and base64"),
    ):
        ran = perkflow("sandbox", "play", *arguments)
        assert (ran.exit_code, ran.out, ran.err) == (2, "", f"{told}\n")


def test_the_scenarios_are_listed(perkflow: Perkflow) -> None:
    listed = perkflow("sandbox", "scenarios").out
    assert all(name in listed and told in listed for name, (told, _) in SCENARIOS.items())
    told = json.loads(perkflow("sandbox", "scenarios", "--json").out)["scenarios"]
    assert list(told) == list(SCENARIOS)
    assert told["again-and-late"].count("order.closed") == 2
