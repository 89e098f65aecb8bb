"""What a buyer has seen, and may therefore keep."""

from domain.contract.bundle import Reversibility
from storage.tables import Delivery


def revealed_for_good(delivery: Delivery) -> bool:
    """Whether it could be revoked until it was revealed, and it was."""
    return delivery.reversibility == Reversibility.UNTIL_REVEALED and delivery.revealed_at is not None
