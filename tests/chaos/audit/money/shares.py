"""How a price divides, said anew: by largest remainder, the earlier part first where remainders tie."""

from collections.abc import Sequence
from fractions import Fraction

from domain.contract.bundle import Component
from storage.tables import Delivery
from tests.chaos.audit.scene import Scene
from tests.chaos.people.shop import CATALOGUE


def divided(total: int, weights: Sequence[int]) -> list[int]:
    """The parts, which sum to the total."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(part) for part in exact]
    while sum(parts) < total:
        restored = [part - given for part, given in zip(exact, parts, strict=True)]
        parts[restored.index(max(restored))] += 1
    return parts


def wrongly_divided(scene: Scene) -> list[str]:
    """Every delivery whose share of what was paid is not what its stand-alone price says."""
    wrong, bundles = [], {bundle.id: bundle for bundle in scene.shop.bundles}
    for order in scene.orders.values():
        rows, bundle = scene.deliveries_of(order.id), bundles.get(order.bundle_id)
        if bundle is None or not rows:
            continue
        releases = {row.component: row.release for row in sorted(rows, key=lambda row: row.release)}
        weights = [_alone(part) * releases[part.id] for part in bundle.components]
        shares = divided(order.price_amount, weights)
        for part, share in zip(bundle.components, shares, strict=True):
            for number, amount in enumerate(divided(share, [1] * releases[part.id]), start=1):
                items = [row for row in rows if (row.component, row.release) == (part.id, number)]
                items.sort(key=lambda row: row.item)
                wrong += _of_items(scene, items, part.quantity * order.quantity, amount)
    return wrong


def _of_items(scene: Scene, items: Sequence[Delivery], units: int, share: int) -> list[str]:
    """What the deliveries of one release are of all its units, and of its part of the price."""
    name = scene.name(items[0].id)
    told = [(row.item, row.items) for row in items]
    if told != [(number, len(items)) for number in range(1, len(items) + 1)]:
        return [f"{name}: its release has the items {told}"]
    if sum(row.units for row in items) != units:
        return [f"{name}: {sum(row.units for row in items)} units of its release are delivered, of {units}"]
    parts = divided(share, [row.units for row in items])
    return [
        f"{scene.name(row.id)}: its share is {row.share_amount}, and should be {part}"
        for row, part in zip(items, parts, strict=True)
        if row.share_amount != part
    ]


def _alone(part: Component) -> int:
    benefit = CATALOGUE.benefit(part.benefit)
    assert benefit is not None
    return (part.stand_alone or benefit.stand_alone).amount * part.quantity
