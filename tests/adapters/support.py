"""Purchases and connections that the adapters' tests share."""

from datetime import UTC, datetime

from pydantic import SecretStr

from adapters.fulu.config import FuluConfig
from adapters.kayixin.config import KayixinConfig
from domain.money import Money
from domain.supply.purchase import BenefitKind, Purchase

NOW = datetime(2026, 11, 23, 8, 30, 0, tzinfo=UTC)
KEY = "k7d2f9a1b3c5e7f9"
ACCOUNT = "13800138000"

KAYIXIN_SECRET = "652fbdd2f637606a2afbb2fe0ca72419"
FULU_SECRET = "0a091b3aa4324435aab703142518a8f7"
FULU_APP_KEY = "i4esv1l+76l/7NQCL3QudG90Fq+YgVfFGJAWgT+7qO1Bm9o/adG/1iwO2qXsAXNB"

KAYIXIN = KayixinConfig(
    protocol="kayixin", base_url="http://kayixin.test", app_id="10000", secret=SecretStr(KAYIXIN_SECRET)
)
FULU = FuluConfig(
    protocol="fulu",
    gateway="http://fulu.test/api/getway",
    app_key=FULU_APP_KEY,
    secret=SecretStr(FULU_SECRET),
)


def purchase(
    kind: BenefitKind = "key",
    quantity: int = 1,
    *,
    product: str = "1001",
    max_cost: int = 1999,
    fields: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    supplier_order: str | None = None,
    resubmitted: bool = False,
) -> Purchase:
    """One attempt under KEY; a recharge goes to ACCOUNT."""
    return Purchase(
        key=KEY,
        product=product,
        kind=kind,
        quantity=quantity,
        max_cost=Money(amount=max_cost, currency="CNY"),
        account=ACCOUNT if kind == "recharge" else None,
        account_fields=fields or {},
        options=options or {},
        supplier_order=supplier_order,
        resubmitted=resubmitted,
    )


def cny(amount: int) -> Money:
    return Money(amount=amount, currency="CNY")
