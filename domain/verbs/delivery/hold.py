"""Keep a delivery from going on until somebody lets it."""

from domain.fulfilment.states import DeliveryState
from domain.notes.words import Words
from domain.verbs.refusals import ALWAYS, is_for_a_person
from domain.verbs.verb import Act, DeliveryVerb, Need, Standing


def is_held(_: Act, standing: Standing) -> str | None:
    """It does not go on anyway."""
    return "it is held already" if standing.state is DeliveryState.HELD else None


VERB = DeliveryVerb(
    act=Act.HOLD,
    title=Words("hold it back", "挂起"),
    help="Keep a delivery from going on until it is released; without COMPONENT, pause the whole order.",
    more="Nothing of a paused order is released, nor given up for that. Holding a paused order again changes "
    "its end, and whether its schedule moves.",
    needs=(Need.SUPPLIER_SAYS, Need.UNTIL),
    refused_if=(*ALWAYS, is_held),
    suits=lambda standing: standing.state is DeliveryState.PLANNED and not is_for_a_person(standing),
)
