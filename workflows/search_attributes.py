"""Every search attribute Perkflow uses. They must be registered before a worker starts.

They are for finding runs in Temporal's UI; lists and audits come from the book.
"""

from temporalio.common import SearchAttributeKey

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
