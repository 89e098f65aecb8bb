"""Notifying the runs of what a command let go on; the next sweep notifies those that were missed."""

import sys
from collections.abc import Sequence

from temporalio.service import RPCError

from activities.runs.wake import tell_woken
from settings import Settings
from starter.connect import connect_temporal, open_vault
from starter.not_ready import NotReady
from storage.supply.restock import InLine


async def tell_runs(settings: Settings, woken: Sequence[InLine]) -> None:
    """Tell them at once, where Temporal answers."""
    if not woken:
        return
    try:
        await tell_woken(await connect_temporal(open_vault(settings)), woken)
    except (NotReady, RPCError):
        print("Temporal does not answer: those go on with the next sweep.", file=sys.stderr)
