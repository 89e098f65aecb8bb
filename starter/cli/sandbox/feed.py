"""A channel's public events, read over HTTP page by page, and the place that was reached."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from starter.desk.errors import ActRefused

ASK_AGAIN_SECONDS = 1.0
MOST = 100


@dataclass(frozen=True)
class Page:
    """Some events, and the cursor that the next ones come after."""

    events: list[dict[str, Any]]
    cursor: str
    has_more: bool


@dataclass(frozen=True)
class Feed:
    """The events of the channel whose key this is."""

    http: httpx.AsyncClient
    remark: Callable[[str], None]
    """Is told what keeps the next page waiting."""

    async def after(self, cursor: str | None) -> Page:
        """The next events, as soon as the gateway answers. Raises ActRefused where that mends nothing."""
        while True:
            asked = {"limit": str(MOST), **({"cursor": cursor} if cursor else {})}
            try:
                answer = await self.http.get("/v1/events", params=asked)
            except httpx.TransportError as error:
                self.remark(f"the gateway does not answer ({type(error).__name__}); asking again")
                await asyncio.sleep(ASK_AGAIN_SECONDS)
                continue
            if answer.status_code in (429, 503):
                await asyncio.sleep(float(answer.headers.get("Retry-After", ASK_AGAIN_SECONDS)))
                continue
            found = _read(answer)
            if answer.status_code == 410 and found.get("cursor"):
                self.remark(f"{found.get('detail', 'the feed has begun anew')}")
                cursor = found["cursor"]
                continue
            if answer.is_error:
                raise ActRefused(f"{found.get('code', answer.status_code)}: {found.get('detail', '')}")
            return Page(found["data"], found["cursor"], found["has_more"])

    async def end(self) -> str:
        """The cursor behind all events that there are."""
        page = await self.after(None)
        while page.has_more:
            page = await self.after(page.cursor)
        return page.cursor


@dataclass
class Bookmark:
    """The cursor that a listener has come to, in a file of its own: where the next one goes on."""

    path: Path
    cursor: str | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.path.exists():
            self.cursor = self.path.read_text("utf-8").strip() or None

    def move(self, cursor: str) -> None:
        """Keep a place, whole or not at all."""
        if cursor == self.cursor:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".new")
        unfinished.write_text(cursor + "\n", "utf-8")
        os.replace(unfinished, self.path)
        self.cursor = cursor


def bookmark(home: Path, address: str, key: str, url: str) -> Bookmark:
    """The place of whoever sends this key's events to this address."""
    of = hashlib.sha256("\n".join((address, key, url)).encode()).hexdigest()[:16]
    return Bookmark(home / "listen" / f"{of}.cursor")


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}
