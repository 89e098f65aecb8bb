"""Buy a delivery from another of its offers."""

from domain.verbs.refusals import BUYING
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.SUBSTITUTE,
    title="buy it from another supplier",
    help="Buy a delivery from another of its suppliers.",
    needs=(Need.CONNECTION, Need.SUPPLIER_SAYS),
    refused_if=BUYING,
    suits=lambda standing: len(standing.connections) > 1,
)
