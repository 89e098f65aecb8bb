"""Where an order's offers lead: live connections, or the sandboxes of them."""

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.planning.modes import ALL_LIVE, Supply, Unserved, on_its_side
from domain.planning.plan import plan_deliveries
from tests.unit.builders import benefit, bundle, catalogue, component, offer
from tests.unit.planning.test_plan import ANCHOR

SUPPLY = Supply(sandboxes={"alpha": "alpha-test"})


def led(sold: Bundle, shelf: Catalogue, supply: Supply, *, livemode: bool) -> list[list[str]] | Unserved:
    """The connections of each delivery's offers."""
    plan = on_its_side(plan_deliveries(sold, shelf, 1, ANCHOR), supply, livemode=livemode)
    return plan if isinstance(plan, Unserved) else [[o.connection for o in d.offers] for d in plan]


def test_each_offer_leads_to_the_sandbox_of_its_connection_and_one_without_is_left_out() -> None:
    offers = [offer(), offer(connection="beta"), offer(connection="alpha", product="2")]
    shelf, sold = catalogue(benefit("video", offers=offers)), bundle(component("video"))
    assert led(sold, shelf, SUPPLY, livemode=False) == [["alpha-test", "alpha-test"]]
    assert led(sold, shelf, SUPPLY, livemode=True) == [["alpha", "beta", "alpha"]]
    assert led(sold, shelf, ALL_LIVE, livemode=True) == [["alpha", "beta", "alpha"]]


def test_but_for_the_connection_an_offer_stays_as_it_is() -> None:
    shelf, sold = catalogue(benefit("video")), bundle(component("video"))
    [planned] = plan_deliveries(sold, shelf, 1, ANCHOR)
    [resolved] = on_its_side([planned], SUPPLY, livemode=False)  # type: ignore[misc]
    assert resolved == planned.served_by([planned.offers[0].at("alpha-test")])
    assert (planned.offers[0].connection, resolved.offers[0].product) == ("alpha", planned.offers[0].product)


def test_a_component_without_an_offer_is_named_with_the_connections_that_lack_a_sandbox() -> None:
    lacking = [offer(connection="beta"), offer(connection="gamma"), offer(connection="beta", product="2")]
    shelf = catalogue(benefit("video"), benefit("music", offers=lacking))
    found = led(bundle(component("video"), component("music")), shelf, SUPPLY, livemode=False)
    assert found == Unserved("music", ("beta", "gamma"), livemode=False)
    assert (found.code, found.message) == (
        "no_sandbox",
        "component music cannot be ordered by a test channel: beta, gamma have no sandbox; a connection "
        "with `sandbox_of` is one",
    )


def test_a_live_order_never_leads_to_a_sandbox() -> None:
    both = [offer(connection="alpha-test"), offer(connection="beta")]
    shelf = catalogue(benefit("video", offers=both))
    assert led(bundle(component("video")), shelf, SUPPLY, livemode=True) == [["beta"]]
    shelf = catalogue(benefit("video", offers=[offer(connection="alpha-test")]))
    found = led(bundle(component("video")), shelf, SUPPLY, livemode=True)
    assert isinstance(found, Unserved)
    assert found.code == "sandbox_only"
    assert found.message == "component video is offered by sandboxes alone: alpha-test"
