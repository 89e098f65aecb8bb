"""Commands on a real book: publishing is whole or nothing, and what the book has is shown."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from starter.cli.bundle.commands import publish_files
from starter.cli.environment import load_settings
from starter.documents.reading import load
from storage.base.migrate import head_revision
from tests.cli.running import Perkflow
from tests.support.places import EXAMPLES
from tests.support.servers.deployment import fresh_keys

Write = Callable[[str, str], Path]

BUNDLE, CATALOGUE = EXAMPLES / "joint-membership.yaml", EXAMPLES / "catalogue.yaml"
WITH_CATALOGUE = ("--catalogue", CATALOGUE)


@pytest.fixture(autouse=True)
def _book(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERKFLOW_DATABASE_URL", database_url)
    monkeypatch.setenv("PERKFLOW_CONNECTIONS", str(EXAMPLES / "connections.yaml"))


def _published(bundle: bool, catalogue: bool) -> dict[str, object]:
    new = {"new_bundle": bundle, "new_catalogue": catalogue}
    return {"bundle": "joint-membership", "version": 1, **new}


def test_a_bundle_is_published_with_its_catalogue_and_again_without_effect(perkflow: Perkflow) -> None:
    first = perkflow("bundle", "publish", BUNDLE, *WITH_CATALOGUE, "--json")
    again = perkflow("bundle", "publish", BUNDLE, *WITH_CATALOGUE, "--json")
    assert (first.exit_code, first.document) == (0, _published(bundle=True, catalogue=True))
    assert (again.exit_code, again.document) == (0, _published(bundle=False, catalogue=False))


def test_validating_compares_with_the_book_and_writes_nothing(perkflow: Perkflow) -> None:
    for _ in range(2):
        ran = perkflow("bundle", "validate", BUNDLE, *WITH_CATALOGUE, "--json")
        found = {"bundle": "joint-membership", "version": 1, "compared_with_book": True, "warnings": []}
        told = {name: value for name, value in ran.document.items() if name != "refundable"}
        assert (ran.exit_code, told) == (0, {"valid": True, **found})
    assert perkflow("bundle", "validate", BUNDLE, "--json").failure["code"] == "not_found"


def test_a_bundle_that_is_refused_leaves_its_catalogue_unpublished(perkflow: Perkflow, write: Write) -> None:
    broken = write("b.yaml", BUNDLE.read_text().replace("benefit: phone-30", "benefit: tea-gifts"))
    ran = perkflow("bundle", "publish", broken, *WITH_CATALOGUE)
    assert ran.exit_code == 2
    assert ran.err.startswith(f"{broken}:16: components[1].benefit: the catalogue has no benefit tea-gifts")
    ran = perkflow("bundle", "publish", BUNDLE)
    told = "no catalogue is published: `perkflow catalogue publish FILE`, or name one with --catalogue\n"
    assert (ran.exit_code, ran.err) == (1, told)


def test_a_published_version_never_changes(perkflow: Perkflow, write: Write) -> None:
    assert perkflow("bundle", "publish", BUNDLE, *WITH_CATALOGUE).exit_code == 0
    changed = write("b.yaml", BUNDLE.read_text().replace("联合会员", "另一个"))
    for command in ("publish", "validate"):
        ran = perkflow("bundle", command, changed, "--json")
        assert (ran.exit_code, ran.failure["code"]) == (1, "already_published")
        assert ran.failure["detail"] == (
            "joint-membership version 1 is published with another content and never changes; "
            "publish this as version 2"
        )


def test_a_catalogue_must_not_contradict_what_is_published(perkflow: Perkflow, write: Write) -> None:
    assert perkflow("bundle", "publish", BUNDLE, *WITH_CATALOGUE).exit_code == 0
    text = CATALOGUE.read_text().replace("kind: link\n    title: 咖啡券", "kind: key\n    title: 咖啡券")
    ran = perkflow("catalogue", "publish", write("c.yaml", text), "--json")
    assert ran.exit_code == 2
    message = "published bundles sold coffee-coupon as a link; use a new benefit id"
    other = "kayixin-main 1004 serves coffee-coupon as a key, so it gives no link"
    assert ran.failure["problems"] == [
        {"line": 33, "field": "benefits[3].kind", "message": message},
        {"line": 45, "field": "benefits[4].offers[0].product", "message": other},
    ]


def test_two_publishers_at_once_publish_once() -> None:
    async def both() -> list[bool]:
        bundle, catalogue = load(BUNDLE, Bundle), load(CATALOGUE, Catalogue)
        jobs = [publish_files(load_settings(), bundle, catalogue, None) for _ in range(5)]
        return [done.new_bundle for done in await asyncio.gather(*jobs)]

    assert sorted(asyncio.run(both())) == [False, False, False, False, True]


def test_an_empty_book_has_no_orders(perkflow: Perkflow) -> None:
    assert perkflow("order", "list", "--json").document == {"orders": []}
    assert perkflow("order", "list").out == "No orders.\n"
    missing = perkflow("order", "show", "shop/1")
    told = "there is no order shop/1 in the book; `perkflow order list` shows the newest\n"
    assert (missing.exit_code, missing.err) == (1, told)


def test_keys_are_taken_into_stock_once(perkflow: Perkflow, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = fresh_keys()
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    target = {"connection": "own-stock", "product": "music-season"}
    for counts in ({"added": 3, "known": 0}, {"added": 0, "known": 3}):
        ran = perkflow("pool", "import", "own-stock", "music-season", EXAMPLES / "pool-keys.csv", "--json")
        assert (ran.exit_code, ran.document) == (0, {**target, **counts, "expired": 0, "woken": 0})


def test_migrating_twice_is_harmless(perkflow: Perkflow) -> None:
    assert perkflow("migrate", "--json").document == {"revision": head_revision()}
    assert perkflow("migrate").out == f"The database is at revision {head_revision()}.\n"
