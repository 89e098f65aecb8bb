"""Placing and reading orders over HTTP."""

import asyncio
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.support.documents import benefit, offer
from tests.support.gateway import serving_gateway
from tests.support.servers.api import body_of, calling, key_for, problem, shop
from tests.support.world import World

KEY = benefit("api-key", "key", offer("fulu", "10000587"))
VIDEO = [{"id": "video", "benefit": "api-key"}]


async def test_an_order_is_placed_once_and_read_by_its_channels_number(world: World) -> None:
    document = world.order(await world.publish(VIDEO, [KEY]))
    async with shop(world) as http:
        new = await http.post("/v1/orders", json=body_of(document))
        await world.finish(document)
        again = await http.post("/v1/orders", json=body_of(document))
        found = await http.get(f"/v1/orders/{document.order_no}")
    assert (new.status_code, again.status_code) == (201, 200)
    assert new.json() == again.json()
    assert new.headers["location"] == new.json()["address"] == f"/v1/orders/{document.order_no}"
    assert [line["component"] for line in new.json()["deliveries"]] == ["video"]
    read = found.json()
    assert (read["order_no"], read["state"], read["livemode"]) == (document.order_no, "completed", True)
    assert [(each["component"], each["state"]) for each in read["deliveries"]] == [("video", "delivered")]


async def test_another_document_under_the_number_is_a_conflict(world: World) -> None:
    document = world.order(await world.publish(VIDEO, [KEY]))
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        other = await http.post("/v1/orders", json=body_of(document, buyer={"ref": "somebody"}))
        await world.finish(document)
        late = await http.post("/v1/orders", json=body_of(document, buyer={"ref": "somebody"}))
    assert problem(other) == problem(late) == (409, "order_number_conflict")


@pytest.mark.parametrize("number", ["WC/2024/1", "#1001", "订单-1", "a?b=c&d", "100%25", "..x"])
async def test_any_order_number_is_an_address(world: World, number: str) -> None:
    document = world.order(await world.publish(VIDEO, [KEY]))
    document = document.model_copy(update={"order_no": f"{number}-{world.token}"})
    async with shop(world) as http:
        new = await http.post("/v1/orders", json=body_of(document))
        found = await http.get(new.headers["location"])
        told = await http.get(f"/v1/orders/{quote(document.order_no, safe='')}/timeline")
    assert (new.status_code, found.status_code, told.status_code) == (201, 200, 200)
    assert found.json()["order_no"] == told.json()["order_no"] == document.order_no


async def test_a_refusal_is_told_at_once_and_leaves_the_number_free(world: World) -> None:
    bundle = await world.publish(VIDEO, [KEY], limits={"per_buyer": 1})
    first = world.order(bundle)
    second = world.order(bundle).model_copy(update={"buyer": first.buyer})
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(first))
        refused = await http.post("/v1/orders", json=body_of(second))
        free = await http.post("/v1/orders", json=body_of(second, buyer={"ref": f"other-{world.token}"}))
    assert problem(refused) == (422, "limit_exceeded")
    assert refused.json()["retryable"] is False
    assert free.status_code == 201


async def test_what_is_wrong_with_a_document_is_told_field_by_field(world: World) -> None:
    document = world.order(await world.publish(VIDEO, [KEY]))
    secret = "13800138000-is-no-phone"
    recipients = {"shared": {"type": "phone", "value": secret}}
    async with shop(world) as http:
        shape = await http.post(
            "/v1/orders", json=body_of(document, quantity="1", recipients=recipients, colour="red")
        )
        price = await http.post("/v1/orders", json=body_of(document, paid={"amount": 1, "currency": "CNY"}))
        channel = await http.post("/v1/orders", json=body_of(document, channel="another"))
        nothing = await http.post("/v1/orders", content=b"{", headers={"content-type": "application/json"})
        form = await http.post("/v1/orders", data={"a": "b"})
        missing = await http.get(f"/v1/orders/{document.order_no}")
    assert problem(shape) == (422, "invalid_request")
    assert [each["field"] for each in shape.json()["errors"]] == [
        "quantity",
        "recipients.shared.value",
        "colour",
    ]
    assert secret not in shape.text
    assert problem(price) == (422, "invalid_order")
    assert [each["field"] for each in price.json()["errors"]] == ["paid"]
    assert problem(channel) == (422, "invalid_request")
    assert problem(nothing) == (400, "invalid_json")
    assert problem(form) == (415, "unsupported_media_type")
    assert problem(missing) == (404, "not_found")


async def test_a_channel_does_not_see_anothers_order(world: World) -> None:
    document = world.order(await world.publish(VIDEO, [KEY]))
    other = await key_for(world.database, f"other-{world.token}")
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
    async with serving_gateway(world) as address, calling(address, other) as http:
        hidden = await http.get(f"/v1/orders/{document.order_no}")
        mine = await http.get("/v1/orders")
    assert problem(hidden) == (404, "not_found")
    assert mine.json() == {"data": [], "next_cursor": None}


async def test_orders_are_listed_newest_first_a_page_at_a_time(world: World) -> None:
    bundle = await world.publish(VIDEO, [KEY])
    placed = [world.order(bundle) for _ in range(5)]
    async with shop(world) as http:
        for document in placed:
            await http.post("/v1/orders", json=body_of(document))
        seen: list[str] = []
        cursor: str | None = None
        while True:
            asked = {"limit": "2", "bundle": bundle.id} | ({"cursor": cursor} if cursor else {})
            page = (await http.get("/v1/orders", params=asked)).json()
            seen += [each["order_no"] for each in page["data"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        wrong = await http.get("/v1/orders", params={"cursor": "nonsense"})
    assert seen == [each.order_no for each in reversed(placed)]
    assert problem(wrong) == (422, "invalid_request")


CROWD = 200


async def insist(http: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
    """The answer to a post that is repeated as the API says: after 202, and what is retryable."""
    while True:
        answer = await http.post("/v1/orders", json=body)
        if answer.status_code not in (202, 503):
            return answer
        await asyncio.sleep(int(answer.headers["retry-after"]))


async def test_two_hundred_identical_posts_are_one_order(world: World) -> None:
    document = world.order(await world.publish(VIDEO, [KEY]))
    async with shop(world) as http:
        answers = await asyncio.gather(*(insist(http, body_of(document)) for _ in range(CROWD)))
        view = await world.finish(document)
        late = await http.post("/v1/orders", json=body_of(document))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert {answer.text for answer in [*answers, late]} == {answers[0].text}
    assert len(world.sales(view)) == 1


async def test_of_two_documents_at_once_under_a_number_one_wins(world: World) -> None:
    document = world.order(await world.publish(VIDEO, [KEY]))
    bodies = [body_of(document), body_of(document, buyer={"ref": "another-buyer"})]
    async with shop(world) as http:
        answers = await asyncio.gather(*(insist(http, bodies[n % 2]) for n in range(20)))
        await world.finish(document)
        late = [await http.post("/v1/orders", json=body) for body in bodies]
    won = {n % 2 for n, answer in enumerate(answers) if answer.is_success}
    assert len(won) == 1
    winner = won.pop()
    lost = [answer for n, answer in enumerate(answers) if n % 2 != winner]
    assert [problem(answer) for answer in lost] == [(409, "order_number_conflict")] * 10
    assert late[winner].status_code == 200
    assert problem(late[1 - winner]) == (409, "order_number_conflict")
