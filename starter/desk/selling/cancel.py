"""A channel's cancellation: written down before it is asked for, so that its answer can be read again."""

from datetime import UTC, datetime

from domain.keys import canonical_digest
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.act_on_order import OrderActs
from starter.desk.errors import ActPending, ActRefused, IdTaken
from starter.desk.runs import Runs
from storage.base.requests import delivery_of
from storage.channels.cancellations import CancellationState, ask_for, decide
from storage.tables import Cancellation
from storage.views.orders import OrderView


async def cancel(runs: Runs, order: OrderView, name: str, actor: str, reason: str) -> Cancellation:
    """Ask for a cancellation under this id, and say what came of it; the same again gets the same answer.

    Raises IdTaken for an id that was used for another one.
    """
    digest = runs.vault.fingerprints.request(canonical_digest([actor, reason]))
    async with runs.database.transaction() as session:
        asked = await ask_for(session, order.order_id, name, digest, datetime.now(UTC))
    if asked.digest != digest:
        raise IdTaken(f"{name} was used for another cancellation of this order")
    if asked.state != CancellationState.REQUESTED:
        return asked
    request = HumanAct(
        request_id=name,
        order_id=order.order_id,
        delivery_id="",
        act=Act.CANCEL,
        actor=actor,
        reason=reason,
    )
    state, refusal = CancellationState.DONE, ""
    try:
        await OrderActs(runs).act_on_order(f"{order.channel}/{order.order_no}", request)
    except ActPending:
        return asked
    except ActRefused as error:
        state, refusal = CancellationState.REFUSED, str(error)
    async with runs.database.transaction() as session:
        return await decide(session, order.order_id, name, state, refusal)


async def cancellation_of(runs: Runs, order: OrderView, name: str) -> Cancellation | None:
    """A cancellation as it stands; None for one that nobody asked for."""
    async with runs.database.transaction() as session:
        found = await session.get(Cancellation, (order.order_id, name))
        is_done = found is not None and await delivery_of(session, order.order_id, name) is not None
        if found is None or found.state != CancellationState.REQUESTED or not is_done:
            return found
        return await decide(session, order.order_id, name, CancellationState.DONE)
