"""The desk: everything that channels and support do with orders, put together from its parts."""

from functools import partial

from temporalio.client import Client

from starter.desk.act import DeliveryActs
from starter.desk.act_on_order import OrderActs
from starter.desk.adopt import Adopting
from starter.desk.place import Placing
from starter.desk.read import order_of
from starter.desk.report import Reports
from starter.desk.runs import Runs
from storage.base.database import Database
from storage.base.sealing import Vault


class Desk:
    """What every way in offers. Holds no state; safe to share between requests.

    What cannot be done is a `DeskError`; DatabaseUnavailable and RPCError mean that asking again is safe.
    """

    def __init__(self, temporal: Client, database: Database, vault: Vault) -> None:
        runs = self.runs = Runs(temporal, database, vault)
        self.place = Placing(runs).place
        deliveries = DeliveryActs(runs)
        self.act, self.act_with = deliveries.act, deliveries.act_with
        self.done_before = deliveries.done_before
        self.hand_in, self.hand_in_recipient = deliveries.hand_in, deliveries.hand_in_recipient
        orders = OrderActs(runs)
        self.act_on_order, self.bind_recipient = orders.act_on_order, orders.bind_recipient
        reports = Reports(runs)
        self.report, self.report_refund = reports.report, reports.report_refund
        self.read = partial(order_of, database)
        adopting = Adopting(runs)
        self.adopt, self.adopt_all = adopting.one, adopting.all_that_need_it
