"""An order for nobody, to try a bundle with."""

from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument


def any_order(bundle: Bundle) -> OrderDocument:
    """One bundle, of one that asks orders to state nothing."""
    return OrderDocument.model_validate(
        {
            "channel": "simulated",
            "order_no": "1",
            "bundle": bundle.id,
            "version": bundle.version,
            "paid": bundle.price,
            "buyer": {"ref": "nobody"},
        }
    )
