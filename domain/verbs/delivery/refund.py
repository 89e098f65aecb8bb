"""Give a delivery up and pay it back."""

from domain.fulfilment.cases import CaseKind
from domain.fulfilment.states import DeliveryState
from domain.notes.words import Words
from domain.verbs.refusals import ALWAYS
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.REFUND,
    title=Words("give it up and pay it back", "放弃并退款"),
    help="Give a delivery up and pay it back; a delivered one is taken back first, if it can be.",
    needs=(Need.SUPPLIER_SAYS,),
    refused_if=ALWAYS,
    suits=lambda standing: standing.state is not DeliveryState.DELIVERED or standing.revocable,
    opens=CaseKind.RETURNED,
)
