"""Put a remark on the timeline of a delivery."""

from domain.notes.words import Words
from domain.verbs.refusals import is_closed
from domain.verbs.verb import Act, DeliveryVerb

VERB = DeliveryVerb(
    act=Act.REMARK,  # type: ignore[attr-defined]
    command="note",
    title=Words("put a remark on it", "添加备注"),
    help="Put a remark on the timeline of a delivery.",
    refused_if=(is_closed,),
)
