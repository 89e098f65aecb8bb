"""Try a delivery again, or ask at once about one that may have been sold."""

from domain.fulfilment.holds import FOR_AN_ACCOUNT
from domain.notes.words import Words
from domain.verbs.delivery.release import is_held_by_hand
from domain.verbs.refusals import GOING_ON
from domain.verbs.verb import Act, DeliveryVerb, Need, Standing


def can_be_tried(standing: Standing) -> bool:
    """Whether its supplier would be asked or bought from at once, and nobody holds it."""
    if is_held_by_hand(standing):
        return False
    waits = standing.paused or standing.away or standing.reason in FOR_AN_ACCOUNT
    return standing.doubt is not None or not waits


VERB = DeliveryVerb(
    act=Act.RETRY,
    title=Words("try it again", "重试"),
    help="Try a held delivery again; one that may have been sold is asked about, never bought twice.",
    needs=(Need.SUPPLIER_SAYS,),
    refused_if=GOING_ON,
    suits=can_be_tried,
)
