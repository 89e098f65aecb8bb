"""What Perkflow and DBOS sell here: three keys that come at once, or a joint membership."""

from typing import Any

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from tests.support.documents import benefit, money, offer

ANSWERS_AFTER = 0.005
"""Seconds that the simulated suppliers take for every purchase."""
AT_ONCE = {"mode": "slow", "delay": ANSWERS_AFTER, "sync": True}
LATER = {"mode": "ok", "delay": ANSWERS_AFTER}
KEYS = ("1001", "1002", "1005")
"""Kayixin's products of which each purchase is answered with the key."""
PRODUCTS = {
    "kayixin": {**dict.fromkeys(KEYS, AT_ONCE), "1004": AT_ONCE, "1003": LATER},
    "fulu": {"10000588": LATER},
}
CONNECTIONS = """
connections:
  kayixin:
    protocol: kayixin
    base_url: ${KAYIXIN_SIM_URL}
    app_id: ${KAYIXIN_SIM_APP_ID}
    secret: ${KAYIXIN_SIM_SECRET}
    callback_url: ${PERKFLOW_CALLBACKS}/callbacks/kayixin
    max_per_second: 1000
  fulu:
    protocol: fulu
    gateway: ${FULU_SIM_URL}/api/getway
    app_key: ${FULU_SIM_APP_KEY}
    secret: ${FULU_SIM_SECRET}
    max_per_second: 1000
  own:
    protocol: pool
    max_per_second: 1000
"""
OWN_STOCK = ("own", "season")
"""Connection and product of the keys that we sell ourselves."""
CATALOGUE = Catalogue.model_validate(
    {
        "benefits": [
            *(benefit(f"key-{code}", "key", offer("kayixin", code), price=4000) for code in KEYS),
            benefit("charge", "recharge", offer("kayixin", "1003"), account="phone", price=2000),
            benefit("coupon", "link", offer("fulu", "10000588"), price=1000),
            benefit("own-key", "key", offer(*OWN_STOCK), price=4000),
        ]
    }
)


def _bundle(name: str, parts: list[dict[str, Any]]) -> Bundle:
    return Bundle.model_validate(
        {
            "id": name,
            "version": 1,
            "title": name,
            "price": money(9900),
            "time_zone": "Asia/Shanghai",
            "policy": "best_effort",
            "components": parts,
        }
    )


SYNC = _bundle("three-keys", [{"id": f"part-{code}", "benefit": f"key-{code}"} for code in KEYS])
ASLEEP = _bundle("asleep", [{"id": "later", "benefit": f"key-{KEYS[0]}", "release": {"after": "P30D"}}])
JOINT = _bundle(
    "joint",
    [{"id": part, "benefit": part} for part in (f"key-{KEYS[0]}", "charge", "coupon")],
)
"""One that is answered with the key, two of which a callback tells."""
YEAR = _bundle(
    "year",
    [{"id": "month", "benefit": f"key-{KEYS[0]}", "release": {"after": "P30D", "every": "P1M", "times": 12}}],
)
OWN = _bundle("own-stock", [{"id": "gift", "benefit": "own-key"}])
ONE = _bundle("one-part", [{"id": "only", "benefit": f"key-{KEYS[0]}"}])
SIZES = {
    parts: _bundle(
        f"parts-{parts}", [{"id": f"part-{n}", "benefit": f"key-{KEYS[n % 3]}"} for n in range(parts)]
    )
    for parts in (1, 10, 50)
}
"""Bundles of so many keys that come at once."""
EVERY = (SYNC, ASLEEP, JOINT, YEAR, OWN, ONE, *SIZES.values())
