"""The default customer account at each supplier: the credentials that the vendors' own pages print."""

from simulator.shop.catalogue import fulu_products, kayixin_products
from simulator.shop.purchase import SupplierConfig

KAYIXIN_APP_ID = "10000"
KAYIXIN_SECRET = "652fbdd2f637606a2afbb2fe0ca72419"
FULU_APP_KEY = "i4esv1l+76l/7NQCL3QudG90Fq+YgVfFGJAWgT+7qO1Bm9o/adG/1iwO2qXsAXNB"
FULU_SECRET = "0a091b3aa4324435aab703142518a8f7"


def kayixin_account(app_id: str = KAYIXIN_APP_ID, secret: str = KAYIXIN_SECRET) -> SupplierConfig:
    """An account at Kayixin that sells the default catalogue."""
    return SupplierConfig(app_id, secret, kayixin_products())


def fulu_account(app_key: str = FULU_APP_KEY, secret: str = FULU_SECRET) -> SupplierConfig:
    """An account at Fulu that sells the default catalogue. The secret is an AES-256 key: 32 characters."""
    return SupplierConfig(app_key, secret, fulu_products())
