"""One key is one key: sold to one buyer, however it is written and whichever way it comes in."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from domain.supply.outcomes import IssuedUnit
from domain.verbs.verb import Act
from simulator.shop.credentials import Mint, Secret
from starter.desk.errors import ActRefused
from storage.purchasing.opening import order_ring
from storage.supply.pool_stock import ImportedKey, PoolStock
from storage.tables import Credential, CredentialSecret
from storage.views.orders import OrderView
from tests.support.asking import ask
from tests.support.documents import benefit, offer
from tests.support.world import World

NUMBER, PASSWORD = "6225-88{token}-0001-{connection}", "Q7W2-9F3K-{token}-{connection}"
SOLD_BY = {
    "kayixin": benefit("respelt-kayixin", "key", offer("kayixin", "1001")),
    "fulu": benefit("respelt-fulu", "key", offer("fulu", "10000587")),
    "pool": benefit("respelt-pool", "key", offer("pool", "respelt")),
}
SPELT: list[Callable[[str, str], Secret]] = [
    lambda number, password: Secret(f"\ufeff{number}", f"{password[:6]}\u200b{password[6:]}"),
    lambda number, password: Secret(f" {number} ", f"\u3000{password}\u00a0"),
    lambda number, password: Secret(number.lower(), password.lower()),
    lambda number, password: Secret("", password),
    lambda number, password: Secret("4111000000000042", f"{password}\u00ad"),
]


def _planted(secret: Secret, *_: object) -> Secret:
    return secret


async def bought(world: World, connection: str) -> OrderView:
    line = {"id": "key", "benefit": SOLD_BY[connection]["id"]}
    bundle = await world.publish([line], [SOLD_BY[connection]], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    return await world.until(document, lambda order: order.state in ("held", "completed"))


def standing(view: OrderView) -> tuple[str, str | None, int]:
    [delivery] = view.deliveries
    return view.state, delivery.hold_reason, delivery.units_delivered


@pytest.mark.parametrize("connection", ["kayixin", "fulu"])
async def test_a_key_that_a_supplier_sends_again_in_another_spelling_is_held(
    world: World, monkeypatch: pytest.MonkeyPatch, connection: str
) -> None:
    given = {"token": world.token, "connection": connection.upper()}
    number, password = NUMBER.format(**given), PASSWORD.format(**given)
    monkeypatch.setattr(Mint, "issue", partial(_planted, Secret(number, password)))
    assert standing(await bought(world, connection)) == ("completed", None, 1)
    for spelt in SPELT:
        monkeypatch.setattr(Mint, "issue", partial(_planted, spelt(number, password)))
        view = await bought(world, connection)
        assert standing(view) == ("held", "duplicate_credential", 0), spelt(number, password)


async def test_a_key_is_handed_over_as_it_was_given_without_what_nobody_sees(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = Secret(f"\ufeffNum {world.token}-A1 ", f"PwD-{world.token}\u200b-a1b2c3")
    monkeypatch.setattr(Mint, "issue", partial(_planted, secret))
    view = await bought(world, "kayixin")
    units = await handed_over(world, view)
    assert units == [f'{{"number":"Num {world.token}-A1","password":"PwD-{world.token}-a1b2c3"']


async def handed_over(world: World, view: OrderView) -> list[str]:
    """The sealed units of an order, opened, up to the supplier's own id of each."""
    async with world.database.transaction() as session:
        ring = await order_ring(session, world.vault, view.order_id)
        [delivery] = view.deliveries
        rows = await session.scalars(select(Credential).where(Credential.delivery_id == delivery.id))
        plain = [ring.open(row.sealed, f"credential/{row.id}").decode() for row in rows]
    return [text.split(',"supplier_card"')[0] for text in plain]


async def test_a_key_in_stock_is_known_however_a_later_file_writes_it(world: World) -> None:
    key = f"STOCK-{world.token}-0001"
    stock, now = PoolStock(world.database, world.vault), datetime.now(UTC)
    spelt = [key, f"{key}\u200b", f" {key} ", key.lower(), key.replace("-", "")]
    keys = [ImportedKey(cost=1, number=each) for each in spelt]
    first = await stock.import_keys("pool", "respelt", keys, now)
    alone = await stock.import_keys("pool", "other", [ImportedKey(cost=1, password=key)], now)
    assert [(done.added, done.known) for done in (first, alone)] == [(1, 4), (0, 1)]
    assert (await stock.level("pool", "respelt"))[0] == 1


async def test_keys_of_a_product_that_tells_case_apart_are_two(world: World) -> None:
    stock, now = PoolStock(world.database, world.vault), datetime.now(UTC)
    keys = [ImportedKey(cost=1, number=f"{each}{world.token}") for each in ("aBcDeF", "AbCdEf")]
    done = await stock.import_keys("pool", "cased", keys, now, case_sensitive=True)
    assert (done.added, done.known) == (2, 0)
    cased = {**benefit("cased-key", "key", offer("pool", "cased")), "case_sensitive": True}
    bundle = await world.publish([{"id": "key", "benefit": "cased-key", "quantity": 2}], [cased])
    view = await world.fulfil(world.order(bundle))
    assert (view.state, view.deliveries[0].units_delivered) == ("completed", 2)


async def test_a_key_from_stock_that_a_supplier_sold_in_another_spelling_is_held(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = Secret(f"4111-{world.token}-77", f"POOLED-{world.token}-77")
    monkeypatch.setattr(Mint, "issue", partial(_planted, secret))
    await bought(world, "kayixin")
    await world.stock_pool("respelt-too", ImportedKey(cost=1, number=secret.password.lower()))
    recycled = benefit("respelt-stock", "key", offer("pool", "respelt-too"))
    bundle = await world.publish([{"id": "key", "benefit": "respelt-stock"}], [recycled], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    assert standing(view) == ("held", "duplicate_credential", 0)


async def test_what_a_person_hands_in_is_compared_in_the_same_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = Secret(f"4111-{world.token}-88", f"HANDED-{world.token}-88")
    monkeypatch.setattr(Mint, "issue", partial(_planted, secret))
    await bought(world, "kayixin")
    scarce = benefit("respelt-scarce", "key", offer("kayixin", "2004"))
    bundle = await world.publish([{"id": "key", "benefit": "respelt-scarce"}], [scarce], hold_for="P1D")
    document = world.order(bundle)
    await world.place(document)
    view = await world.until(document, lambda order: order.state == "held")
    delivery = view.deliveries[0].id
    with pytest.raises(ActRefused, match="credential 1 was issued to a delivery already"):
        await world.checkout.hand_in(
            view.order_id, delivery, [IssuedUnit(password=f" {secret.password.lower()}\u200b")]
        )
    with pytest.raises(ActRefused, match="credential 1 is blank"):
        await world.checkout.hand_in(view.order_id, delivery, [IssuedUnit(number="\u200b")])
    fresh = IssuedUnit(number=f"{world.token}-FRESH-KEY")
    with pytest.raises(ActRefused, match="shares a secret with another one"):
        twice = [fresh, IssuedUnit(number="A-1", password=f"{world.token}freshkey")]
        await world.checkout.hand_in(view.order_id, delivery, twice)
    ids = await world.checkout.hand_in(view.order_id, delivery, [fresh])
    again = await world.checkout.hand_in(
        view.order_id, delivery, [IssuedUnit(number=f"{fresh.number}\u200b ")]
    )
    assert ids == again
    await ask(world, view, Act.DELIVER_BY_HAND, credentials=ids)
    assert standing(await world.finish(document)) == ("completed", None, 1)


async def test_a_supplier_is_sent_a_mobile_in_its_national_form(world: World) -> None:
    credit = benefit("national-credit", "recharge", offer("fulu", "10000585"), account="phone")
    bundle = await world.publish([{"id": "phone", "benefit": "national-credit"}], [credit])
    written = {"shared": {"type": "phone", "value": "+86 138-0013-8000"}}
    view = await world.fulfil(world.order(bundle, recipients=written))
    assert [sale.account for sale in world.sales(view)] == ["13800138000"]


async def test_the_database_holds_each_secret_once(world: World) -> None:
    await world.stock_pool("respelt-once", ImportedKey(cost=1, number=f"ONCE-{world.token}-0001"))
    once = benefit("respelt-once", "key", offer("pool", "respelt-once"))
    bundle = await world.publish([{"id": "key", "benefit": "respelt-once"}], [once])
    view = await world.fulfil(world.order(bundle))
    [delivery] = view.deliveries
    of_it = select(CredentialSecret).join(Credential).where(Credential.delivery_id == delivery.id)
    async with world.database.transaction() as session:
        secrets = list(await session.scalars(of_it))
        counted = await session.scalar(select(func.count()).select_from(of_it.subquery()))
    assert counted == 2
    with pytest.raises(IntegrityError, match="pk_credential_secrets"):
        async with world.database.transaction() as session:
            row = CredentialSecret(fingerprint=secrets[0].fingerprint, credential_id=secrets[0].credential_id)
            session.add(row)
