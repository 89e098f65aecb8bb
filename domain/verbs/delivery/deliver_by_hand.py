"""Deliver what a person has: credentials that were handed in, or a recharge that was made by hand."""

from domain.notes.words import Words
from domain.verbs.refusals import is_closed, is_not_due, is_to_be_asked, is_too_early, nobody_needs_to_say
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.DELIVER_BY_HAND,
    command="deliver",
    title=Words("deliver it by hand", "人工发放"),
    help="Deliver by hand what a person has: the file's credentials are sealed before anything else happens.",
    needs=(Need.CREDENTIALS,),
    refused_if=(is_closed, nobody_needs_to_say, is_to_be_asked, is_not_due, is_too_early),
    suits=lambda standing: not standing.paused,
)
