"""Leave a delivery out: nothing is owed for it, and the order does not fail by it."""

from domain.notes.words import Words
from domain.verbs.refusals import ALWAYS
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.WAIVE,
    command="skip",
    title=Words("leave it out and keep its price", "免发（不退款）"),
    help="Leave a delivery out: nothing is paid back for it, and the order does not fail by it.",
    needs=(Need.SUPPLIER_SAYS,),
    refused_if=ALWAYS,
)
