"""The buyer's page in a real browser: anyone can use it, it asks nobody else, going back shows nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, Error, Page, async_playwright

from tests.support.documents import benefit, offer
from tests.support.servers.api import body_of, shop
from tests.support.world import World

pytestmark = [pytest.mark.foreign, pytest.mark.timeout(300)]

KEYS = [
    benefit("browsed-key", "key", offer("kayixin", "1001")),
    benefit("browsed-credit", "recharge", offer("kayixin", "1006"), account="phone"),
]
PARTS: list[dict[str, Any]] = [
    {"id": "video", "benefit": "browsed-key"},
    {"id": "gift", "benefit": "browsed-key", "release": {"after": "P30D"}},
    {"id": "credit", "benefit": "browsed-credit", "claim": {"within": "P30D", "otherwise": "refund"}},
]
WCAG_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


@dataclass
class Sold:
    """A buyer's page, and the number of the key behind it."""

    address: str
    number: str


@dataclass
class Browsing:
    """A page that is open in a browser, and every host that it asked."""

    page: Page
    hosts: set[str] = field(default_factory=set)

    async def settled(self) -> str:
        """What the page holds once the browser has made up its mind."""
        while True:
            with suppress(Error):
                return await self.page.content()
            await asyncio.sleep(0.1)

    async def faults(self) -> list[str]:
        """What of the page somebody cannot use, by the rules of WCAG 2.2 AA."""
        found = await Axe().run(self.page, options=WCAG_AA)
        return [each["id"] for each in found.response["violations"]]


@pytest.fixture
async def sold(world: World) -> AsyncIterator[Sold]:
    bundle = await world.publish(PARTS, KEYS)
    document = world.order(bundle)
    async with shop(world) as http:
        await http.post("/v1/orders", json=body_of(document))
        view = await world.until(document, lambda now: now.deliveries[0].state == "delivered")
        made = await http.post(f"/v1/orders/{document.order_no}/page-links", json={})
        [sale] = world.simulators["kayixin"].ledger.sales_of(view.deliveries[0].attempts[0].key)
        yield Sold(made.json()["url"], sale.credentials[0].number)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is missing: install it, or do not ask for make test-foreign")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        await started.close()


async def browsing(browser: Browser, lang: str) -> Browsing:
    context = await browser.new_context(locale=LOCALES[lang], java_script_enabled=True)
    found = Browsing(await context.new_page())
    found.page.on("request", lambda request: found.hosts.add(request.url.split("/")[2]))
    return found


@pytest.mark.parametrize("lang", LOCALES)
async def test_everybody_can_use_it_and_it_asks_nobody_else(browser: Browser, sold: Sold, lang: str) -> None:
    it = await browsing(browser, lang)
    await it.page.goto(sold.address)
    assert await it.page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-CN"}[lang]
    assert await it.faults() == []
    assert sold.number not in await it.page.content()
    await it.page.locator("button").first.focus()
    await it.page.keyboard.press("Enter")
    await it.page.wait_for_selector("dl")
    assert sold.number in await it.page.inner_text("main")
    assert await it.faults() == []
    await it.page.goto(sold.address.rpartition("/")[0] + "/nothing")
    assert await it.faults() == []
    assert it.hosts == {sold.address.split("/")[2]}


async def test_going_back_shows_no_key(browser: Browser, sold: Sold) -> None:
    it = await browsing(browser, "en")
    await it.page.goto(sold.address)
    await it.page.locator("button").first.click()
    await it.page.wait_for_selector("dl")
    await it.page.goto(sold.address)
    with suppress(Error):  # the browser has no copy, and asks whether to send it again
        await it.page.go_back()
    assert sold.number not in await it.settled()


async def test_an_account_that_is_wrong_is_said_beside_its_field(browser: Browser, sold: Sold) -> None:
    it = await browsing(browser, "en")
    await it.page.goto(sold.address)
    await it.page.get_by_label("Your phone number").fill("12")
    await it.page.get_by_role("button", name="Save").click()
    field = it.page.get_by_label("Your phone number")
    assert await field.get_attribute("aria-invalid") == "true"
    assert await it.faults() == []
