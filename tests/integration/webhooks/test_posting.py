"""What is posted and where it is not: signatures, addresses that names lead to, redirects."""

import asyncio
import gzip
import socket
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from activities.webhooks.posting import KEPT, Poster
from storage.webhooks.sending import Letter
from tests.integration.webhooks.receiving import OK, Receiver, receiving, reply

ONE, TWO, OTHER = (f"whsec_{letter * 42}A=" for letter in "abc")


def letter(url: str, *secrets: str) -> Letter:
    return Letter("whe_1", url, "evt_1", {"type": "order.closed", "title": "视频"}, list(secrets or [ONE]))


async def test_both_secrets_of_a_rotation_verify_and_no_other_does() -> None:
    async def anything(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        return OK

    async with receiving(anything) as shop:
        answer = await Poster(loopback=True).post(letter(shop.url, TWO, ONE))
    assert (answer.status, answer.text, answer.is_good) == (204, "", True)
    [(headers, body)] = shop.requests
    for secret in (ONE, TWO):
        assert Webhook(secret).verify(body, headers) == {"type": "order.closed", "title": "视频"}
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(ONE).verify(body.replace(b"closed", b"opened"), headers)


async def test_nothing_is_sent_to_this_machine_unless_that_is_said() -> None:
    async with receiving() as shop:
        answer = await Poster().post(letter(shop.url))
    assert shop.requests == []
    assert (answer.status, answer.text) == (
        None,
        "its name leads to an address that is not of the public internet",
    )


@pytest.mark.parametrize(
    "addresses", [["93.184.216.34", "10.0.0.5"], ["::ffff:169.254.169.254"], ["fd00::1"], []]
)
async def test_every_address_of_a_name_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    async def resolved(*asked: Any, **more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    async def connected(*asked: Any, **more: Any) -> None:
        raise AssertionError("connected")

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "getaddrinfo", resolved)
    monkeypatch.setattr(loop, "create_connection", connected)
    answer = await Poster(loopback=True).post(letter("https://shop.example/"))
    assert answer.status is None
    assert answer.text == "its name leads to an address that is not of the public internet"


async def test_the_address_that_was_looked_at_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere when it is looked up again gains nothing."""
    looked_up = []
    loop = asyncio.get_running_loop()
    really = loop.getaddrinfo

    async def resolved(host: Any, port: Any, **more: Any) -> Any:
        looked_up.append(host)
        return await really("127.0.0.1" if host == "shop.example" else host, port, **more)

    async def anything(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        return OK

    monkeypatch.setattr(loop, "getaddrinfo", resolved)
    async with receiving(anything) as shop:
        url = shop.url.replace("127.0.0.1", "shop.example")
        assert (await Poster(loopback=True).post(letter(url))).status == 204
    [(headers, _)] = shop.requests
    assert headers["host"] == url.split("/")[2]
    assert [host for host in looked_up if host == "shop.example"] == ["shop.example"]


async def test_a_redirect_is_an_answer_like_any_other_and_leads_nowhere() -> None:
    async with receiving() as target:

        async def elsewhere(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
            return reply("307 Temporary Redirect", "", f"Location: {target.url}")

        async with receiving(elsewhere) as shop:
            answer = await Poster(loopback=True).post(letter(shop.url))
    assert (answer.status, answer.is_good, target.requests) == (307, False, [])


async def test_what_a_receiver_asks_for_and_says_is_read() -> None:
    async def busy(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        return reply("429 Slow", "later", "Retry-After: 120")

    async with receiving(busy) as shop:
        answer = await Poster(loopback=True).post(letter(shop.url))
    assert (answer.status, answer.asked, answer.text) == (429, timedelta(minutes=2), "later")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (b"200 OK", gzip.compress(b"x" * 400_000, mtime=0)),
        (b"410 Gone", gzip.compress(b"gone", mtime=0)),
        (b"200 OK", b"not gzip at all"),
    ],
    ids=["large", "gone", "not packed"],
)
async def test_what_is_packed_is_kept_as_it_came(status: bytes, body: bytes) -> None:
    """A few bytes do not become many, and a taken event no failed one, whatever is said of an encoding."""

    async def packed(receiver: Receiver, headers: dict[str, str], sent: bytes) -> bytes:
        head = b"HTTP/1.1 " + status + b"\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body

    async with receiving(packed) as shop:
        answer = await Poster(loopback=True).post(letter(shop.url))
    [(headers, _)] = shop.requests
    assert headers["accept-encoding"] == "identity"
    assert answer.status == int(status[:3])
    assert answer.text == body[:KEPT].decode("utf-8", "replace").replace("\0", "\ufffd")


async def test_one_that_says_nothing_is_not_waited_for() -> None:
    async def silent(receiver: Receiver, headers: dict[str, str], body: bytes) -> bytes:
        await asyncio.sleep(30)
        return OK

    async with receiving(silent) as shop:
        answer = await Poster(loopback=True, timeout=timedelta(seconds=0.2)).post(letter(shop.url))
    assert (answer.status, answer.text) == (None, "no answer within 0.2 seconds")


async def test_no_secret_is_in_the_text_of_a_letter() -> None:
    assert ONE not in repr(letter("https://shop.example/"))
