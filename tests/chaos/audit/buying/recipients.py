"""Invariant 4, for accounts: what was bought went to the account that its buyer named, as it was then."""

from datetime import datetime

from storage.tables import Attempt, Delivery
from tests.chaos.audit.scene import OURS, Scene


def rightly_addressed(scene: Scene) -> list[str]:
    """Every sale names the delivery's account; every account in the book is one that somebody gave."""
    wrong = []
    for (order_id, name), account in scene.recipients.items():
        order = scene.orders[order_id]
        number = f"{order.channel}/{order.order_no}"
        given = scene.witness.accounts.get(number, set())
        if account not in given:
            wrong.append(f"{number}: nobody gave the account {name} that the book has")
    for attempt in scene.attempts:
        if attempt.connection in OURS:
            continue
        row = scene.deliveries[attempt.delivery_id]
        wanted = account_then(scene, row, attempt)
        for sale in scene.sales_of(attempt):
            if sale.account != wanted:
                wrong.append(f"{scene.name(row.id)}: attempt {attempt.number} charged another account")
    return wrong


def account_then(scene: Scene, row: Delivery, attempt: Attempt) -> str:
    """The account a delivery went to when an attempt was opened; empty for one that goes to none."""
    name = _name_at(scene, row, attempt.opened_at)
    return scene.recipients.get((row.order_id, name), "(none in the book)") if name else ""


def _name_at(scene: Scene, row: Delivery, at: datetime) -> str | None:
    told = [e.data["recipient"] for e in scene.events_of(row) if "recipient" in e.data and e.at <= at]
    return told[-1] if told else None
