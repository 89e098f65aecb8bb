"""Random contracts, suppliers and answers for a model order."""

from datetime import timedelta

from hypothesis import strategies as st

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.notes.general import Said
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    ActionRequired,
    Delivered,
    IssuedUnit,
    PartlyDelivered,
    Pending,
    Rejected,
    Uncertain,
    UnknownOrder,
)
from domain.validation.bundle import check_bundle
from tests.unit.builders import benefit, bundle, catalogue, cny, component, offer
from tests.unit.order_machine.driving import Answer

UNIT = IssuedUnit(number="4111")
SOON = timedelta(seconds=8)
REFUSED = Rejected("E7", Said(text="refused"), "request")
SOLD_OUT = Rejected("E2", Said(text="sold out"), "offer", out_of_stock=True)

ANSWERS: st.SearchStrategy[Answer] = st.sampled_from(
    [
        *[Delivered((UNIT,))] * 4,
        PartlyDelivered((UNIT,)),
        PartlyDelivered((UNIT, UNIT)),
        Pending(SOON),
        REFUSED,
        Rejected("E1", Said(text="refused"), "offer"),
        SOLD_OUT,
        Rejected("E3", Said(text="closed"), "supplier"),
        ActionRequired("balance", "E4", Said(text="refused")),
        Uncertain(Said(text="status 77")),
        Uncertain(Said(text="no answer"), silent=True),
        *[UnknownOrder()] * 3,
        None,
    ]
)

SUPPLIERS = st.lists(
    st.builds(
        Capabilities,
        on_duplicate=st.sampled_from(["refuse", "replay", "none"]),
        query_by_our_number=st.sampled_from([True, True, False]),
        revocable=st.just(True),
        absence_after=st.sampled_from([timedelta(0), timedelta(minutes=1), timedelta(hours=1)]),
    ),
    min_size=3,
    max_size=3,
)
"""What holds for each of the three connections that every benefit is offered by."""


@st.composite
def contracts(draw: st.DrawFn) -> Bundle:
    """Up to four components under any policy, such that the contract can be published."""
    count = draw(st.integers(1, 4))
    lines = [
        component(
            f"c{i}",
            quantity=draw(st.integers(1, 3)),
            role=draw(st.sampled_from(["core", "frequent"])),
            reversibility=draw(st.sampled_from(["reversible", "irreversible"])),
            release=draw(st.sampled_from(["at_order", "at_order", {"after": timedelta(days=2)}])),
            stand_alone=cny(draw(st.integers(1, 3000))),
        )
        for i in range(count)
    ]
    counted = [{"at_least": least} for least in range(1, count + 1)]
    policy = draw(st.sampled_from(["all_or_nothing", "core_must", "best_effort", *counted]))
    window = draw(st.sampled_from([None, timedelta(0), timedelta(minutes=15), timedelta(days=3)]))
    made = bundle(*lines, policy=policy, price=cny(draw(st.integers(1, 9999))), hold_for=window)
    return made if not check_bundle(made, goods(made)) else bundle(*lines, price=made.price, hold_for=window)


def goods(contract: Bundle) -> Catalogue:
    """A catalogue that offers every component of a contract at three connections."""
    offers = [offer(connection) for connection in ("alpha", "beta", "gamma")]
    return catalogue(*(benefit(c.benefit, offers=offers) for c in contract.components))
