"""Every search attribute Perkflow uses. They must be registered before a worker starts.

They are for finding runs in Temporal's UI; lists and audits come from the book.
"""

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

CHANNEL = SearchAttributeKey.for_keyword("PerkflowChannel")
BUNDLE = SearchAttributeKey.for_keyword("PerkflowBundle")
ORDER_STATE = SearchAttributeKey.for_keyword("PerkflowOrderState")
HOLD_REASONS = SearchAttributeKey.for_keyword_list("PerkflowHoldReasons")

ALL: dict[str, str] = {
    CHANNEL.name: "Keyword",
    BUNDLE.name: "Keyword",
    ORDER_STATE.name: "Keyword",
    HOLD_REASONS.name: "KeywordList",
}
"""Name to Temporal's type name."""


def of_order(channel: str, bundle: str, version: int) -> TypedSearchAttributes:
    """What every run of an order is found by from its start, whoever starts it."""
    return TypedSearchAttributes(
        [SearchAttributePair(CHANNEL, channel), SearchAttributePair(BUNDLE, f"{bundle}@{version}")]
    )
