"""The end of a fault run: some buyers are erased, each asked for twice, and their orders placed once more."""

import asyncio
from contextlib import suppress

from domain.fulfilment.states import OrderState
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act
from starter.desk.errors import ActRefused
from tests.chaos.audit.scene import Scene
from tests.chaos.people.buyers import LATER
from tests.chaos.people.support import People
from tests.chaos.stack.ground import Ground

ONE_IN = 10
"""Of how many orders the buyer of one asks to be erased; most of some sizes are not closed yet."""
TRIES = 5


async def erase_some(made: Ground, people: People, scene: Scene) -> None:
    """Erase buyers of orders that are closed by now; those of which something is owed are refused."""
    ended = [order for order in scene.orders.values() if order.closed_at is not None]
    for order in sorted(ended, key=lambda order: order.id)[::ONE_IN]:
        name = f"{order.channel}/{order.order_no}"
        if order.state == OrderState.REJECTED or name in _looked_at_later(people):
            continue
        request = HumanAct(
            request_id=f"letter-{order.order_no}",
            order_id=order.id,
            delivery_id="",
            act=Act.ERASE,
            actor="support",
            reason="asked for by letter",
        )
        people.witness.asked.add(request.request_id)
        if await _erase(made, name, request):
            people.witness.did(Act.ERASE.value)
            people.witness.erased.append(order.id)
            await people.ask_again(name)
        else:
            people.witness.refused += 1


def _looked_at_later(people: People) -> set[str]:
    """Orders whose histories an audit reads for what outsiders sent to their runs."""
    ids = [workflow_id.split("/") for workflow_id, _ in people.witness.sent_rubbish]
    return {"/".join(parts[1:3]) for parts in ids}


async def _erase(made: Ground, name: str, request: HumanAct) -> bool:
    """Ask for it twice at once, until it is done; False where it was refused."""
    for _ in range(TRIES):
        with suppress(*LATER):
            try:
                await asyncio.gather(*(made.desk.act_on_order(name, request) for _ in range(2)))
            except ActRefused:
                return False
            return True
        await asyncio.sleep(1)
    raise AssertionError(f"{name} was never erased to its end")
