"""`perkflow pool list`: what is free, what accepted orders have reserved, what is gone."""

from datetime import UTC, datetime, timedelta

from storage.supply.pool_stock import ImportedKey, PoolStock
from tests.cli.stacks import Stack
from tests.support.documents import benefit, offer

CLAIM = {"within": "P1D", "otherwise": "refund"}


async def test_the_stock_is_counted_by_product_and_by_what_became_of_its_keys(stack: Stack) -> None:
    world, gone = stack.world, datetime.now(UTC) - timedelta(days=1)
    stock = PoolStock(world.database, world.vault)
    await world.stock_pool("listed", *(ImportedKey(cost=1, number=f"LISTED-{n}") for n in range(9)))
    await world.stock_pool("listed", ImportedKey(cost=1, number="LISTED-GONE", expires_at=gone))
    await world.stock_pool("listed-more", ImportedKey(cost=1, number="LISTED-MORE"))
    await stock.issue("pool", "listed", "kept", 2)
    await stock.issue("pool", "listed", "revoked", 1)
    await stock.release("pool", "revoked")
    sold = benefit("listed", "key", offer("pool", "listed"), account="phone")
    bundle = await world.publish([{"id": "b", "benefit": "listed", "quantity": 3, "claim": CLAIM}], [sold])
    await world.place(world.order(bundle))
    told = (await stack.pool("list", "--json")).document["products"]
    of_ours = {each.pop("product"): each for each in told if each.pop("connection") == "pool"}
    none = {"held": 0, "reserved": 0, "issued": 0, "expired": 0, "void": 0}
    assert of_ours["listed"] == {**none, "free": 3, "reserved": 3, "issued": 2, "expired": 1, "void": 1}
    assert of_ours["listed-more"] == {**none, "free": 1}
    shown = (await stack.pool("list")).out.replace("┃", "│").splitlines()
    cells = [[cell.strip() for cell in line.split("│")] for line in shown]
    assert shown[0].strip() == "Our own stock"
    assert cells[1] == ["name", "product", "free", "held", "reserved", "issued", "expired", "void"]
    assert ["pool", "listed", "3", "0", "3", "2", "1", "1"] in cells
