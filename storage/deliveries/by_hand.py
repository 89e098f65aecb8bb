"""What people hand in for a delivery, sealed before anybody acts on it: credentials and recipients."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.order import Recipient
from domain.fulfilment.states import AttemptState
from domain.keys import supplier_key
from domain.supply.outcomes import LONGEST_SECRET, MOST_UNITS, IssuedUnit
from storage.base import journal
from storage.base.sealing import Vault
from storage.purchasing.credentials import handed_in_before, keep_credential
from storage.purchasing.opening import order_ring
from storage.purchasing.outcomes import WAIT_FOR_CHARGE
from storage.standing.accounts import account_name, is_unbound
from storage.tables import Attempt, Credential, Delivery, Order, RecipientRow

BY_HAND = "by-hand"
"""The connection of an attempt that a person made. No configured connection can have this name."""
HANDED_IN = "by_hand"
"""The code of an attempt that a person ended: either kind of what was delivered by hand."""


class NotUsable(Exception):
    """What was handed in cannot be used; the text says why, and never what it was."""


async def hand_in_credentials(
    session: AsyncSession,
    vault: Vault,
    order_id: str,
    delivery_id: str,
    units: Sequence[IssuedUnit],
    now: datetime,
) -> list[str]:
    """Seal credentials for a delivery; they are the buyer's once the act that names them is applied.

    Handing in the same again gives the same ids. One that was handed in for another delivery and never became
    that one's is taken over. Raises NotUsable for one that another delivery has.
    """
    await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    ring = await order_ring(session, vault, order_id)
    ids: list[str] = []
    if len(units) > MOST_UNITS:
        raise NotUsable(f"{len(units)} credentials are more than {MOST_UNITS}, the most of one delivery")
    for number, unit in enumerate(units, start=1):
        if any(len(part or "") > LONGEST_SECRET for part in (unit.number, unit.password, unit.link)):
            raise NotUsable(f"a part of credential {number} is longer than {LONGEST_SECRET} characters")
        if not unit.as_handed_over().is_credential:
            raise NotUsable(f"credential {number} is blank")
        kept = await handed_in_before(session, vault, delivery, unit)
        if kept in ids:
            raise NotUsable("one credential was handed in twice")
        kept = kept or await keep_credential(
            session, vault, ring, delivery, None, number, unit, now, beside=ids
        )
        if kept is None:
            raise NotUsable(
                f"credential {number} was issued to a delivery already, or shares a secret with another one"
            )
        ids.append(kept)
    return ids


async def hand_in_recipient(
    session: AsyncSession, vault: Vault, order_id: str, delivery_id: str, recipient: Recipient
) -> str:
    """Seal another recipient for a delivery and return its name. Raises NotUsable."""
    await journal.lock_order(session, order_id)
    delivery = await session.get_one(Delivery, delivery_id)
    if delivery.recipient is None:
        raise NotUsable("this delivery goes to no account, so there is none to change")
    return await _seal_recipient(session, vault, delivery, recipient)


async def hand_in_account(
    session: AsyncSession, vault: Vault, order_id: str, account: str, recipient: Recipient
) -> str:
    """Seal the account that an order came without and return its name. Raises NotUsable."""
    await journal.lock_order(session, order_id)
    waiting = select(Delivery).where(Delivery.order_id == order_id, Delivery.recipient == account).limit(1)
    delivery = await session.scalar(waiting)
    if delivery is None or not await is_unbound(session, delivery):
        named = select(Delivery).where(Delivery.order_id == order_id, Delivery.recipient.is_not(None))
        missing = {d.recipient for d in await session.scalars(named) if await is_unbound(session, d)}
        there_are = ", ".join(sorted(name for name in missing if name)) or "none"
        raise NotUsable(f"the order waits for no account {account}; it waits for: {there_are}")
    return await _seal_recipient(session, vault, delivery, recipient)


async def handed_in_as(session: AsyncSession, vault: Vault, order_id: str, recipient: Recipient) -> str:
    """The name under which an account was handed in before; "" when it was not."""
    same = vault.fingerprints.recipient(recipient.model_dump_json())
    named = select(RecipientRow.name).where(
        RecipientRow.order_id == order_id, RecipientRow.fingerprint == same
    )
    return await session.scalar(named.limit(1)) or ""


async def _seal_recipient(
    session: AsyncSession, vault: Vault, delivery: Delivery, recipient: Recipient
) -> str:
    order_id = delivery.order_id
    standing = await session.get(RecipientRow, (order_id, delivery.recipient))
    wanted = standing.type if standing is not None else (delivery.claim or {}).get("account", recipient.type)
    if wanted != recipient.type:
        raise NotUsable(f"its recipient is of type {wanted}, and this one of type {recipient.type}")
    count = select(func.count()).where(RecipientRow.order_id == order_id)
    name = f"{account_name(delivery)}.{int(await session.scalar(count) or 0) + 1}"
    ring = await order_ring(session, vault, order_id)
    session.add(
        RecipientRow(
            order_id=order_id,
            name=name,
            type=recipient.type.value,
            sealed=ring.seal(recipient.model_dump_json().encode(), f"recipient/{order_id}/{name}"),
            blind_index=vault.fingerprints.account(recipient.value),
            fingerprint=vault.fingerprints.recipient(recipient.model_dump_json()),
        )
    )
    return name


async def attach(
    session: AsyncSession,
    order: Order,
    delivery: Delivery,
    attempt: Attempt | None,
    ids: Sequence[str],
    now: datetime,
) -> None:
    """Make handed-in credentials those of a delivery, as an attempt that a person made.

    `attempt` is the one whose supplier sold them, where that could not be asked; else one is written. Raises
    NotUsable unless they are exactly what the buyer still misses.
    """
    missing = delivery.units - delivery.units_delivered if delivery.kind in ("key", "link") else 0
    rows = list(
        await session.scalars(
            select(Credential)
            .where(
                Credential.id.in_(ids), Credential.delivery_id == delivery.id, Credential.attempt_id.is_(None)
            )
            .with_for_update()
        )
    )
    if len(rows) != missing or len(ids) != missing:
        raise NotUsable(f"the buyer misses {missing} credentials, and {len(rows)} were handed in for it")
    if attempt is not None and attempt.askable and attempt.charged_amount is None:
        attempt.verify_at = now + WAIT_FOR_CHARGE
    attempt = attempt or await _attempt_by_hand(session, order, delivery, now)
    attempt.state = AttemptState.DELIVERED.value
    attempt.closed_at = now
    attempt.code = HANDED_IN
    await session.flush()
    for row in rows:
        row.attempt_id = attempt.id


async def _attempt_by_hand(session: AsyncSession, order: Order, delivery: Delivery, now: datetime) -> Attempt:
    made = select(func.coalesce(func.max(Attempt.number), 0)).where(Attempt.delivery_id == delivery.id)
    number = int(await session.scalar(made) or 0) + 1
    attempt = Attempt(
        id=f"att_{uuid.uuid4().hex}",
        delivery_id=delivery.id,
        number=number,
        key=supplier_key(order.channel, order.order_no, *delivery.place, number),
        connection=BY_HAND,
        product="",
        offer=delivery.offer,
        state=AttemptState.DELIVERED.value,
        submissions=0,
        checks=0,
        opened_at=now,
        submitted_at=now,
        in_flight=False,
        verifications=0,
    )
    session.add(attempt)
    delivery.tries, delivery.tried = number, -1
    return attempt
