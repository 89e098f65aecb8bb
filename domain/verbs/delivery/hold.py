"""Keep a delivery from going on until somebody lets it."""

from domain.fulfilment.states import DeliveryState
from domain.verbs.refusals import ALWAYS, is_for_a_person
from domain.verbs.verb import Act, DeliveryVerb, Need, Standing


def is_held(_: Act, standing: Standing) -> str | None:
    """It does not go on anyway."""
    return "it is held already" if standing.state is DeliveryState.HELD else None


VERB = DeliveryVerb(
    act=Act.HOLD,
    title="hold it back",
    help="Keep a delivery from going on until it is released; without COMPONENT, pause the whole order.",
    more="Nothing more of a paused order is released: what comes due is held, and given up at its deadline.",
    needs=(Need.SUPPLIER_SAYS,),
    refused_if=(*ALWAYS, is_held),
    suits=lambda standing: standing.state is DeliveryState.PLANNED and not is_for_a_person(standing),
)
