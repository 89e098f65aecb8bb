"""What is sold in a fault run: every policy, kind and supplier, with failover, pivots and later releases."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from storage.base.database import Database
from storage.base.sealing import Vault
from storage.contracts.bundles import publish_bundle, publish_catalogue
from storage.supply.pool_stock import ImportedKey, PoolStock
from tests.support.documents import benefit, money, offer

HOLD_FOR = "PT8S"
UNTIL_THEN = {"by": "PT12S", "otherwise": "refund"}
REVERSIBLE = {"reversibility": "reversible"}
CATALOGUE = Catalogue.model_validate(
    {
        "benefits": [
            benefit(
                "video", "key", offer("kayixin", "1001", 2200), offer("fulu", "10000587", 2200), price=3000
            ),
            benefit("music", "key", offer("kayixin", "1002", 5000), price=4000),
            benefit("cloud", "key", offer("fulu", "10000587", 2200), offer("kayixin", "1001"), price=2100),
            benefit("coupon", "link", offer("kayixin", "1004", 1500), offer("fulu", "10000588"), price=900),
            benefit("short-link", "link", offer("fulu", "10000588", 1500), price=800),
            benefit(
                "app", "recharge", offer("kayixin", "1006", 1800, max_units=1), account="phone", price=1300
            ),
            benefit("vip", "recharge", offer("fulu", "10000585", 1500), account="phone", price=1100),
            benefit("slow-vip", "recharge", offer("kayixin", "1003", 2500), account="phone", price=1700),
            benefit("own", "key", offer("pool", "gold"), offer("kayixin", "1001"), price=1000),
            benefit("scarce", "key", offer("kayixin", "2004"), offer("fulu", "10000604"), price=1000),
            benefit("ending", "key", offer("kayixin", "2003", 2000), offer("fulu", "10000587"), price=2000),
            benefit("lost", "key", offer("kayixin", "2003", 2000), price=2000),
        ]
    }
)


def _line(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "benefit": name, **more}


CONTRACTS: Sequence[tuple[Any, list[dict[str, Any]], dict[str, Any]]] = (
    ("all_or_nothing", [_line("video", **REVERSIBLE), _line("music", **REVERSIBLE), _line("vip")], {}),
    ("all_or_nothing", [_line("coupon", **REVERSIBLE), _line("own", **REVERSIBLE), _line("lost")], {}),
    (
        "core_must",
        [
            _line("video", quantity=2, **REVERSIBLE),
            _line("app", role="frequent"),
            _line("short-link", role="surprise", release={"after": "PT2S"}),
        ],
        {},
    ),
    (
        {"at_least": 2},
        [_line("music", **REVERSIBLE), _line("own", **REVERSIBLE), _line("ending", **REVERSIBLE)],
        {},
    ),
    ("best_effort", [_line("video", quantity=3), _line("coupon"), _line("scarce")], {}),
    ("best_effort", [_line("cloud", quantity=2), _line("slow-vip", release={"after": "PT3S"})], {}),
    ("best_effort", [_line("vip"), _line("ending"), _line("own", quantity=2)], {}),
    ("best_effort", [_line("app"), _line("video")], {"limits": {"per_buyer": 2}}),
    (
        "best_effort",
        [
            _line("video", release={"every": "PT3S", "times": 4}),
            _line("coupon", release={"when": "activated(video)", "by": "PT15S", "otherwise": "release"}),
            _line("own", needs=["coupon"], release={"after": "PT4S"}),
            _line(
                "cloud",
                release={
                    "when": "confirmed",
                    "by": "PT12S",
                    "otherwise": "refund",
                    "every": "PT2S",
                    "times": 2,
                },
            ),
            _line("vip", claim={"within": "PT20S", "remind_every": "PT5S", "otherwise": "refund"}),
        ],
        {},
    ),
)

KIOSK = "kiosk"
"""The channel that is notified of what happens to its orders."""
OF_THE_KIOSK = 8
"""One order of so many is its."""
IMPORTED_AGAIN = 6
DISCOUNTS = {3: 17, 6: 100}
"""Per cent of the price that an order has less, by the last digit of its number."""
"""So many keys of the pool come in a second file too, in another spelling."""
WHOLE = (0, 2, 3, 5, 6, 7)
"""The contracts of which everything can be delivered, and nothing waits for a report."""
FRESH = 900_000
"""Orders from this number on are of those."""


def respelt(key: ImportedKey) -> ImportedKey:
    """The same key as another file has it."""
    number = key.number or ""
    ways = (f" {number}", f"{number}\u200b", number.lower())
    return replace(key, number=ways[sum(map(ord, number)) % len(ways)])


def spelt(phone: str, number: int) -> str:
    """A phone as checkouts send it."""
    ways = (phone, f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}", f"0086{phone}", f"{phone[:3]} {phone[3:]}")
    return ways[number % len(ways)]


class Shop:
    """The published bundles, and orders of them that are the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.bundles = [
            Bundle.model_validate(
                {
                    "id": f"chaos-{number}",
                    "version": 1,
                    "title": f"bundle {number}",
                    "price": money(3333 + 1111 * number),
                    "policy": policy,
                    "components": components,
                    "hold_for": HOLD_FOR,
                    **more,
                }
            )
            for number, (policy, components, more) in enumerate(CONTRACTS)
        ]

    async def publish(self, database: Database, vault: Vault, keys: int) -> list[str]:
        """Publish everything, and fill the pool; returns the pool's keys."""
        now = datetime.now(UTC)
        chance = random.Random(f"pool:{self.seed}")
        pool = [f"POOL-{chance.randrange(10**15):015d}" for _ in range(keys)]
        async with database.transaction() as session:
            await publish_catalogue(session, CATALOGUE, now)
            for bundle in self.bundles:
                await publish_bundle(session, bundle, CATALOGUE, now)
        imported = [ImportedKey(cost=700, number=key) for key in pool]
        stock = PoolStock(database, vault)
        await stock.import_keys("pool", "gold", imported, now)
        await stock.import_keys("pool", "gold", [respelt(key) for key in imported[:IMPORTED_AGAIN]], now)
        return pool

    def order(self, number: int, **changes: Any) -> OrderDocument:
        """The order of this number."""
        chance = random.Random(f"order:{self.seed}:{number}")
        bundle = chance.choice(self.bundles)
        if number >= FRESH:
            bundle = self.bundles[WHOLE[number % len(WHOLE)]]
        quantity = chance.choice((1, 1, 1, 2))
        price = bundle.price.times(quantity)
        discount = DISCOUNTS.get(number % 10, 0) * price.amount // 100
        limited = bundle.limits.per_buyer is not None
        return OrderDocument.model_validate(
            {
                "channel": KIOSK if number % OF_THE_KIOSK == 0 else chance.choice(("shop", "mall")),
                "order_no": f"c{self.seed}-{number:05d}",
                "bundle": bundle.id,
                "version": 1,
                "quantity": quantity,
                "paid": money(price.amount - discount),
                **({"discount": money(discount)} if discount else {}),
                "buyer": {"ref": f"buyer-{chance.randrange(40) if limited and number < FRESH else number}"},
                "recipients": self._recipients(bundle, number),
                "context": {"device": f"device-{self.seed}-{number:05d}-of-the-buyer"},
                **changes,
            }
        )

    def _recipients(self, bundle: Bundle, number: int) -> dict[str, Any]:
        benefits = [CATALOGUE.benefit(component.benefit) for component in bundle.components]
        if not any(benefit and benefit.account == "phone" for benefit in benefits):
            return {}
        claimed_later = any(component.claim for component in bundle.components)
        if claimed_later and random.Random(f"claims:{self.seed}:{number}").random() < 0.5:
            return {}
        return {"shared": {"type": "phone", "value": spelt(self.phone(number), number)}}

    def phone(self, number: int) -> str:
        """The buyer's phone."""
        return f"1{random.Random(f'phone:{self.seed}:{number}').randrange(3 * 10**9, 10**10 - 1)}"
