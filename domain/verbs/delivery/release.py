"""Let a delivery go on that somebody held."""

from domain.fulfilment.holds import BY_A_PAUSE
from domain.notes.words import Words
from domain.verbs.refusals import GOING_ON
from domain.verbs.verb import Act, DeliveryVerb, Standing


def is_held_by_hand(standing: Standing) -> bool:
    """Whether it waits because somebody wanted that, and for nothing else."""
    return standing.reason in BY_A_PAUSE


VERB = DeliveryVerb(
    act=Act.RELEASE,
    title=Words("let it go on", "解除挂起"),
    help="Let a held delivery go on; without COMPONENT, a paused order with all that was held by hand in it.",
    more="One that was charged back goes on only with --paid; what was given up meanwhile is paid back then.",
    refused_if=GOING_ON,
    suits=lambda standing: is_held_by_hand(standing) and not standing.paused,
)
