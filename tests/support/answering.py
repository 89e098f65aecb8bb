"""A supplier that answers what a test says, for what no simulator does."""

import pytest

from adapters.kayixin.adapter import Kayixin
from adapters.supplier import Answer, Exchange
from domain.supply.purchase import Purchase

NOTHING = Exchange("", "")


class Answering:
    """Puts scripted answers in place of one adapter's verbs, for one product."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.asked: list[str] = []

    def with_(self, verb: str, product: str, *outcomes: object) -> None:
        """Answer `verb` with these outcomes in turn, the last one for ever; an exception is raised."""
        real = getattr(Kayixin, verb)
        left = list(outcomes)

        async def scripted(adapter: Kayixin, purchase: Purchase, *more: object) -> object:
            if purchase.product != product:
                return await real(adapter, purchase, *more)
            self.asked.append(verb)
            outcome = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(outcome, Exception):
                raise outcome
            return Answer(outcome, NOTHING)

        self._monkeypatch.setattr(Kayixin, verb, scripted)
