"""Put a remark on the timeline of a delivery."""

from domain.verbs.refusals import is_closed
from domain.verbs.verb import Act, DeliveryVerb

VERB = DeliveryVerb(
    act=Act.REMARK,  # type: ignore[attr-defined]
    command="note",
    title="put a remark on it",
    help="Put a remark on the timeline of a delivery.",
    refused_if=(is_closed,),
)
