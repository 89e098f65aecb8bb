"""Buy a delivery from another of its offers."""

from domain.notes.words import Words
from domain.verbs.refusals import BUYING
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.SUBSTITUTE,
    title=Words("buy it from another supplier", "更换货源"),
    help="Buy a delivery from another of its suppliers.",
    needs=(Need.CONNECTION, Need.SUPPLIER_SAYS),
    refused_if=BUYING,
    suits=lambda standing: bool(standing.connections) and not standing.paused,
)
