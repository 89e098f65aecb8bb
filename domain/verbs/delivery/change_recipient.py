"""Deliver to another account from now on."""

from domain.notes.words import Words
from domain.verbs.refusals import BUYING
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.CHANGE_RECIPIENT,
    command="readdress",
    title=Words("send it to another account", "更换充值账号"),
    help="Deliver to another account from now on; one that was held for its account goes on.",
    more="Without #N the next open release and all later ones go there, with it that one. "
    "The past never changes.",
    needs=(Need.RECIPIENT, Need.SUPPLIER_SAYS),
    refused_if=BUYING,
    suits=lambda standing: bool(standing.account),
)
