"""Give a delivery up and pay it back."""

from domain.fulfilment.cases import CaseKind
from domain.verbs.refusals import ALWAYS
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.REFUND,
    title="give it up and pay it back",
    help="Give a delivery up and pay it back; a delivered one is taken back first, if it can be.",
    needs=(Need.SUPPLIER_SAYS,),
    refused_if=ALWAYS,
    opens=CaseKind.RETURNED,
)
