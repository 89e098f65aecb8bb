"""What a run knows, in one object each: all that it decides by, goes on with, and shows.

Whoever acts for a run is handed its state and has none of his own. It could be rebuilt from the book.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, PrivateAttr

from domain.fulfilment.holds import BY_A_PERSON
from domain.fulfilment.pauses import Pause
from domain.fulfilment.snapshot import Snapshot
from domain.fulfilment.states import DeliveryState
from domain.fulfilment.steps import NextAction
from domain.messages import Acceptance, DeliveryBrief, OrderResult, OrderStart, PlaceResult
from domain.notes.words import Language, Words
from domain.planning.gates import PlannedGate
from domain.planning.items import Item
from domain.planning.order_events import OrderEvent
from domain.planning.standing import ANYTHING_GOES, OrderStanding, Terms


class RunState(BaseModel):
    """What a run knows of its deliveries; deliveries are named by their ids."""

    model_config = ConfigDict(hide_input_in_errors=True)

    lang: Language = Language.EN
    """Of what the run writes into Temporal."""
    order_id: str = ""
    case: int = 0
    """The number of the case whose run this is; 0 in an order's."""
    taken: bool = False
    """The run knows where the book stands; before that it knows nothing."""
    terms: Terms = ANYTHING_GOES
    briefs: dict[str, DeliveryBrief] = {}
    steps: dict[str, Snapshot] = {}
    delivered: list[str] = []
    """Deliveries that were made, in that order."""
    gated: set[str] = set()
    """Deliveries that wait for the gate of their component."""
    busy: set[str] = set()
    """Deliveries about which a call is under way."""
    acted_on: set[str] = set()
    """Deliveries that a person acted on, and whose supplier was not called since."""
    called_back: set[str] = set()
    """Deliveries whose callback was not passed on yet."""
    unresolved: set[str] = set()
    """Deliveries that could not be given up, since a purchase may have sold them: their instant counts."""
    revoking: set[str] = set()
    """Deliveries whose supplier has not decided yet whether they are revoked."""
    moves: int = 0
    """How often a delivery moved, or an order event came; whoever waits for that looks at it."""
    calls: int = 0
    """How many activities were called."""
    cancelled: bool = False
    """Somebody cancelled the order."""
    pause: Pause | None = None
    """The pause that a person asked for, as long as it lasts."""
    restored: bool = False
    """The book has less of this order than this run: it was restored."""
    settled: OrderResult | None = None
    """How the order ended, where its last delivery has settled it."""
    missing: bool = False
    """The book has nothing of this order."""
    anew: bool = False
    """What the run knows does not fit together, or may be too little: a new one is to read the book."""
    stale: bool = False
    """What operations see is older than this."""
    leaving: bool = False
    """A new run is about to take over: no more acts are taken."""
    shown_reasons: list[str] = []
    """Why deliveries are held, as the run is found by it."""

    _standing: OrderStanding | None = PrivateAttr(None)

    @property
    def stopping(self) -> bool:
        """Whether nobody wants any more what is not delivered yet. What a case is about is always wanted."""
        return False

    @property
    def waits_for_gates(self) -> bool:
        """Whether anything may wait for more than its instant. What a case is about does not."""
        return False

    @property
    def standing(self) -> OrderStanding:
        """Where the order stands, as far as this run knows it."""
        if self._standing is None:
            self._standing = OrderStanding(self.terms)
            for delivery_id, step in self.steps.items():
                self._stands(self._standing, self.briefs[delivery_id], step)
        return self._standing

    @property
    def all_done(self) -> bool:
        """Whether every delivery is closed."""
        return all(step.next_action is NextAction.DONE for step in self.steps.values())

    @property
    def revision(self) -> int:
        """How many changes of its deliveries this run has seen."""
        return sum(step.revision for step in self.steps.values())

    def known_beside(self, delivery_id: str) -> int | None:
        """How many changes of the others this run knows of, which may let the book settle the order.

        None: it is not this run that settles the order.
        """
        return None

    def say(self, words: Words, **parameters: Any) -> str:
        """A text for people at Temporal's UI."""
        return words.say(self.lang, **parameters)

    def take(self, order_id: str, briefs: Iterable[DeliveryBrief], now: datetime) -> None:
        """Go on from where the book stands."""
        self.taken = True
        self.moves += 1
        self.order_id = order_id
        self.briefs = {brief.id: brief for brief in briefs}
        self.steps = {brief.id: step_for_order(brief) for brief in self.briefs.values()}
        self._standing = None
        self.gated = {i for i, step in self.steps.items() if step.next_action is NextAction.AWAIT}
        done = sorted(self.briefs.values(), key=lambda brief: brief.delivered_at or now)
        self.delivered = [b.id for b in done if self.steps[b.id].state is DeliveryState.DELIVERED]

    def take_pause(self, pause: Pause | None) -> bool:
        """The order is paused like this from now on, or not any more; whether that is news."""
        if pause == self.pause:
            return False
        self.pause = pause
        self.moves += 1
        self.stale = True
        return True

    def held_with_the_order(self, step: Snapshot) -> bool:
        """Whether a delivery at this step waits for the end of its order's pause."""
        return self.pause is not None and step.reason in BY_A_PERSON

    def put(self, delivery_id: str, step: Snapshot) -> None:
        """A delivery stands at this step from now on."""
        self.steps[delivery_id] = step
        self._stands(self.standing, self.briefs[delivery_id], step)
        (self.gated.add if step.next_action is NextAction.AWAIT else self.gated.discard)(delivery_id)
        if step.state is DeliveryState.DELIVERED and delivery_id not in self.delivered:
            self.delivered.append(delivery_id)

    def known_of(self, brief: DeliveryBrief, had: Mapping[Item, DeliveryBrief]) -> Snapshot:
        """Where a delivery of the restored book stood for this run, which `had` these.

        The restored catalogue may divide a release otherwise than it was. What was bought for it is then the
        purchase of no single item: it counts as ended, so that the book holds it for a person.
        """
        same = had.get(brief.place)
        if same is not None and (same.items, same.units) == (brief.items, brief.units):
            return self.steps[same.id]
        component, release, _ = brief.place
        stood = self.steps[(same or had[component, release, 1]).id]
        revision = max(stood.revision, brief.step.revision + 1)
        ended = {"next_action": NextAction.DONE, "tries": 0, "tried": -1, "revision": revision}
        return stood.model_copy(update=ended)

    def _stands(self, standing: OrderStanding, brief: DeliveryBrief, step: Snapshot) -> None:
        ahead = brief.pivot and not step.tries
        standing.put(brief.place, step.state, waived=step.waived, pivot_ahead=ahead)


class OrderRunState(RunState):
    """What the run of an order knows."""

    start: OrderStart
    result: PlaceResult | None = None
    """The receipt or the rejection, once that is decided."""
    gates: dict[str, PlannedGate] = {}
    """What components wait for, by the component, while it is not decided."""
    events: dict[str, OrderEvent] = {}
    """The order's events by their ids."""
    shown_state: str = ""
    """The state of the order, as the run is found by it."""

    @property
    def stopping(self) -> bool:
        """Whether somebody cancelled the order, or its policy cannot do without what failed."""
        return self.cancelled or self.standing.doomed

    def known_beside(self, delivery_id: str) -> int | None:
        """How many changes of the others this run knows of: with the last of them, the order is settled."""
        return self.revision - self.steps[delivery_id].revision

    @property
    def waits_for_gates(self) -> bool:
        """Whether a gate is not decided yet."""
        return bool(self.gates)

    def accept(
        self, order_id: str, acceptance: Acceptance, briefs: Iterable[DeliveryBrief], now: datetime
    ) -> None:
        """Go on from what the book says of the order; these are all of its deliveries."""
        self.terms = Terms(frozenset(acceptance.required), acceptance.needed)
        self.take(order_id, briefs, now)
        self.gates = {gate.component: gate for gate in acceptance.gates}
        self.events |= {event.event_id: event for event in acceptance.events}
        self.cancelled |= acceptance.cancelled
        self.pause = acceptance.pause
        self.result = acceptance.result


def step_for_order(brief: DeliveryBrief) -> Snapshot:
    """Where a delivery stands for its order: one that a case took up stays delivered."""
    if not brief.taken_up:
        return brief.step
    return brief.step.delivered()
