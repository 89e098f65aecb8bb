"""The buyer's page: fetching it reveals nothing, and wrong addresses are all alike."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from starter.gateway.buyer.wrong import WrongAddresses
from storage.views.orders import OrderView
from tests.support.documents import benefit, offer
from tests.support.servers.api import body_of, problem, shop
from tests.support.world import World

KEYS = [
    {**benefit("page-key", "key", offer("kayixin", "1001")), "title": "Video <membership>"},
    benefit("page-credit", "recharge", offer("kayixin", "1006"), account="phone"),
]
VIDEO: dict[str, object] = {"id": "video", "benefit": "page-key"}
GIFT: dict[str, object] = {"id": "gift", "benefit": "page-key", "release": {"after": "P30D"}}
CREDIT: dict[str, object] = {
    "id": "credit",
    "benefit": "page-credit",
    "claim": {"within": "P30D", "otherwise": "refund"},
}


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with shop(world) as client:
        yield client


async def sold(world: World, http: httpx.AsyncClient, *components: dict[str, object]) -> OrderView:
    bundle = await world.publish(list(components), KEYS)
    document = world.order(bundle)
    assert (await http.post("/v1/orders", json=body_of(document))).status_code == 201
    return await world.until(document, lambda now: now.deliveries[0].state == "delivered")


async def page_of(http: httpx.AsyncClient, view: OrderView) -> str:
    made = await http.post(f"/v1/orders/{view.order_no}/page-links", json={})
    assert made.status_code == 201
    return str(made.json()["url"])


def number(world: World, view: OrderView) -> str:
    [sale] = world.simulators["kayixin"].ledger.sales_of(view.deliveries[0].attempts[-1].key)
    return sale.credentials[0].number


async def test_only_a_post_reveals(world: World, http: httpx.AsyncClient) -> None:
    view = await sold(world, http, VIDEO, GIFT)
    page, secret = await page_of(http, view), number(world, view)
    shown = await http.get(page)
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert secret not in shown.text
    assert "Video &lt;membership&gt;" in shown.text
    assert len(re.findall("<form", shown.text)) == 1
    action = re.search(r'action="([^"]+)"', shown.text)
    assert action is not None
    assert (await http.head(page)).status_code == 200
    revealed = await http.post(action[1])
    assert (revealed.status_code, revealed.headers["cache-control"]) == (200, "no-store")
    assert secret in revealed.text
    assert "?lang=zh" not in revealed.text.partition("<main>")[0]
    assert secret not in (await http.get(page)).text


async def test_the_page_asks_nobody_else_and_runs_nothing(world: World, http: httpx.AsyncClient) -> None:
    view = await sold(world, http, VIDEO)
    shown = await http.get(await page_of(http, view))
    assert shown.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert re.findall(r'(?:src|href)="([^"]+)"', shown.text) == [
        "/r/style.css",
        f"/r/{shown.url.path.rpartition('/')[2]}?lang=zh",
    ]
    style = await http.get("/r/style.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")


@pytest.mark.timeout(600)
async def test_every_wrong_address_gets_the_identical_answer_and_the_right_one_still_opens(
    world: World, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starter.gateway.buyer.wrong.SLOW_SECONDS", 0.0)
    view = await sold(world, http, VIDEO)
    page = await page_of(http, view)
    answers = set()
    for guess in range(1000):
        wrong = await http.get(f"/r/{guess:043d}")
        answers.add((wrong.status_code, wrong.text, wrong.headers["content-length"]))
    token = page.rpartition("/")[2]
    almost = token[:-1] + ("A" if token[-1] != "A" else "B")
    for path in (f"/r/{almost}", f"/r/{'x' * 4000}"):
        wrong = await http.get(path)
        answers.add((wrong.status_code, wrong.text, wrong.headers["content-length"]))
    posted = await http.post(f"/r/{almost}/deliveries/{view.deliveries[0].id}")
    answers.add((posted.status_code, posted.text, posted.headers["content-length"]))
    assert [status for status, _, _ in answers] == [404]
    assert (await http.get(page)).status_code == 200


async def test_whoever_tries_many_is_answered_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("starter.gateway.buyer.wrong.asyncio.sleep", sleep)
    wrong = WrongAddresses()
    for source in ("10.0.0.1",) * 22 + ("10.0.0.2",):
        await wrong.wait(source)
    assert waited == [1.0, 1.0]


async def test_a_link_that_was_ended_opens_nothing(world: World, http: httpx.AsyncClient) -> None:
    view = await sold(world, http, VIDEO)
    made = (await http.post(f"/v1/orders/{view.order_no}/page-links", json={})).json()
    assert (await http.get(made["url"])).status_code == 200
    for _ in range(2):
        assert (await http.delete(f"/v1/reveal-links/{made['id']}")).status_code == 204
    assert (await http.get(made["url"])).status_code == 404
    told = [each.type for each in (await world.read_number(f"shop/{view.order_no}")).events]
    assert told.count("link.ended") == 1
    assert problem(await http.delete(f"/v1/reveal-links/rvl_{'0' * 24}")) == (404, "not_found")


async def test_what_is_no_text_is_an_account_that_is_wrong(world: World, http: httpx.AsyncClient) -> None:
    view = await sold(world, http, VIDEO, CREDIT)
    page = await page_of(http, view)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    wrong = await http.post(f"{page}/accounts/shared", content=b"type=phone&value=\xff", headers=form)
    assert wrong.status_code == 422


async def test_the_page_speaks_the_language_of_its_reader(world: World, http: httpx.AsyncClient) -> None:
    view = await sold(world, http, VIDEO, GIFT)
    page = await page_of(http, view)
    chinese = await http.get(page, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert '<html lang="zh-CN">' in chinese.text
    assert "查看卡密" in chinese.text
    assert re.search(r"将于 \d{4}-\d\d-\d\d \d\d:\d\d 发放", chinese.text)
    english = await http.get(f"{page}?lang=en", headers={"Accept-Language": "zh-CN"})
    assert re.search(r"Comes on \d{4}-\d\d-\d\d \d\d:\d\d", english.text)


async def test_an_account_that_is_waited_for_is_taken(world: World, http: httpx.AsyncClient) -> None:
    view = await sold(world, http, VIDEO, CREDIT)
    page = await page_of(http, view)
    asked = await http.get(page)
    assert "Your phone number" in asked.text
    wrong = await http.post(f"{page}/accounts/shared", data={"type": "phone", "value": "12"})
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (422, True)
    taken = await http.post(f"{page}/accounts/shared", data={"type": "phone", "value": " 138 1111 2222 "})
    assert taken.status_code == 200
    document = f"{view.channel}/{view.order_no}"
    await world.client.get_workflow_handle(f"order/{document}").result()
    done = await world.read_number(document)
    assert [each.state for each in done.deliveries] == ["delivered", "delivered"]
    assert done.events[-1].type == "order.closed"
    shown = await http.get(page)
    assert "It went straight to your account." in shown.text


async def test_a_link_of_one_delivery_reveals_no_other(world: World, http: httpx.AsyncClient) -> None:
    view = await sold(world, http, VIDEO, {**VIDEO, "id": "second"}, CREDIT)
    first, second, _ = (each.id for each in view.deliveries)
    made = await http.post(f"/v1/deliveries/{first}/reveal-links", json={"expires_in": 600})
    page = made.json()["url"]
    shown = await http.get(page)
    assert re.findall(r'action="[^"]+/(deliveries|accounts)/([^"?]+)', shown.text) == [("deliveries", first)]
    assert (await http.post(f"{page}/deliveries/{second}")).status_code == 404
    phone = {"type": "phone", "value": "13811112222"}
    assert (await http.post(f"{page}/accounts/shared", data=phone)).status_code == 404


async def test_a_channel_reads_the_credential_with_a_scope_of_its_own(
    world: World, http: httpx.AsyncClient
) -> None:
    view = await sold(world, http, VIDEO, GIFT)
    video, gift = (each.id for each in view.deliveries)
    read = await http.get(f"/v1/deliveries/{video}/credential", params={"reason": "shown in the app"})
    assert (read.status_code, read.headers["cache-control"]) == (200, "no-store")
    assert read.json()["units"][0]["number"] == number(world, view)
    later = await http.get(f"/v1/deliveries/{gift}/credential", params={"reason": "too early"})
    assert problem(later) == (409, "not_handed_over")
