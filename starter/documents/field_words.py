"""What to write in a field of a document, for whoever left it out or wrote something else."""

EXAMPLES = {
    "amount": "9900",
    "at_least": "2",
    "attribute": "birthday",
    "benefit": "video-month",
    "benefits": "[{id: video-month, kind: key, …}]",
    "bundle": "year-of-video",
    "buyer": "{ref: u-1}",
    "channel": "shop",
    "components": "[{id: video, benefit: video-month}]",
    "connection": "own-stock",
    "cost": "{amount: 1900, currency: CNY}",
    "credentials": "[{number: …}]",
    "currency": "CNY",
    "id": "video",
    "kind": "key",
    "offers": "[{connection: own-stock, product: p-1, cost: {amount: 1900, currency: CNY}}]",
    "order_no": '"1001"',
    "otherwise": "refund",
    "paid": "{amount: 9900, currency: CNY}",
    "platform": "tv",
    "policy": "best_effort",
    "price": "{amount: 9900, currency: CNY}",
    "product": "p-1",
    "ref": "u-1",
    "stand_alone": "{amount: 2500, currency: CNY}",
    "time": '"09:00"',
    "title": "Year of video",
    "type": "phone",
    "value": '"13800138000"',
    "version": "1",
    "within": "P30D",
}
"""A value for each field that must be there."""

MAPPINGS = {
    "policy": "{at_least: 2}",
    "recipient": "{platform: tv}",
    "release": "{every: P1M, times: 12}",
}
"""A mapping for each field that is a word or a mapping."""

PATTERNS = {
    r"^[a-z0-9][a-z0-9_-]{0,63}$": "1 to 64 lower-case letters, digits, - and _, such as video-1",
    r"^[^\x00-\x20\x7f]+$": "one text without blanks, such as 2026-1001 or #1001",
    r"^20[0-9]{2}-": "an instant between the years 2000 and 2099, with its offset",
    r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$": "one line of text without blanks around it",
    r"^[A-Z]{3}$": "three capital letters of ISO 4217, such as CNY",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": 'a time of day in quotes, such as "09:00"',
}
"""What a pattern asks for, in words."""


def missing(name: str) -> str:
    """What to say of a field that is not there."""
    return f"missing: write it, such as {name}: {EXAMPLES[name]}" if name in EXAMPLES else "missing: write it"


def or_mapping(name: str) -> str:
    """What to say of a field that may also be a mapping."""
    return f"or a mapping such as {MAPPINGS[name]}" if name in MAPPINGS else "or a mapping"


def fitting(pattern: str) -> str:
    """What to say of a text that does not have this pattern."""
    return f"must be {PATTERNS[pattern]}" if pattern in PATTERNS else f"must match {pattern}"
