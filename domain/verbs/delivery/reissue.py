"""Take a delivered benefit back and buy another one: always a case."""

from domain.fulfilment.cases import CaseKind
from domain.verbs.refusals import ALWAYS
from domain.verbs.verb import Act, DeliveryVerb, Standing


def is_not_delivered(_: Act, standing: Standing) -> str:
    """The delivery has nothing to revoke."""
    return f"the delivery is {standing.state}: only a delivered one is reissued"


VERB = DeliveryVerb(
    act=Act.REISSUE,
    title="take it back and buy another one",
    help="Take a delivered benefit back and buy another one; a case, also when long closed.",
    refused_if=(*ALWAYS, is_not_delivered),
    suits=lambda _: False,
    opens=CaseKind.REISSUE,
)
