"""Which delivery of an order a person means: `video`, `video#3` of several, `video#3.2` of several items."""

from collections.abc import Iterable, Sequence

from domain.fulfilment.states import CLOSED, DeliveryState
from domain.notes.sentences.sentence import AndMore, Listed, Plain, Sentence
from domain.notes.sentences.situation import PlannedFor, Span, StandsAs
from domain.notes.words import Language
from starter.desk.errors import NotFound
from storage.views.deliveries import DeliveryView
from storage.views.orders import OrderView

_MOST_LISTED = 10


def named(order: OrderView, name: str) -> list[DeliveryView]:
    """The deliveries of `component`, of `component#release`, or the one of its item. Raises NotFound."""
    component, mark, number = name.partition("#")
    of_it = [each for each in order.deliveries if each.component == component]
    if not of_it:
        raise NotFound(f"there is no {component} in this order; there are: {', '.join(components(order))}")
    found = [each for each in of_it if not mark or number in (str(each.release), each.number)]
    if not found:
        raise NotFound(f"{component} has no release {number}; there are: {_in_english(order, of_it)}")
    return found


def the_one(order: OrderView, name: str) -> DeliveryView:
    """The delivery that is meant: without a number the only release, or the only open one.

    Raises NotFound, saying what there is.
    """
    found = named(order, name)
    still_open = [each for each in found if is_open(each)]
    for choice in (found, still_open):
        if len(choice) == 1:
            return choice[0]
    raise NotFound(f"say which {name}: {_in_english(order, still_open or found)}")


def the_next_open(order: OrderView, name: str) -> DeliveryView:
    """The first open delivery of a component, or the one that is meant.

    Raises NotFound, saying what there is.
    """
    found = named(order, name)
    still_open = [each for each in found if is_open(each)]
    if "#" in name and len(still_open) > 1:
        return the_one(order, name)
    if not still_open:
        raise NotFound(f"nothing of {name} is still to come; there are: {_in_english(order, found)}")
    return still_open[0]


def components(order: OrderView) -> list[str]:
    """The components of an order, in plan order."""
    return list(dict.fromkeys(each.component for each in order.deliveries))


def is_open(delivery: DeliveryView) -> bool:
    """Whether something of a delivery is still to come."""
    return delivery.state not in CLOSED


def label(order: OrderView, delivery: DeliveryView) -> str:
    """A delivery's name: with its number where the component has several."""
    several = sum(each.component == delivery.component for each in order.deliveries) > 1
    return f"{delivery.component}#{delivery.number}" if several else delivery.component


def listed(deliveries: Sequence[DeliveryView]) -> Sentence:
    """Deliveries in one line, such as: video#3 (held), video#4 (in progress); at most ten."""
    first = Listed(parts=tuple(_standing(each) for each in deliveries[:_MOST_LISTED]))
    more = len(deliveries) - _MOST_LISTED
    return AndMore(first=first, more=more) if more > 0 else first


def numbers(deliveries: Iterable[DeliveryView]) -> Sentence:
    """Deliveries of one component in one line, such as: video#1, video#4 to video#12."""
    spans: list[list[DeliveryView]] = []
    for each in sorted(deliveries, key=lambda each: (each.release, each.item)):
        if spans and _follows(spans[-1][-1], each):
            spans[-1].append(each)
        else:
            spans.append([each])
    return Listed(parts=tuple(_span(span) for span in spans))


def _follows(one: DeliveryView, other: DeliveryView) -> bool:
    """Whether nothing of the component comes between the two."""
    if one.release == other.release:
        return one.item + 1 == other.item
    return one.release + 1 == other.release and one.item == one.items and other.item == 1


def _span(span: Sequence[DeliveryView]) -> Sentence:
    first, last = (f"{each.component}#{each.number}" for each in (span[0], span[-1]))
    return Plain(text=first) if len(span) == 1 else Span(first=first, last=last)


def _standing(delivery: DeliveryView) -> Sentence:
    name = f"{delivery.component}#{delivery.number}"
    if delivery.state == DeliveryState.PLANNED and delivery.due_at:
        return PlannedFor(name=name, at=delivery.due_at)
    return StandsAs(name=name, state=delivery.state)


def _in_english(order: OrderView, deliveries: Sequence[DeliveryView]) -> str:
    return listed(deliveries).say(Language.EN, order.zone)
