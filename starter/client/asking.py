"""Asking, and asking again: the same document, for as long as nothing or "later" is answered.

That is safe for everything a shop asks: an order is named by its number, a refund by its id, and what has no
name of its own gets an `Idempotency-Key` before it is sent for the first time.
"""

from collections.abc import Mapping
from time import monotonic, sleep
from typing import Any

import httpx

from .errors import NoAnswer, problem

LATER = (429, 503)
"""Perkflow says so, and after how many seconds."""
_NOT_OURS = (502, 504)
"""A proxy says that it had no answer."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 10.0
"""Seconds between two tries where nobody says how long to wait; each wait is twice the one before."""


class Asking:
    """Requests to one gateway. `patience`: seconds after which it is not asked again."""

    def __init__(self, http: httpx.Client, patience: float) -> None:
        self._http = http
        self._patience = patience

    def ask(
        self,
        method: str,
        path: str,
        document: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        until_decided: bool = False,
    ) -> httpx.Response:
        """An answer that is final, or 202 once patience has ended. Raises NoAnswer, Problem.

        `until_decided`: 202 is asked again as well.
        """
        ends, wait = monotonic() + self._patience, _FIRST_WAIT
        while True:
            answer = self._once(method, path, document, headers, params)
            if answer is not None and not _again(answer, until_decided):
                break
            pause = wait if answer is None else _seconds(answer, wait)
            if monotonic() + pause > ends:
                break
            sleep(pause)
            wait = min(2 * wait, _LONGEST_WAIT)
        if answer is None or answer.status_code in _NOT_OURS:
            raise NoAnswer(f"no answer to {method} {path}: ask again, nothing is done twice")
        if answer.is_error:
            raise problem(answer.status_code, _object(answer))
        return answer

    def _once(
        self, method: str, path: str, document: Any, headers: Any, params: Any
    ) -> httpx.Response | None:
        try:
            return self._http.request(method, path, json=document, headers=headers, params=params)
        except httpx.TransportError:
            return None


def _again(answer: httpx.Response, until_decided: bool) -> bool:
    return answer.status_code in (*LATER, *_NOT_OURS) or (until_decided and answer.status_code == 202)


def _seconds(answer: httpx.Response, otherwise: float) -> float:
    """How long an answer asks to wait."""
    said = answer.headers.get("retry-after", "")
    return float(said) if said.isdigit() else otherwise


def _object(answer: httpx.Response) -> dict[str, Any]:
    """The body as an object; empty where it is none, as of a full gateway or a proxy."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
