"""How a price divides, said anew: by largest remainder, the earlier part first where remainders tie."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from domain.contract.bundle import Component
from tests.chaos.audit.scene import Scene
from tests.chaos.shop import CATALOGUE


def divided(total: int, weights: Sequence[int]) -> list[int]:
    """The parts, which sum to the total."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(part) for part in exact]
    while sum(parts) < total:
        restored = [part - given for part, given in zip(exact, parts, strict=True)]
        parts[restored.index(max(restored))] += 1
    return parts


def wrongly_divided(scene: Scene) -> list[str]:
    """Every delivery whose share of the price is not what its stand-alone price says."""
    wrong, bundles = [], {bundle.id: bundle for bundle in scene.shop.bundles}
    for order in scene.orders.values():
        rows, bundle = scene.deliveries_of(order.id), bundles.get(order.bundle_id)
        if bundle is None or not rows:
            continue
        releases = Counter(row.component for row in rows)
        weights = [_alone(part) * releases[part.id] for part in bundle.components]
        shares = divided(bundle.price.amount * order.quantity, weights)
        parts = {
            (part.id, number): amount
            for part, share in zip(bundle.components, shares, strict=True)
            for number, amount in enumerate(divided(share, [1] * releases[part.id]), start=1)
        }
        for row in rows:
            share = parts[row.component, row.release]
            if row.share_amount != share:
                wrong.append(f"{scene.name(row.id)}: its share is {row.share_amount}, and should be {share}")
    return wrong


def _alone(part: Component) -> int:
    benefit = CATALOGUE.benefit(part.benefit)
    assert benefit is not None
    return (part.stand_alone or benefit.stand_alone).amount * part.quantity
