"""Pay back what was delivered, out of our own pocket, and let the buyer keep it: always a case."""

from domain.fulfilment.cases import CaseKind
from domain.notes.words import Words
from domain.verbs.refusals import is_not_delivered
from domain.verbs.verb import Act, DeliveryVerb

VERB = DeliveryVerb(
    act=Act.GOODWILL,
    title=Words(
        "pay it back out of goodwill, and let the buyer keep it", "仅退款（买家保留，费用由我方承担）"
    ),
    help="Pay a delivered benefit back out of goodwill, and let the buyer keep it; once, and a case.",
    more="What was paid for it is paid back, and no more. What can be taken back, refund takes back first.",
    refused_if=(is_not_delivered,),
    suits=lambda standing: not standing.revocable,
    opens=CaseKind.GOODWILL,
)
