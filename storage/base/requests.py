"""Requests of people by their ids: one id names one act on one target with one body, whoever asks again.

The id is written down in the transaction that does what was asked: whoever finds it knows that it was done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.order import Recipient
from domain.keys import canonical_digest
from domain.supply.outcomes import IssuedUnit
from domain.verbs.human_act import HumanAct
from domain.verbs.verb import Act, words
from storage.base.sealing import Fingerprints
from storage.tables import ActRow, Credential, Delivery, Order, RecipientRow

HandedIn = Sequence[Sequence[str]]
"""What an act hands in, as keyed fingerprints: equal for what is equal, and nothing can be read from it."""


NOT_ASKED_FOR = {"request_id", "order_id", "credentials", "recipient", "known"}
"""Of a request's fields: what names it, what stands for what it hands in, and what a run says of itself."""


class ActRefused(Exception):
    """The act is not possible as things stand; the text is for whoever asked."""


class OrderErased(ActRefused):
    """Its buyer was erased, so nothing more is done about the order."""

    def __init__(self, channel: str, order_no: str, at: datetime) -> None:
        super().__init__(
            f"the buyer of order {channel}/{order_no} was erased at {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: "
            "nothing more can be done about it"
        )


@dataclass(frozen=True)
class Answered:
    """An act that was done before, under the same request id."""

    delivery_id: str
    case: int | None
    """The case that it opened or joined."""


async def digest_of(session: AsyncSession, request: HumanAct, handed_in: HandedIn | None = None) -> str:
    """What tells one request from another: act, target, who, why, and every parameter.

    `handed_in`: what the request is about to hand in, while it is not in the book yet.
    """
    if handed_in is None:
        handed_in = await _handed_in(session, request)
    body = request.model_dump(mode="json", exclude=NOT_ASKED_FOR, exclude_defaults=True)
    body["handed_in"] = sorted([*each] for each in handed_in)
    return canonical_digest(body)


async def delivery_of(session: AsyncSession, order_id: str, request_id: str) -> str | None:
    """The delivery that a request of this id was about; "" for the whole order, None for an unused id."""
    row = await session.get(ActRow, (order_id, request_id))
    return row.delivery_id if row is not None else None


async def answered(
    session: AsyncSession, request: HumanAct, handed_in: HandedIn | None = None
) -> Answered | None:
    """What came of this very request before; None when it is new.

    Raises ActRefused for another one's id, OrderErased for anything but erasing once the buyer was erased.
    """
    of_it = select(Order.channel, Order.order_no, Order.erased_at).where(Order.id == request.order_id)
    for channel, order_no, erased_at in await session.execute(of_it):
        if erased_at is not None and request.act is not Act.ERASE:
            raise OrderErased(channel, order_no, erased_at)
    row = await session.get(ActRow, (request.order_id, request.request_id), populate_existing=True)
    if row is None:
        return None
    if row.digest != await digest_of(session, request, handed_in):
        raise ActRefused(await _taken(session, row))
    return Answered(row.delivery_id, row.case_number)


async def first_time(
    session: AsyncSession, request: HumanAct, now: datetime, *, case: int | None = None
) -> bool:
    """Write a request down; False when it was done before. Raises ActRefused for another one's id.

    `case`: the case that it opens or joins.
    """
    row = await session.scalar(
        insert(ActRow)
        .values(
            order_id=request.order_id,
            request_id=request.request_id,
            delivery_id=request.delivery_id,
            act=request.act.value,
            actor=request.actor,
            reason=request.reason,
            at=now,
            digest=await digest_of(session, request),
            case_number=case,
        )
        .on_conflict_do_nothing()
        .returning(ActRow.request_id)
    )
    if row is None:
        await answered(session, request)
    return row is not None


def as_handed_in(fingerprints: Fingerprints, given: Sequence[IssuedUnit] | Recipient) -> HandedIn:
    """Credentials or an account that a person is about to hand in."""
    if isinstance(given, Recipient):
        return [[fingerprints.recipient(given.model_dump_json())]]
    return [
        _unit(fingerprints.credential(unit.number, unit.password, unit.link), unit.expires_at)
        for unit in given
    ]


async def _handed_in(session: AsyncSession, request: HumanAct) -> HandedIn:
    found: list[Sequence[str]] = []
    if request.credentials:
        rows = await session.scalars(select(Credential).where(Credential.id.in_(request.credentials)))
        found += [_unit(row.fingerprint, row.expires_at) for row in rows]
    if request.recipient:
        row = await session.get(RecipientRow, (request.order_id, request.recipient))
        found.append([(row and row.fingerprint) or request.recipient])
    return found


def _unit(fingerprint: str, expires_at: datetime | None) -> Sequence[str]:
    return [fingerprint, expires_at.astimezone(UTC).isoformat() if expires_at else ""]


async def _taken(session: AsyncSession, row: ActRow) -> str:
    """What a request id was used for, and how to go on."""
    about = "the whole order"
    if delivery := await session.get(Delivery, row.delivery_id):
        about = f"{delivery.component}#{delivery.number}"
    at = f"{row.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return (
        f"request id {row.request_id} was used before for something else: {words(Act(row.act))} on {about}, "
        f"at {at} by {row.actor}: {row.reason}. Nothing was done now: ask for it under an id of its own"
    )
