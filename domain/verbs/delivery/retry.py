"""Try a delivery again, or ask at once about one that may have been sold."""

from domain.verbs.delivery.release import is_held_by_hand
from domain.verbs.refusals import GOING_ON
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.RETRY,
    title="try it again",
    help="Try a held delivery again; one that may have been sold is asked about, never bought twice.",
    needs=(Need.SUPPLIER_SAYS,),
    refused_if=GOING_ON,
    suits=lambda standing: not is_held_by_hand(standing),
)
