"""What people do in a fault run, and to what."""

from collections.abc import Collection

from domain.verbs.verb import Act

VERBS = (
    *(Act.RETRY, Act.RETRY, Act.HOLD, Act.RELEASE, Act.SUBSTITUTE, Act.REFUND, Act.WAIVE),
    *(Act.DELIVER_BY_HAND, Act.CHANGE_RECIPIENT, Act.REISSUE, Act.REPLACE, Act.GOODWILL),
)
SUITS: dict[Act, tuple[str, ...]] = {
    Act.RETRY: ("held", "uncertain"),
    Act.HOLD: ("planned", "in_progress"),
    Act.RELEASE: ("held",),
    Act.SUBSTITUTE: ("held",),
    Act.REFUND: ("planned", "held", "delivered"),
    Act.WAIVE: ("planned", "held"),
    Act.DELIVER_BY_HAND: ("held",),
    Act.CHANGE_RECIPIENT: ("planned", "held"),
    Act.REISSUE: ("delivered",),
    Act.REPLACE: ("delivered",),
    Act.GOODWILL: ("delivered",),
}
"""Where deliveries stand that an act is meant for."""
OF_THE_SHOP = (Act.CANCEL, Act.PAUSE, Act.BIND_RECIPIENT, Act.BIND_RECIPIENT)
PAUSED_UNTIL, SHIFTED = "pause until", "shift"
OF_A_PAUSE = {PAUSED_UNTIL, SHIFTED}
REPORT = "report"
CHARGEBACK = "chargeback"
PAID_BACK_TWICE = "chargeback of what is owed"
"""It stays so: the shop must not pay as well."""


def undone(acts: Collection[str]) -> set[str]:
    """The verbs, and reports, that nobody has managed to do yet."""
    verbs = (act.value for act in (*VERBS, *OF_THE_SHOP, Act.RESUME))
    return {REPORT, CHARGEBACK, *OF_A_PAUSE, *verbs} - set(acts)
