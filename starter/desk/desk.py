"""The desk: everything that channels and support do with orders, put together from its parts."""

from functools import partial

from temporalio.client import Client

from domain.notes.words import Language
from starter.desk.act import DeliveryActs
from starter.desk.act_on_order import OrderActs
from starter.desk.adopt import Adopting
from starter.desk.handing.over import HandingOver
from starter.desk.keys import KeyRotation
from starter.desk.place import Placing
from starter.desk.read import order_of
from starter.desk.report import Reports
from starter.desk.runs import Runs
from starter.desk.webhooks.desk import Webhooks
from storage.base.database import Database
from storage.base.sealing import Vault


class Desk:
    """What every way in offers. Holds no state; safe to share between requests.

    What cannot be done is a `DeskError`; DatabaseUnavailable and RPCError mean that asking again is safe.
    """

    def __init__(
        self, temporal: Client, database: Database, vault: Vault, lang: Language = Language.EN
    ) -> None:
        runs = self.runs = Runs(temporal, database, vault, lang)
        placing = Placing(runs)
        self.place, self.place_once = placing.place, placing.place_once
        deliveries = DeliveryActs(runs)
        self.act, self.act_with = deliveries.act, deliveries.act_with
        self.done_before = deliveries.done_before
        self.hand_in, self.hand_in_recipient = deliveries.hand_in, deliveries.hand_in_recipient
        orders = OrderActs(runs)
        self.act_on_order, self.bind_recipient = orders.act_on_order, orders.bind_recipient
        self.handing = HandingOver(runs, orders)
        reports = Reports(runs)
        self.report, self.report_refund = reports.report, reports.report_refund
        self.read = partial(order_of, database)
        keys = KeyRotation(runs)
        self.keys, self.rewrap_keys = keys.status, keys.rewrap
        self.webhooks = Webhooks(database, vault.ring)
        adopting = Adopting(runs)
        self.adopt, self.adopt_all = adopting.one, adopting.all_that_need_it
