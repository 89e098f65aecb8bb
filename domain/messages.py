"""What travels between a client, the workflow and its activities.

One model in, one model out; small, and without credentials.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.contract.order import OrderDocument
from domain.fulfilment.cases import CaseKind
from domain.fulfilment.pauses import Pause
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState, OrderState
from domain.money import Money
from domain.notes.note import Note
from domain.notes.words import Language
from domain.planning.gates import PlannedGate
from domain.planning.items import Item, number_of
from domain.planning.order_events import OrderEvent
from domain.planning.verdict import Verdict


class Message(BaseModel):
    """Base of all messages."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class PlaceOrder(Message):
    """A paid order to fulfil. `digest` is `domain.keys.document_digest` of the document."""

    document: OrderDocument
    digest: str
    received_at: datetime
    lang: Language = Language.EN
    """What its run writes into Temporal is in this language, and that of its cases."""
    livemode: bool = True
    """As its channel was when it was placed: where the book has lost the channel, it is so again."""
    accepted_before: bool = False
    """The book has lost it since: it is not refused for what there is left in stock."""
    hold: str = ""
    """The digest of the token of the hold that it redeems; empty for none."""


class OrderStart(Message):
    """What an order's run starts from: a placed order, or one that the book has already (`order_id`).

    A run that was continued has both.
    """

    digest: str
    placed: PlaceOrder | None = None
    order_id: str = ""
    restored: bool = False
    """An earlier run fulfilled the order, and the book was restored from a copy older than that."""
    lang: Language = Language.EN


class ReceiptLine(Message):
    """One delivery of the plan, as the receipt shows it to the channel."""

    delivery_id: str
    component: str
    release: int
    item: int = 1
    items: int = 1
    """How many deliveries the release was divided into."""
    title: str
    units: int
    due_at: datetime | None
    """None while its schedule waits for a condition."""
    share: Money
    state: DeliveryState


class OrderReceipt(Message):
    """The answer to a placed order: what will be delivered when, and what it is worth."""

    order_id: str
    channel: str
    order_no: str
    bundle: str
    version: int
    quantity: int
    price: Money
    """What was paid."""
    discount: Money | None = None
    state: OrderState
    placed_at: datetime
    deliveries: list[ReceiptLine] = []
    """The whole plan, when it is read from the book; it does not travel through Temporal."""


CONFLICT = "order_number_conflict"
"""Code of the rejection of a number that was placed with another body."""


class Rejection(Message):
    """Why an order was not accepted; its number stays free."""

    code: str
    message: str
    component: str = ""
    """The one that it is about, where it is about one."""


class PlaceResult(Message):
    """Exactly one of the two."""

    receipt: OrderReceipt | None = None
    rejection: Rejection | None = None


class DeliveryBrief(Message):
    """What the workflow needs to drive one delivery."""

    id: str
    component: str
    release: int
    item: int = 1
    items: int = 1
    title: str
    units: int
    pivot: bool
    connections: list[str]
    """The connection of each pinned offer."""
    step: Snapshot
    delivered_at: datetime | None
    taken_up: bool
    """It was delivered, and then a case was opened about it: what that does is not its order's business."""

    @property
    def place(self) -> Item:
        """Which delivery of its order it is."""
        return self.component, self.release, self.item

    @property
    def name(self) -> str:
        """As people at Temporal's UI read it."""
        return f"{self.component} #{number_of(self.release, self.item, self.items)}"


class Acceptance(Message):
    """What the order's run starts from, new or adopted."""

    result: PlaceResult
    required: list[str] = []
    needed: int = 0
    deliveries: list[DeliveryBrief] = []
    more_after: int | None = None
    """The position of the last of these deliveries, where there are more (`PageRef`)."""
    last_event: int = 0
    """The number of the last event in the book when this was read: pages that differ in it do not fit."""
    gates: list[PlannedGate] = []
    """What components still wait for."""
    events: list[OrderEvent] = []
    """What has happened that those gates ask about."""
    settled: bool = False
    """The order is closed: there is nothing left to do but to say how it ended."""
    cancelled: bool = False
    """Somebody cancelled what was left of it."""
    pause: Pause | None = None


class PageRef(Message):
    """Deliveries of an order behind a position: all, `only` those, or those that changed `since` an event."""

    order_id: str
    after: int
    only: tuple[str, ...] = ()
    since: int = 0
    """The number of that event."""


class Page(Message):
    """Some deliveries of an order, in plan order; `more_after` as in `Acceptance`."""

    deliveries: list[DeliveryBrief]
    more_after: int | None
    cancelled: bool
    """Somebody cancelled the order."""
    pause: Pause | None
    last_event: int
    """As in `Acceptance`."""


class GateRef(Message):
    """Which component's gate to look at."""

    order_id: str
    component: str


class GatedRelease(Message):
    """A delivery whose gate was decided: when it is due, and how many changes it has seen."""

    id: str
    due_at: datetime | None
    revision: int


class Gated(Message):
    """What became of a gate: it opened (`holds`), can never open, or stays closed for now."""

    verdict: Verdict
    note: Note | None = None
    releases: list[GatedRelease] = []


class CallbackNotice(Message):
    """A delivery about which a callback came; what became of it, only a query says."""

    delivery_id: str


class Acted(Message):
    """Where a delivery stands after a person's act; `case` is the number of the case it opened."""

    step: Snapshot
    case: int | None = None
    restored: bool = False
    """Nothing was done: the book had less than the run knew, and was told."""


class OrderActed(Message):
    """What an act on a whole order did: the deliveries that stand elsewhere now."""

    order_id: str
    moved: dict[str, Snapshot] = {}
    many: bool = False
    """They are too many to name: read the order again."""
    cancelled: bool = False
    """Nobody wants what is left of it."""
    pause: Pause | None = None
    gates_moved: bool = False
    """What the run knows of its gates is not so any more: a new one is to read the book."""


class PauseRef(Message):
    """The pause of an order that is over: the one until this instant."""

    order_id: str
    until: datetime


class OrderRef(Message):
    """Which order an activity works on."""

    order_id: str
    revision: int = 0
    """How many changes of its deliveries the run that asks has seen."""


class CaseRef(Message):
    """Which case of an order a run or an activity works on."""

    order_id: str
    number: int
    lang: Language = Language.EN


class CaseBrief(Message):
    """What a case's run starts from, new or adopted."""

    kind: CaseKind
    delivery: DeliveryBrief
    deadline: datetime | None
    """When a case that waits for a person decides by itself."""
    closed: bool


class CaseResult(Message):
    """How a case ended. `refund` is what its delivery is owed in all."""

    outcome: Note | None
    state: DeliveryState
    refund: Money | None = None


class DueVerification(Message):
    """A delivery to ask its supplier about again."""

    order_id: str
    delivery_id: str
    refused: int = 0
    """The number of an attempt that was refused and may have been sold after all; 0: the one that stands."""


class VerificationBatch(Message):
    """Deliveries to ask their supplier about again, or those of them that may not stand any more."""

    connection: str
    deliveries: list[DueVerification]
    more: bool
    """More of this connection are due, or may be; in an answer, also: and it is answering."""


class Due(Message):
    """What is to be asked about again, by connection."""

    batches: list[VerificationBatch]


class Swept(Message):
    """Which orders and cases a sweep gave a new run (at most the first hundred are named)."""

    orders: list[str]
    at: datetime | None = None
    """When it was made; the book keeps this too, and a book that remembers less was restored."""
    notified: int = 0
    """How many runs were notified that the book was restored."""
    stuck: list[str] = []
    """Orders and cases that do not go on, whose runs were notified to read the book (as many are named)."""
    replaced: list[str] = []
    """Those of them whose runs were replaced."""
    looked_after: str = ""
    """The order up to which all were looked at; the next sweep goes on behind it."""


class OrderResult(Message):
    """How an order ended. `refund` is what is owed to the buyer in all."""

    order_id: str
    state: OrderState
    refund: Money | None = None
    restored: bool = False
    """The book knows less than the run: it was restored, and nothing was settled."""
