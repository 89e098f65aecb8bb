"""Invariant 14: one key is one key, and one account one account, however it is written."""

import re
import unicodedata
from collections import Counter, defaultdict

from tests.chaos.audit.scene import Finding, Scene

MOBILE = re.compile(r"1[0-9]{10}")
RESPELT = "respelt_credential"


def plain(secret: str) -> str:
    """Without format characters and blanks, in one case."""
    return "".join(c for c in secret if unicodedata.category(c) != "Cf" and not c.isspace()).casefold()


def one_in_any_spelling(scene: Scene) -> Finding:
    """14. A key that comes in another spelling goes to nobody else; accounts are sent in one form."""
    wrong = []
    owners: dict[str, set[str]] = defaultdict(set)
    for each in scene.credentials:
        if each.attempt_id is not None and not each.shared:
            owners[plain(scene.secrets[each.id])].add(each.delivery_id)
    wrong += [
        f"one key, however written, for {' and '.join(scene.name(delivery) for delivery in sorted(them))}"
        for them in owners.values()
        if len(them) > 1
    ]
    stock = Counter(plain(scene.secrets.get(key.id, "")) for key in scene.pool_keys)
    wrong += [f"a key of the pool is in it {count} times" for count in stock.values() if count > 1]
    sales = [sale for sales in scene.sales.values() for sale in sales]
    wrong += [
        f"{sale.number} was sent to an account in another form than a phone's"
        for sale in sales
        if sale.account and not MOBILE.fullmatch(sale.account)
    ]
    respelt = sum(RESPELT in sale.faults for sale in sales)
    counts = {"keys": len(owners), "sold in another spelling": respelt, "accounts": len(scene.recipients)}
    return Finding(counts | {"pool keys twice": scene.witness.imported_again}, wrong)
