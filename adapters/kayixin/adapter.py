"""A Kayixin connection: asks, and lets `meaning` and `revoking` decide what the answer says."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.answers.fields import number_if_numeric, read, read_json, write_json
from adapters.answers.refusals import believed, refused_here
from adapters.answers.wording import fit_to_show
from adapters.http import Conversation, Unusable, Wire
from adapters.kayixin import meaning, revoking
from adapters.kayixin.callback import ACKNOWLEDGEMENT, read_callback
from adapters.kayixin.config import KayixinConfig
from adapters.kayixin.messages import (
    SUCCESS,
    Envelope,
    Goods,
    Order,
    RefundRequest,
    order_request,
)
from adapters.kayixin.offers import REVOCABLE
from adapters.kayixin.signing import headers
from adapters.kayixin.stock import level
from adapters.supplier import Answer, NotSent, StockLevel, SupplierCallback, SupplierError
from domain.fulfilment.refusals import is_locked_out
from domain.notes.supply.exchanges import CallGotCode, CallRefused, CallUnusable, RefusedAndAsked
from domain.notes.supply.goods import SomeVoidsRefused
from domain.supply.capabilities import Capabilities
from domain.supply.outcomes import (
    Delivered,
    IssuedUnit,
    NotRevocable,
    QueryOutcome,
    RevokeOutcome,
    RevokePending,
    SubmitOutcome,
    Uncertain,
    UnknownOrder,
)
from domain.supply.purchase import Purchase

LONGEST_COST_QUERY = timedelta(seconds=5)
"""How long a delivery may wait for the answer what it cost."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Kayixin:
    """One customer account at one operating site. `now` is replaced in tests only."""

    def __init__(self, config: KayixinConfig, now: Callable[[], datetime] = _utc_now) -> None:
        self._config = config
        self._now = now
        self._wire = Wire(config.timeout)

    @property
    def capabilities(self) -> Capabilities:
        """How a repeated number is answered is not documented; it is treated as refused."""
        return Capabilities(
            on_duplicate="refuse",
            query_by_our_number=True,
            revocable=REVOCABLE,
            absence_after=self._config.absence_after,
            verify_after=tuple(self._config.verify_after),
        )

    async def submit(self, purchase: Purchase) -> Answer[SubmitOutcome]:
        talk = Conversation(self._wire)
        return Answer(await self._submit(talk, purchase), talk.exchange)

    async def query(self, purchase: Purchase) -> Answer[QueryOutcome]:
        talk = Conversation(self._wire)
        return Answer(await self._query(talk, purchase), talk.exchange)

    async def revoke(self, purchase: Purchase, units: tuple[IssuedUnit, ...]) -> Answer[RevokeOutcome]:
        talk = Conversation(self._wire)
        try:
            if purchase.kind == "recharge":
                outcome = await self._refund(talk, purchase)
            else:
                outcome = await self._void(talk, purchase, units)
        except Unusable as error:
            outcome = error.outcome
        return Answer(outcome, talk.exchange)

    @property
    def acknowledgement(self) -> bytes:
        return ACKNOWLEDGEMENT

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> SupplierCallback:
        return read_callback(self._config.app_id, self._config.secret.get_secret_value(), headers, body)

    async def stock(self, product: str) -> StockLevel:
        try:
            envelope = await self._ask(
                Conversation(self._wire), "goods/getDetail", {"goodsId": number_if_numeric(product)}
            )
            if envelope.code != SUCCESS:
                raise SupplierError(CallGotCode(call="goods/getDetail", answer=str(envelope.code)))
            return level(read(Goods, envelope.data), product, self._config.currency)
        except (NotSent, Unusable) as error:
            raise SupplierError(CallUnusable(call="goods/getDetail", why=error.why)) from None

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _submit(self, talk: Conversation, purchase: Purchase) -> SubmitOutcome:
        """Buy; a refusal is considered only after one query has found nothing under our number."""
        refused = refused_here(purchase, self._config.currency)
        if refused is not None:
            return believed(refused, purchase)
        try:
            body = order_request(purchase, self._config.callback_url)
            envelope = await self._ask(talk, "order/create", body)
        except Unusable as error:
            return error.outcome
        if envelope.code == SUCCESS:
            created = meaning.of_accepted(envelope.data, purchase, self._config.currency)
            if isinstance(created, Delivered):
                return await self._with_charge(created, purchase)
            return created
        found = await self._query(talk, purchase)
        refusal = meaning.of_refusal(envelope, purchase)
        if isinstance(found, UnknownOrder):
            return believed(refusal, purchase)
        if not isinstance(found, Uncertain):
            return found
        named = None if isinstance(refusal, Uncertain) else refusal
        if named is not None and is_locked_out(named, found.refusal):
            return believed(named, purchase)
        shown = fit_to_show(envelope.text, purchase)
        why = RefusedAndAsked(answer=str(envelope.code), text=shown, asked=found.why)
        return replace(found, why=why, refusal=named)

    async def _with_charge(self, delivered: Delivered, purchase: Purchase) -> SubmitOutcome:
        """Ask once, and not for long, what the create answer does not tell; a delivery it stays if it is one.

        The question is not part of the kept exchange, which holds the create.
        """
        at_most = min(self._config.timeout, LONGEST_COST_QUERY).total_seconds()
        try:
            async with asyncio.timeout(at_most):
                order = await self._order(Conversation(self._wire), purchase)
            return meaning.with_charge(delivered, order, purchase, self._config.currency)
        except Exception:  # Cards in hand outweigh whatever is wrong with the question.
            return delivered

    async def _query(self, talk: Conversation, purchase: Purchase) -> QueryOutcome:
        try:
            envelope = await self._ask(talk, "order/getDetail", {"outerNumber": purchase.key})
        except Unusable as error:
            return error.outcome
        if envelope.code != SUCCESS:
            return meaning.of_unsuccessful_query(envelope, purchase)
        return meaning.of_found(envelope.data, purchase, self._config.currency)

    async def _void(
        self, talk: Conversation, purchase: Purchase, units: tuple[IssuedUnit, ...]
    ) -> RevokeOutcome:
        """Void what can be voided; then the order's own state is the outcome."""
        before = revoking.of_cards(await self._order(talk, purchase), purchase, units, self._config.currency)
        if not isinstance(before, tuple):
            return before
        refused: NotRevocable | Uncertain | None = None
        for card in before:
            envelope = await self._ask(talk, "card/void", {"cardId": number_if_numeric(card)})
            if envelope.code != SUCCESS:
                refused = revoking.of_refused(envelope, purchase)
                break
        after = revoking.of_cards(await self._order(talk, purchase), purchase, units, self._config.currency)
        if not isinstance(after, tuple):
            return after
        if refused is not None and len(after) < len(units):
            return Uncertain(SomeVoidsRefused())
        return refused or RevokePending(revoking.CHECK_AFTER)

    async def _refund(self, talk: Conversation, purchase: Purchase) -> RevokeOutcome:
        """Ask for a refund unless one is under way or done."""
        currency, order = self._config.currency, await self._order(talk, purchase)
        if (known := revoking.of_recharge(order, purchase, currency)) is not None:
            return known
        envelope = await self._ask(talk, "order/refunds", {"outerNumber": purchase.key})
        if envelope.code != SUCCESS:
            return revoking.of_refused(envelope, purchase)
        answered = revoking.of_refund_request(read(RefundRequest, envelope.data))
        if answered is not None:
            return answered
        order = await self._order(talk, purchase)
        return revoking.of_recharge(order, purchase, currency) or RevokePending(revoking.CHECK_AFTER)

    async def _order(self, talk: Conversation, purchase: Purchase) -> Order:
        envelope = await self._ask(talk, "order/getDetail", {"outerNumber": purchase.key})
        if envelope.code != SUCCESS:
            shown = fit_to_show(envelope.text, purchase)
            raise Unusable(CallRefused(call="order/getDetail", answer=str(envelope.code), text=shown))
        return read(Order, envelope.data)

    async def _ask(self, talk: Conversation, path: str, fields: dict[str, object]) -> Envelope:
        body = write_json(fields).encode()
        signed = headers(self._config.app_id, self._config.secret.get_secret_value(), body, self._now())
        return read(
            Envelope, read_json(await talk.post(f"{self._config.base_url}/api/v3/{path}", body, signed))
        )
