"""The verbs, each in a file of its own, in the order in which they are offered: the most helpful first."""

from collections.abc import Mapping

from domain.verbs.delivery import (
    change_recipient,
    deliver_by_hand,
    goodwill,
    hold,
    refund,
    reissue,
    release,
    replace,
    retry,
    substitute,
    waive,
)
from domain.verbs.order import bind_recipient, cancel, erase, pause, resume
from domain.verbs.verb import Act, DeliveryVerb, OrderVerb, Standing, Verb

_ABOUT_A_DELIVERY = (
    retry.VERB,
    release.VERB,
    substitute.VERB,
    deliver_by_hand.VERB,
    change_recipient.VERB,
    hold.VERB,
    reissue.VERB,
    refund.VERB,
    replace.VERB,
    goodwill.VERB,
    waive.VERB,
)
_ABOUT_AN_ORDER = (cancel.VERB, pause.VERB, resume.VERB, bind_recipient.VERB, erase.VERB)

DELIVERY_VERBS: Mapping[Act, DeliveryVerb] = {verb.act: verb for verb in _ABOUT_A_DELIVERY}
ORDER_VERBS: Mapping[Act, OrderVerb] = {verb.act: verb for verb in _ABOUT_AN_ORDER}


def by_name() -> Mapping[str, Verb]:
    """The verbs by what they are called; of two of one name, the one about a delivery says what it is."""
    found: dict[str, Verb] = {}
    for verb in (*_ABOUT_A_DELIVERY, *_ABOUT_AN_ORDER):
        found.setdefault(verb.name, verb)
    return found


def refusal(act: Act, standing: Standing) -> str | None:
    """Why an act on a delivery must be refused, for the person who asked; None when it may be done."""
    return DELIVERY_VERBS[act].refusal(standing)
