"""A Kayixin site that answers what a test tells it to, and keeps what it was asked."""

import json
from collections.abc import Iterable

import httpx
import respx

from tests.adapters.support import KEY

Answer = dict[str, object] | httpx.Response | type[Exception]


def ok(data: object) -> dict[str, object]:
    return {"code": 1000, "msg": "成功", "data": data}


def refused(msg: str, code: int = 1001) -> dict[str, object]:
    return {"code": code, "msg": msg, "data": None}


NO_ORDER = refused("订单不存在", 1002)


def card(number: int, status: int | None = None, cancel: int = 1) -> dict[str, object]:
    """Card C1/P1 with id 9001, C2/P2 with 9002, ..."""
    issued: dict[str, object] = {
        "cardId": 9000 + number,
        "cardNo": f"C{number}",
        "cardPwd": f"P{number}",
        "cancelRequest": cancel,
    }
    return issued if status is None else {**issued, "status": status, "result": ""}


def created(*cards: dict[str, object]) -> dict[str, object]:
    return ok({"orderNumber": "S1", "cards": list(cards)})


def order(status: object, *cards: dict[str, object], **changed: object) -> dict[str, object]:
    """A queried order that cost 15.00 yuan."""
    fields: dict[str, object] = {"orderNumber": "S1", "outerNumber": KEY, "status": status}
    fields |= {"money": 15.0, "retMoney": 0}
    return ok({**fields, "cards": list(cards), **changed})


class Site:
    """Paths answer in the order in which the test lists their answers."""

    def __init__(self, router: respx.MockRouter) -> None:
        self._router = router

    def on(self, path: str, *answers: Answer) -> None:
        self._router.post(f"http://kayixin.test/api/v3/{path}").mock(side_effect=list(_replies(answers)))

    @property
    def asked(self) -> list[tuple[str, object]]:
        """Each request's path and body, in order."""
        calls = [call.request for call in self._router.calls]
        return [(call.url.path.removeprefix("/api/v3/"), json.loads(call.content)) for call in calls]

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def header(self, name: str) -> str:
        return self._router.calls.last.request.headers[name]

    @property
    def body(self) -> bytes:
        return self._router.calls.last.request.content


def _replies(answers: Iterable[Answer]) -> Iterable[httpx.Response | type[Exception]]:
    for answer in answers:
        yield httpx.Response(200, json=answer) if isinstance(answer, dict) else answer
