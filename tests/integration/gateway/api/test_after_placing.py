"""What a channel says of an order after it was placed, over HTTP; and what support does to it."""

from typing import Any

import httpx

from tests.support.documents import benefit, offer
from tests.support.servers.api import body_of, problem, shop
from tests.support.world import World

KEY = benefit("after-key", "key", offer("fulu", "10000587"))
FAILS = benefit("after-failing", "key", offer("fulu", "10000603"))
CREDIT = benefit("after-credit", "recharge", offer("kayixin", "2001"), account="phone")
CHARGED = benefit("after-charged", "recharge", offer("kayixin", "1006"), account="phone")
LATER = {"id": "later", "benefit": "after-key", "release": {"after": "P365D"}}
PHONE = {"type": "phone", "value": "13800138000"}


async def test_a_cancellation_is_done_once_and_read_again(world: World) -> None:
    document = world.order(await world.publish([LATER], [KEY]))
    address = f"/v1/orders/{document.order_no}/cancellations"
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        why, named = {"reason": "changed their mind"}, {"Idempotency-Key": "c-1"}
        done, again = [await http.post(address, json=why, headers=named) for _ in range(2)]
        other = await http.post(address, json={"reason": "another"}, headers={"Idempotency-Key": "c-1"})
        read = await http.get(done.headers["location"])
        view = await world.finish(document)
        refused = await http.post(address, json={"reason": "once more"})
        read_refused = await http.get(refused.headers["location"])
        nobody = await http.get(f"{address}/c-2")
    assert (done.status_code, done.json()["state"], done.json()["id"]) == (201, "done", "c-1")
    assert done.json() == again.json() == read.json()
    assert problem(other) == (409, "idempotency_key_conflict")
    assert view.state == "cancelled"
    assert (refused.status_code, refused.json()["state"]) == (201, "refused")
    assert "closed" in refused.json()["refusal"] or "no open order" in refused.json()["refusal"]
    assert read_refused.json() == refused.json()
    assert problem(nobody) == (404, "not_found")


async def test_an_event_is_news_once_and_releases_what_waits_for_it(world: World) -> None:
    waits = {"when": "activated(video)", "by": "P30D", "otherwise": "refund"}
    bundle = await world.publish(
        [{"id": "video", "benefit": "after-key"}, {"id": "gift", "benefit": "after-key", "release": waits}],
        [KEY],
    )
    document = world.order(bundle)
    address = f"/v1/orders/{document.order_no}/events"
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        event = {"event": "activated", "component": "video", "event_id": "e-1"}
        news, known = await http.post(address, json=event), await http.post(address, json=event)
        other = await http.post(address, json={**event, "event": "redeemed"})
        view = await world.finish(document)
    assert [(each.status_code, each.json()["news"]) for each in (news, known)] == [(201, True), (200, False)]
    assert problem(other) == (409, "act_refused")
    assert [(each.component, each.state) for each in view.deliveries] == [
        ("video", "delivered"),
        ("gift", "delivered"),
    ]


async def test_an_account_that_was_missing_is_given(world: World) -> None:
    credit = {"id": "credit", "benefit": "after-credit", "claim": {"within": "P7D", "otherwise": "refund"}}
    document = world.order(await world.publish([credit], [CREDIT]))
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        await world.until(document, lambda order: order.deliveries[0].state == "held")
        missing = (await http.get(f"/v1/orders/{document.order_no}")).json()["accounts_missing"]
        address = f"/v1/orders/{document.order_no}/recipients/credit"
        given = await http.put(address, json={"recipient": PHONE})
        wrong = await http.put(address, json={"recipient": {"type": "phone", "value": "no phone at all"}})
        bought = await world.until(document, lambda order: bool(order.deliveries[0].attempts))
    assert [(each["account"], each["components"]) for each in missing] == [("shared", ["credit"])]
    assert given.status_code == 200
    assert PHONE["value"] not in given.text
    assert problem(wrong) == (422, "invalid_request")
    assert "no phone at all" not in wrong.text
    assert bought.accounts_missing == []
    assert given.json()["moved"] == [bought.deliveries[0].id]


async def test_an_account_is_given_once_under_its_key(world: World) -> None:
    credit = {"id": "credit", "benefit": "after-charged", "claim": {"within": "P7D", "otherwise": "refund"}}
    later = {**credit, "id": "later", "release": {"after": "P30D"}}
    document = world.order(await world.publish([credit, later], [CHARGED]))
    body, named = {"recipient": PHONE}, {"Idempotency-Key": "give-1"}
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        await world.until(document, lambda order: order.deliveries[0].state == "held")
        address = f"/v1/orders/{document.order_no}/recipients/credit"
        given = await http.put(address, json=body, headers=named)
        again = await http.put(address, json=body, headers=named)
        await world.until(document, lambda order: order.deliveries[0].state == "delivered")
        late = await http.put(address, json=body, headers=named)
        other = await http.put(address, json=body | {"reason": "another"}, headers=named)
        view = await world.read(document)
    assert given.status_code == 200
    assert given.json() == again.json() == late.json()
    assert given.json()["moved"] == sorted(each.id for each in view.deliveries)
    assert problem(other) == (409, "act_refused")
    assert [each.type for each in view.events].count("delivery.readdressed") == 0


async def test_an_account_is_changed_once_under_its_key(world: World) -> None:
    credit = {"id": "credit", "benefit": "after-charged", "release": {"after": "P30D"}}
    document = world.order(await world.publish([credit], [CHARGED]), recipients={"shared": PHONE})
    other = {"recipient": {"type": "phone", "value": "13900139000"}}
    address, named = f"/v1/orders/{document.order_no}", {"Idempotency-Key": "change-1"}
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        given = await http.put(f"{address}/recipients/credit", json=other, headers=named)
        await http.post(f"{address}/cancellations", json={"reason": "changed their mind"})
        await world.finish(document)
        again = await http.put(f"{address}/recipients/credit", json=other, headers=named)
        view = await world.read(document)
    assert given.status_code == 200
    assert given.json() == again.json()
    assert given.json()["moved"] == [view.deliveries[0].id]


async def test_a_refund_is_listed_until_it_is_confirmed(world: World) -> None:
    document = world.order(
        await world.publish([{"id": "video", "benefit": "after-failing"}], [FAILS], hold_for="PT0S")
    )
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        await world.finish(document)
        [to_pay] = [each for each in await decided(http) if each["order_no"] == document.order_no]
        address = f"/v1/refunds/{to_pay['id']}"
        paid = await http.post(f"{address}/confirmation", json={"note": "bank 42"})
        again = await http.post(f"{address}/confirmation", json={"note": "bank 42"})
        failed = await http.post(f"{address}/failure", json={"reason": "no such account"})
        nobody = await http.post(f"/v1/refunds/rfd_{'0' * 32}/confirmation", json={})
        left = [each["order_no"] for each in await decided(http)]
    assert to_pay["amount"] == {"amount": 9900, "currency": "CNY"}
    assert [(each.status_code, each.json()["news"]) for each in (paid, again)] == [(200, True), (200, False)]
    assert problem(failed) == (409, "act_refused")
    assert problem(nobody) == (404, "not_found")
    assert document.order_no not in left


async def decided(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Every refund to pay."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        asked = {"state": "decided", "limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = (await http.get("/v1/refunds", params=asked)).json()
        found += page["data"]
        if not (cursor := page["next_cursor"]):
            return found


async def test_support_holds_a_delivery_and_refunds_it(world: World) -> None:
    document = world.order(await world.publish([LATER], [KEY]))
    async with shop(world) as http:
        placed = (await http.post("/v1/orders", json=body_of(document))).json()
        address = f"/v1/deliveries/{placed['deliveries'][0]['delivery_id']}"
        why = {"reason": "the buyer asked", "actor": "li"}
        named = {"Idempotency-Key": "hold-1"}
        held = await http.post(f"{address}/hold", json=why, headers=named)
        again = await http.post(f"{address}/hold", json=why, headers=named)
        taken = await http.post(f"{address}/refund", json=why, headers=named)
        read = await http.get(address)
        by_hand = await http.post(f"{address}/deliver-by-hand", json={**why, "credentials": [{}]})
        refunded = await http.post(f"{address}/refund", json=why)
        view = await world.finish(document)
    assert (held.status_code, held.json()["state"]) == (200, "held")
    assert again.json()["state"] == "held"
    assert problem(taken) == (409, "act_refused")
    assert (read.json()["hold_reason"], read.json()["order_no"]) == ("by_operator", document.order_no)
    assert problem(by_hand) == (422, "invalid_request")
    assert refunded.status_code == 200
    assert view.deliveries[0].refund_state == "decided"
    assert "shop/li" in {event.data.get("actor") for event in view.events}


async def test_an_order_is_paused_and_goes_on(world: World) -> None:
    document = world.order(await world.publish([LATER], [KEY]))
    address = f"/v1/orders/{document.order_no}"
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        paused = await http.post(f"{address}/pause", json={"reason": "we look at it"})
        read = (await http.get(address)).json()["paused"]
        await http.post(f"{address}/resume", json={"reason": "all is well"})
        going = (await http.get(address)).json()["paused"]
        unconfirmed = await http.post(f"{address}/erase", json={"reason": "asked for"})
    assert paused.status_code == 200
    assert read["reason"] == "by_operator"
    assert going is None
    assert problem(unconfirmed) == (422, "invalid_request")
    assert [each["field"] for each in unconfirmed.json()["errors"]] == ["confirmed"]
