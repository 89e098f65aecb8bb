"""Requests of a channel that has asked for signatures: which of them are served."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from starter.desk.channels.signing import Signing
from starter.desk.errors import ActRefused, NotFound
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.places import ROOT
from tests.support.servers.api import body_of, calling, key_for, problem
from tests.support.world import World

KEY = benefit("signed-key", "key", offer("fulu", "10000587"))
PAGE = (ROOT / "docs" / "checkout.md").read_text()


def signed(secret: str, method: str, target: str, body: str = "", by: timedelta = timedelta(0)) -> Any:
    """The headers of a request that is signed by a clock which is wrong by so much."""
    name, now = f"msg_{uuid.uuid4().hex}", datetime.now(UTC) + by
    text = f"{method} {target}\n{body}"
    stamp = str(int(now.timestamp()))
    signature = Webhook(secret).sign(name, now, text)
    return {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}


def signing(world: World) -> Signing:
    return Signing(world.database, world.vault.ring)


async def must_sign(world: World) -> tuple[str, str, str]:
    """A channel that must sign, its key and its secret."""
    channel = f"signs-{uuid.uuid4().hex[:8]}"
    key = await key_for(world.database, channel)
    _, secret = await signing(world).add(channel, "tests")
    await signing(world).require(channel, required=True)
    return channel, key, secret


async def ask(http: httpx.AsyncClient, target: str, headers: Mapping[str, str]) -> tuple[int, str]:
    answer = await http.get(target, headers=dict(headers))
    return (200, "") if answer.status_code == 200 else problem(answer)


async def test_what_is_signed_is_served_and_nothing_else_is(world: World) -> None:
    _, key, secret = await must_sign(world)
    target = "/v1/orders?limit=2&state=completed"
    good = signed(secret, "GET", target)
    other_secret = "whsec_" + "A" * 43 + "="
    async with serving_gateway(world) as address, calling(address, key) as http:
        assert await ask(http, target, good) == (200, "")
        assert await ask(http, target, good) == (200, "")
        for name in good:
            less = {each: value for each, value in good.items() if each != name}
            assert await ask(http, target, less) == (401, "signature_missing")
        for by in (timedelta(minutes=-6), timedelta(minutes=6)):
            stale = signed(secret, "GET", target, by=by)
            assert await ask(http, target, stale) == (401, "signature_stale")
        assert await ask(http, target, {**good, "webhook-timestamp": "today"}) == (401, "signature_stale")
        for wrong in (
            signed(other_secret, "GET", target),
            signed(secret, "DELETE", target),
            signed(secret, "GET", "/v1/orders?limit=3"),
            signed(secret, "GET", target, "a body"),
            {**good, "webhook-id": "msg_other"},
            {**good, "webhook-signature": "v1,AAAA"},
            {**good, "webhook-signature": "nonsense"},
        ):
            assert await ask(http, target, wrong) == (401, "signature_wrong")
        assert await ask(http, "/v1/events", good) == (401, "signature_wrong")


async def test_an_order_is_placed_as_the_page_says_and_no_other_body_passes(world: World) -> None:
    channel, key, secret = await must_sign(world)
    bundle = await world.publish([{"id": "video", "benefit": "signed-key"}], [KEY])
    document = world.order(bundle).model_copy(update={"channel": channel})
    [example] = [each for each in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "def signed" in each]
    scope: dict[str, Any] = {}
    exec(example, scope)
    async with serving_gateway(world) as address, calling(address, key) as http:
        request = http.build_request("POST", "/v1/orders", json=body_of(document))
        body = request.content.decode()
        headers = scope["signed"](secret, "POST", "/v1/orders", body)
        json = {"content-type": "application/json", **headers}
        forged = body.replace(document.order_no, "another-number")
        refused = await http.post("/v1/orders", content=forged, headers=json)
        placed = await http.post("/v1/orders", content=body, headers=json)
        again = await http.post("/v1/orders", content=body, headers=json)
    assert problem(refused) == (401, "signature_wrong")
    assert (placed.status_code, again.status_code) == (201, 200)
    assert placed.json() == again.json()


async def test_what_was_recorded_is_the_same_request_under_any_name(world: World) -> None:
    channel, key, secret = await must_sign(world)
    line = {"id": "video", "benefit": "signed-key", "release": {"after": "P30D"}}
    document = world.order(await world.publish([line], [KEY])).model_copy(update={"channel": channel})
    await world.place(document)
    delivery = (await world.read(document)).deliveries[0].id
    target, body = f"/v1/deliveries/{delivery}/hold", '{"reason": "the buyer called"}'
    async with serving_gateway(world) as address, calling(address, key) as http:
        headers = {"content-type": "application/json", **signed(secret, "POST", target, body)}
        answers = [await http.post(target, content=body, headers=headers) for _ in range(2)]
        named = {**headers, "idempotency-key": headers["webhook-id"]}
        other = await http.post(target, content=body, headers={**headers, "idempotency-key": "another"})
        same = await http.post(target, content=body, headers=named)
    assert [each.status_code for each in answers] == [200, 200]
    assert problem(other) == (401, "signature_wrong")
    assert same.status_code == 200, same.text
    held = [e for e in (await world.read(document)).events if e.type == "human.hold"]
    assert len(held) == 1


async def test_a_new_secret_leaves_the_one_before_good_for_its_overlap(world: World) -> None:
    channel, key, old = await must_sign(world)
    target = "/v1/orders"
    async with serving_gateway(world) as address, calling(address, key) as http:
        added, new = await signing(world).add(channel, "tests", timedelta(hours=1))
        for secret in (old, new):
            assert await ask(http, target, signed(secret, "GET", target)) == (200, "")
        _, newest = await signing(world).add(channel, "tests", timedelta(0))
        for secret in (old, new):
            assert await ask(http, target, signed(secret, "GET", target)) == (401, "signature_wrong")
        assert await ask(http, target, signed(newest, "GET", target)) == (200, "")
        await signing(world).require(channel, required=False)
        assert await ask(http, target, {}) == (200, "")
        assert await ask(http, target, signed(old, "GET", target)) == (200, "")
    assert added.ends_at is None


async def test_nobody_is_locked_out_by_mistake(world: World) -> None:
    channel = f"locked-{uuid.uuid4().hex[:8]}"
    with pytest.raises(NotFound, match="there is no channel"):
        await signing(world).add(channel, "tests")
    await key_for(world.database, channel)
    with pytest.raises(ActRefused, match="has no secret to sign with"):
        await signing(world).require(channel, required=True)
    first, secret = await signing(world).add(channel, "tests")
    await signing(world).require(channel, required=True)
    with pytest.raises(ActRefused, match="must sign, and has no other secret"):
        await signing(world).revoke(first.id)
    await signing(world).add(channel, "tests")
    await signing(world).revoke(first.id)
    now = datetime.now(UTC)
    assert secret not in await signing(world).secrets(channel, now)
    with pytest.raises(NotFound):
        await signing(world).revoke("chs_none")


async def test_another_channel_needs_no_signature(world: World) -> None:
    await must_sign(world)
    key = await key_for(world.database, f"plain-{uuid.uuid4().hex[:8]}")
    async with serving_gateway(world) as address, calling(address, key) as http:
        assert await ask(http, "/v1/orders", {}) == (200, "")
