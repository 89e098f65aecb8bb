"""How the work of a stack's owner ends before its time: a part dies, or somebody says stop.

Either way the owner's task is cancelled, so that everything it started is ended in order.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

from starter.stack.child import Child

_STOPPING = (signal.SIGINT, signal.SIGTERM)
_LOOK_EVERY_SECONDS = 0.25


@asynccontextmanager
async def cancelled_if_one_dies(children: Iterable[Child]) -> AsyncIterator[None]:
    """Cancels the task inside when a child dies, and raises StackError with its last words."""
    owner = asyncio.current_task()
    assert owner is not None

    async def look_after() -> None:
        while True:
            for child in children:
                child.check()
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    watch = asyncio.create_task(look_after())
    watch.add_done_callback(lambda ended: None if ended.cancelled() else owner.cancel())
    try:
        yield
    except asyncio.CancelledError:
        if watch.done() and not watch.cancelled():
            owner.uncancel()
            watch.result()
        raise
    finally:
        watch.cancel()


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Turns Ctrl-C and SIGTERM into a cancellation, and that, when all is cleaned up, into KeyboardInterrupt.

    Set here, and not left to asyncio, since a shell starts background jobs with Ctrl-C ignored.
    """
    loop = asyncio.get_running_loop()
    owner = asyncio.current_task()
    assert owner is not None
    received = []

    def stop(number: int) -> None:
        received.append(number)
        owner.cancel()

    for number in _STOPPING:
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    except asyncio.CancelledError:
        if not received:
            raise
        for _ in received:
            owner.uncancel()
        raise KeyboardInterrupt from None
    finally:
        for number in _STOPPING:
            loop.remove_signal_handler(number)
