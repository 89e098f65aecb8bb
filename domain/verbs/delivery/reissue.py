"""Take a delivered benefit back and buy another one: always a case."""

from domain.fulfilment.cases import CaseKind
from domain.notes.words import Words
from domain.verbs.refusals import is_not_delivered
from domain.verbs.verb import Act, DeliveryVerb

VERB = DeliveryVerb(
    act=Act.REISSUE,
    title=Words("take it back and buy another one", "撤回并补发"),
    help="Take a delivered benefit back and buy another one; a case, also when long closed.",
    refused_if=(is_not_delivered,),
    suits=lambda standing: standing.revocable and not standing.paused,
    opens=CaseKind.REISSUE,
)
