"""Events and endpoints over HTTP."""

import asyncio
import json
from typing import Any

import httpx

from domain.webhooks.catalogue import PUBLIC
from starter.gateway.api import routes_of
from starter.gateway.openapi.document import openapi_of
from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import calling, key_for, problem, shop
from tests.support.world import World

KEY = benefit("event-key", "key", offer("kayixin", "1002"))
URL = "https://shop.example/hooks"


async def all_events(http: httpx.AsyncClient, order_no: str) -> list[dict[str, Any]]:
    """The events of an order, once it is closed, page by page."""
    for _ in range(600):
        found, cursor, more = [], None, True
        while more:
            page = (
                await http.get("/v1/events", params={"limit": 3, **({"cursor": cursor} if cursor else {})})
            ).json()
            cursor, more = page["cursor"], page["has_more"]
            found += [each for each in page["data"] if each["data"]["order"]["order_no"] == order_no]
        if found and found[-1]["type"] == "order.closed":
            return found
        await asyncio.sleep(0.2)
    raise AssertionError("it was never closed")


async def test_events_are_read_page_by_page_and_by_day(world: World) -> None:
    bundle = await world.publish(
        [{"id": "video", "benefit": "event-key"}], [KEY], shipped_when="first_delivery"
    )
    document = world.order(bundle, channel=f"events-{world.token}")
    await world.fulfil(document)
    key = await key_for(world.database, document.channel)
    nobodys = await key_for(world.database, f"nobody-{world.token}")
    async with serving_gateway(world) as address, calling(address, key) as http:
        events = await all_events(http, document.order_no)
        day = events[0]["timestamp"][:10]
        pages = [await http.get(f"/v1/events/{day}.jsonl", params={"limit": 2})]
        while pages[-1].links:
            pages.append(await http.get(pages[-1].links["next"]["url"]))
        lines = [line for each in pages for line in each.text.splitlines()]
        whole = await http.get(f"/v1/events/{day}.jsonl")
        ends = [await http.get(f"/v1/events/{each}.jsonl") for each in ("0001-01-01", "9999-12-31")]
        page = (await http.get("/v1/events")).json()
        shippable = (await http.get("/v1/events", params={"type": "order.shippable"})).json()["data"]
        wrong = [
            await http.get("/v1/events", params={"cursor": "nonsense"}),
            await http.get("/v1/events", params={"cursor": f"{page['cursor'].partition('.')[0]}.{'9' * 20}"}),
            await http.get("/v1/events/2026-02-30.jsonl"),
            await http.get(f"/v1/events/{day}.jsonl", params={"cursor": "nonsense"}),
            await http.get("/v1/events", params={"type": "\0"}),
        ]
        restored = await http.get("/v1/events", params={"cursor": "1.5"})
        headers = {"Authorization": f"Bearer {nobodys}"}
        nothing = (await http.get("/v1/events", headers=headers)).json()
    assert [each["sequence"] for each in events] == list(range(1, len(events) + 1))
    assert [json.loads(line) for line in lines] == events
    assert (whole.text.splitlines(), whole.links) == (lines, {})
    assert [len(each.text.splitlines()) for each in pages[:-1]] == [2] * (len(pages) - 1)
    assert [(each.status_code, each.text) for each in ends] == [(200, "")] * 2
    assert [each["data"]["order"]["order_no"] for each in shippable] == [document.order_no]
    assert [problem(each) for each in wrong] == [(422, "invalid_request")] * 5
    assert problem(restored) == (410, "feed_restarted")
    epoch = page["cursor"].partition(".")[0]
    assert restored.json()["cursor"] == f"{epoch}.0"
    assert (nothing["data"], nothing["has_more"]) == ([], False)


async def test_an_endpoint_from_its_addition_to_its_removal(world: World) -> None:
    async with shop(world) as http:
        made = (await http.post("/v1/webhook-endpoints", json={"url": URL, "events": ["order.*"]})).json()
        at = f"/v1/webhook-endpoints/{made['endpoint']['id']}"
        listed = (await http.get("/v1/webhook-endpoints")).text
        other = (await http.post(f"{at}/secret")).json()
        test = (await http.post(f"{at}/test")).json()
        again = await http.post(f"{at}/deliveries/{test['delivery']}/replays")
        missed = await http.post(f"{at}/replays", json={"since": "2099-01-01T00:00:00Z"})
        sent = (await http.get(f"{at}/deliveries")).json()["data"]
        enabled = (await http.post(f"{at}/enablement")).json()
        removed = await http.delete(at)
        gone = await http.get(at)
    assert made["endpoint"]["livemode"] is True
    assert made["secret"].startswith("whsec_") and made["secret"] not in listed
    assert other["secret"] != made["secret"]
    assert (again.json(), missed.json()) == ({"events": 1}, {"events": 0})
    assert [(each["id"], each["type"]) for each in sent] == [(test["delivery"], "webhook.test")]
    assert enabled["disabled_at"] is None
    assert (removed.status_code, gone.status_code) == (204, 404)


async def test_what_is_wrong_with_an_endpoint_is_told_by_field(world: World) -> None:
    async with shop(world) as http:
        for body, field in (
            ({"url": "http://shop.example/"}, "url"),
            ({"url": "https://10.1.2.3/"}, "url"),
            ({"url": URL, "events": ["oder.*"]}, "events"),
            ({"url": URL, "events": []}, "events"),
            ({"url": URL, "events": ["stock.*"]}, "events"),
        ):
            answer = await http.post("/v1/webhook-endpoints", json=body)
            assert problem(answer) == (422, "invalid_request")
            assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_a_test_channels_events_say_so(world: World) -> None:
    channel = f"sandbox-{world.token}"
    key = await key_for(world.database, channel, livemode=False)
    bundle = await world.publish([{"id": "video", "benefit": "event-key"}], [KEY])
    document = world.order(bundle, channel=channel)
    await world.fulfil(document)
    async with serving_gateway(world) as address, calling(address, key) as http:
        events = await all_events(http, document.order_no)
    assert {each["livemode"] for each in events} == {False}


def test_the_document_has_every_event() -> None:
    document = openapi_of(routes_of(None))
    assert set(document["webhooks"]) == set(PUBLIC)
    assert "Notification" in document["components"]["schemas"]
