"""How the stack talks while it works: one line of progress at a time, one line when it cannot go on."""

import asyncio
import time
from collections.abc import Awaitable, Callable

Progress = Callable[[str], None]

TELL_AFTER_SECONDS = 2.0
TELL_EVERY_SECONDS = 15.0
_POLL_SECONDS = 0.05


class StackError(Exception):
    """What is missing and how to get it, in one line. Command lines print it as it is."""


async def until(
    ready: Callable[[], Awaitable[bool]], *, what: str, within: float, progress: Progress
) -> None:
    """Polls `ready` until it is true, telling the elapsed seconds after two seconds and then ever less often.

    `ready` may raise StackError itself when waiting has become pointless. After `within` seconds this does.
    """
    started = time.monotonic()
    tell_at = TELL_AFTER_SECONDS
    while not await ready():
        elapsed = time.monotonic() - started
        if elapsed > within:
            raise StackError(f"{what}: gave up after {within:.0f} s")
        if elapsed >= tell_at:
            progress(f"{what}: {elapsed:.0f} s")
            tell_at = elapsed + min(max(TELL_AFTER_SECONDS, elapsed / 2), TELL_EVERY_SECONDS)
        await asyncio.sleep(_POLL_SECONDS)
