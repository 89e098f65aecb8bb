"""Perkflow as a shop calls it, a method for each thing that a shop does."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypedDict, TypeVar, cast
from urllib.parse import quote

import httpx

from .answers import (
    AccountGiven,
    Availability,
    Cancellation,
    EventNoted,
    Link,
    Order,
    OrderCheck,
    Receipt,
    Refund,
    RefundSettled,
)
from .asking import Asking
from .documents import NewOrder, Recipient
from .errors import FeedRestarted, OrderPending
from .events import EventPage

Answer = TypeVar("Answer")


class _RefundPage(TypedDict):
    data: list[Refund]
    next_cursor: str | None


class Perkflow:
    """One channel's Perkflow; a context manager. Threads may share it.

    `patience`: seconds over which a request is repeated that finds no answer, or "later". `options` are those
    of `httpx.Client`: a proxy, certificates, `timeout`. Each method raises NoAnswer or a Problem.
    """

    def __init__(self, address: str, key: str, *, patience: float = 60, **options: Any) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(**{"base_url": address, "headers": headers, "timeout": 30, **options})
        self._asking = Asking(self._http, patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def availability(self, bundle: str) -> Availability:
        """Whether the newest version of a bundle can be sold now."""
        return self._read(Availability, f"/v1/bundles/{bundle}/availability")

    def check(self, order: NewOrder) -> OrderCheck:
        """Whether an order would be accepted now; before the buyer pays."""
        return self._send(OrderCheck, "POST", "/v1/order-checks", order)

    def place(self, order: NewOrder) -> Receipt:
        """Place a paid order, one however often it is sent. Raises OrderRefused, OrderPending, Conflict."""
        answer = self._asking.ask("POST", "/v1/orders", order, until_decided=True)
        if answer.status_code == 202:
            raise OrderPending(f"order {order['order_no']} is not accepted yet: place it again")
        receipt: Receipt = answer.json()
        return receipt

    def order(self, order_no: str) -> Order:
        """An order as it stands. Raises NotFound, OrderPending."""
        answer = self._asking.ask("GET", _order(order_no), until_decided=True)
        if answer.status_code == 202:
            raise OrderPending(f"order {order_no} is not accepted yet: read it again")
        found: Order = answer.json()
        return found

    def report(self, order_no: str, event: str, **more: Any) -> EventNoted:
        """Say what happened to an order: `activated`, `redeemed`, `confirmed` or `chargeback`."""
        return self._send(EventNoted, "POST", f"{_order(order_no)}/events", {"event": event, **more})

    def give_account(self, order_no: str, component: str, recipient: Recipient) -> AccountGiven:
        """Give the account that a component waits for, or another one."""
        path = f"{_order(order_no)}/recipients/{component}"
        return self._send(AccountGiven, "PUT", path, {"recipient": recipient}, headers=_named())

    def cancel(self, order_no: str, reason: str) -> Cancellation:
        """Cancel what is left of an order: `done`, `refused`, or `requested` while nobody has decided."""
        path = f"{_order(order_no)}/cancellations"
        return self._send(
            Cancellation, "POST", path, {"reason": reason}, headers=_named(), until_decided=True
        )

    def refunds(self, state: str | None = None) -> Iterator[Refund]:
        """Refunds, those decided first before the others; `decided` are those to pay."""
        asked = {} if state is None else {"state": state}
        while True:
            page = self._read(_RefundPage, "/v1/refunds", asked)
            yield from page["data"]
            if page["next_cursor"] is None:
                return
            asked = {**asked, "cursor": page["next_cursor"]}

    def confirm_refund(self, refund_id: str, note: str = "") -> RefundSettled:
        """Say that a refund's money was moved."""
        return self._send(RefundSettled, "POST", f"/v1/refunds/{refund_id}/confirmation", {"note": note})

    def fail_refund(self, refund_id: str, reason: str) -> RefundSettled:
        """Say that a refund's money could not be moved."""
        return self._send(RefundSettled, "POST", f"/v1/refunds/{refund_id}/failure", {"reason": reason})

    def page_link(self, order_no: str, **more: Any) -> Link:
        """A link that shows the buyer his order and all that is his. Raises NotFound."""
        return self._send(Link, "POST", f"{_order(order_no)}/page-links", more)

    def reveal_link(self, delivery_id: str, **more: Any) -> Link:
        """A link that reveals one delivery. Raises NotFound."""
        return self._send(Link, "POST", f"/v1/deliveries/{delivery_id}/reveal-links", more)

    def end_link(self, link_id: str) -> None:
        """Let a link open nothing any more. Raises NotFound."""
        self._asking.ask("DELETE", f"/v1/reveal-links/{link_id}")

    def events(
        self, cursor: str | None = None, types: Sequence[str] = (), limit: int = 50
    ) -> Iterator[EventPage]:
        """Pages of events after a cursor, until there are no more; none of them is empty.

        After a restored database it goes on where the feed began anew. Raises EventsPruned.
        """
        while True:
            asked = {"type": list(types), "limit": limit, **({} if cursor is None else {"cursor": cursor})}
            try:
                page = self._read(EventPage, "/v1/events", asked)
            except FeedRestarted as restarted:
                cursor = restarted.cursor
                continue
            if page["data"]:
                yield page
            if not page["has_more"]:
                return
            cursor = page["cursor"]

    def _read(self, kind: type[Answer], path: str, params: Mapping[str, Any] | None = None) -> Answer:
        return cast(Answer, self._asking.ask("GET", path, params=params).json())

    def _send(
        self, kind: type[Answer], method: str, path: str, document: Mapping[str, Any], **more: Any
    ) -> Answer:
        return cast(Answer, self._asking.ask(method, path, document, **more).json())


def _order(order_no: str) -> str:
    return f"/v1/orders/{quote(order_no, safe='')}"


def _named() -> Mapping[str, str]:
    """A name of its own for a request, by which a repeat of it is known."""
    return {"Idempotency-Key": uuid.uuid4().hex}
