"""The example documents, which the demonstration shares with the docs and the tests."""

from pathlib import Path

EXAMPLES = Path(__file__).parents[3] / "examples"
CONNECTIONS = EXAMPLES / "connections.yaml"
CATALOGUE = EXAMPLES / "catalogue.yaml"
BUNDLES = ("joint-membership", "all-or-nothing", "with-later-gift")


def bundle_file(bundle: str) -> Path:
    """The contract of an example bundle."""
    return EXAMPLES / f"{bundle}.yaml"


def order_file(bundle: str) -> Path:
    """The example order for a bundle."""
    return EXAMPLES / "orders" / f"{bundle}.yaml"
