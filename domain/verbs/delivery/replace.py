"""Buy a delivered benefit again at our cost, since the buyer cannot use what he has: always a case."""

from domain.fulfilment.cases import CaseKind
from domain.notes.words import Words
from domain.verbs.refusals import is_not_delivered
from domain.verbs.verb import Act, DeliveryVerb, Need

VERB = DeliveryVerb(
    act=Act.REPLACE,
    title=Words(
        "buy another one at our cost, since it cannot be used", "换新（原件无法使用，费用由我方承担）"
    ),
    help="Buy a delivered benefit again at our cost, since what the buyer has cannot be used; a case.",
    more="What was there is written off, and stays in the book. What can be taken back, reissue takes back.",
    needs=(Need.UNUSABLE,),
    refused_if=(is_not_delivered,),
    suits=lambda standing: not standing.revocable,
    opens=CaseKind.REPLACEMENT,
)
