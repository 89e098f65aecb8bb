"""What Prometheus is told: each request counted once, under names that tell nothing of whose it was."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from starter.gateway.metrics.app import metrics_app
from starter.gateway.metrics.book import EVERY_SECONDS, BookMetrics, read_gauges
from starter.gateway.serve import serving_beside
from storage.base.database import Database
from storage.base.unavailable import DatabaseUnavailable
from storage.views.gauges import Gauges
from tests.support.documents import benefit, offer
from tests.support.gateway import fulu_notice, report, serving_gateway
from tests.support.servers.api import body_of, calling, key_for
from tests.support.world import World

KEY = benefit("measured-key", "key", offer("fulu", "10000587"))

Found = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@asynccontextmanager
async def scraping(registry: CollectorRegistry, book: BookMetrics) -> AsyncIterator[str]:
    """The address of the metrics."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with serving_beside(metrics_app(registry, book), listener):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/metrics"


async def scraped(address: str) -> tuple[Found, str]:
    """Every sample by its name and labels, and the text as it came."""
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        answer = await http.get(address)
    assert answer.status_code == 200
    samples = [each for family in text_string_to_metric_families(answer.text) for each in family.samples]
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for each in samples}, answer.text


def counted(found: Found, name: str) -> dict[tuple[str, ...], float]:
    """The values of a metric by their labels' values, in the order of the labels' names."""
    return {
        tuple(value for _, value in labels): value for (each, labels), value in found.items() if each == name
    }


async def test_each_request_is_counted_by_its_route_and_its_end(world: World) -> None:
    registry = CollectorRegistry()
    document = world.order(await world.publish([{"id": "video", "benefit": "measured-key"}], [KEY]))
    key, slow = await key_for(world.database), await key_for(world.database, rate=1)
    book = BookMetrics(partial(read_gauges, world.database))
    async with (
        serving_gateway(world, registry=registry) as address,
        scraping(registry, book) as metrics,
        calling(address, key) as http,
        calling(address, slow) as limited,
    ):
        await http.post("/v1/orders", json=body_of(document))
        await http.post("/v1/orders", json=body_of(document))
        await http.get(f"/v1/orders/{document.order_no}")
        await http.get("/v1/orders/none-of-this-number")
        await http.delete("/v1/orders")
        await http.get(f"/nowhere/{document.order_no}")
        await http.head("/v1/orders")
        for _ in range(2):
            await limited.get("/v1/refunds")
        await http.get("/healthz")
        await http.get("/r/token-of-nobody")
        await http.get("/problems/busy")
        stranger = fulu_notice(world, "f" * 32, "strange-1", "success")
        await report(world, f"{address}/callbacks/fulu", stranger)
        await report(world, f"{address}/callbacks/fulu", b"{}")
        await report(world, f"{address}/callbacks/nobody-{document.order_no}", b"{}")
        found, said = await scraped(metrics)
    await world.finish(document)
    requests = counted(found, "perkflow_http_requests_total")
    assert requests == {
        ("POST", "/v1/orders", "201"): 1,
        ("POST", "/v1/orders", "200"): 1,
        ("GET", "/v1/orders/{order_no}", "200"): 1,
        ("GET", "/v1/orders/{order_no}", "404"): 1,
        ("DELETE", "/v1/orders", "405"): 1,
        ("GET", "unmatched", "404"): 1,
        ("HEAD", "/v1/orders", "200"): 1,
        ("GET", "/v1/refunds", "200"): 1,
        ("GET", "/v1/refunds", "429"): 1,
        ("GET", "/healthz", "200"): 1,
        ("GET", "/r/{token}", "404"): 1,
        ("GET", "/problems/{code}", "200"): 1,
        ("POST", "/callbacks/{connection}", "409"): 1,
        ("POST", "/callbacks/{connection}", "401"): 1,
        ("POST", "/callbacks/{connection}", "404"): 1,
    }
    took = counted(found, "perkflow_http_request_seconds_count")
    assert sum(took.values()) == sum(requests.values())
    assert counted(found, "perkflow_http_requests_in_flight") == {(): 0}
    assert counted(found, "perkflow_rate_limited_total") == {(): 1}
    assert counted(found, "perkflow_callbacks_total") == {
        ("fulu", "not_bound"): 1,
        ("fulu", "refused"): 1,
        ("unknown", "unknown_connection"): 1,
    }
    assert counted(found, "perkflow_book_up") == {(): 1}
    for secret in (document.order_no, document.buyer.ref, key, "shop", "token-of-nobody", "f" * 32):
        assert secret not in said


async def test_the_gateways_own_port_serves_no_metrics(world: World) -> None:
    key = await key_for(world.database)
    async with serving_gateway(world, registry=CollectorRegistry()) as address, calling(address, key) as http:
        assert (await http.get("/metrics")).status_code == 404


async def test_how_orders_stand_is_told(fresh_world: World) -> None:
    sold_out = benefit("measured-gone", "key", offer("kayixin", "2004"))
    held = await fresh_world.publish([{"id": "gift", "benefit": "measured-gone"}], [sold_out], hold_for="P1D")
    later = await fresh_world.publish(
        [{"id": "video", "benefit": "measured-key", "release": {"after": "P1D"}}], [KEY]
    )
    first = fresh_world.order(held)
    for document in (first, fresh_world.order(later)):
        await fresh_world.place(document)
    await fresh_world.until(first, lambda order: order.deliveries[0].hold_reason == "out_of_stock")
    done = await fresh_world.publish([{"id": "video", "benefit": "measured-key"}], [KEY])
    await fresh_world.fulfil(fresh_world.order(done))
    found = await read_gauges(fresh_world.database)
    assert (found.orders_open, found.orders_held) == (2, {"out_of_stock": 1})
    assert (found.webhooks_open, found.webhook_oldest) == (0, 0)


async def test_the_book_is_asked_every_15_seconds_and_may_be_away() -> None:
    now, asked, away = 0.0, 0, False

    async def read() -> Gauges:
        nonlocal asked
        asked += 1
        if away:
            raise DatabaseUnavailable
        return Gauges(orders_open=asked, orders_held={"payment": 2}, webhook_lag=1.5)

    registry = CollectorRegistry()
    async with scraping(registry, BookMetrics(read, lambda: now)) as address:
        for at, number in ((0.0, 1), (EVERY_SECONDS - 1, 1), (EVERY_SECONDS, 2)):
            now = at
            found, _ = await scraped(address)
            assert counted(found, "perkflow_orders_open") == {(): number}
        assert counted(found, "perkflow_orders_held") == {("payment",): 2}
        assert counted(found, "perkflow_webhook_lag_seconds") == {(): 1.5}
        now, away = 2 * EVERY_SECONDS, True
        found, _ = await scraped(address)
        assert counted(found, "perkflow_book_up") == {(): 0}
        assert counted(found, "perkflow_orders_open") == {}
        now, away = 3 * EVERY_SECONDS, False
        found, _ = await scraped(address)
        assert counted(found, "perkflow_orders_open") == {(): 4}


async def test_a_book_that_is_away_is_told_and_nothing_fails() -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    registry = CollectorRegistry()
    async with scraping(registry, BookMetrics(partial(read_gauges, nowhere))) as address:
        found, _ = await scraped(address)
    await nowhere.close()
    assert counted(found, "perkflow_book_up") == {(): 0}
