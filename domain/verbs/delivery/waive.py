"""Leave a delivery out: nothing is owed for it, and the order does not fail by it."""

from domain.verbs.refusals import ALWAYS
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.WAIVE,
    command="skip",
    title="leave it out and keep its price",
    help="Leave a delivery out: nothing is paid back for it, and the order does not fail by it.",
    needs=(Need.SUPPLIER_SAYS,),
    refused_if=ALWAYS,
)
