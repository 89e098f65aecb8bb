"""`perkflow order event`: order events, each noted once."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from domain.notes.sentences.acting import (
    EventKnown,
    EventNoted,
    EventOf,
    EventOfOrder,
    RefundIs,
    RefundIsStill,
)
from domain.notes.sentences.sentence import Sentence
from domain.planning.order_events import ABOUT_COMPONENTS, OrderEvent, OrderEventKind, event_id_of
from domain.verbs.human_act import words_too_long
from settings import Settings
from starter.cli.context import Connected, connect
from starter.cli.environment import load_settings
from starter.cli.errors import Usage
from starter.cli.language import Lang
from starter.cli.order.acts.parameters import Reference
from starter.cli.output import AsJson, print_json, print_text
from starter.desk.errors import NotFound
from starter.desk.explain.naming import components, named
from storage.money import refunds
from storage.views.orders import OrderView


class ChannelEvent(StrEnum):
    """What a channel says happened to an order or to a refund of it."""

    ACTIVATED = "activated"
    REDEEMED = "redeemed"
    CONFIRMED = "confirmed"
    CHARGEBACK = "chargeback"
    REFUND_CONFIRMED = "refund_confirmed"
    REFUND_FAILED = "refund_failed"


REFUNDS = frozenset({ChannelEvent.REFUND_CONFIRMED, ChannelEvent.REFUND_FAILED})


def _instant(text: str) -> str:
    """Checked while the command line is read, so that nothing was begun when it is wrong."""
    if text:
        try:
            aware = datetime.fromisoformat(text).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise Usage("--at: must be a time with offset, such as 2026-01-31T10:00:00+08:00")
    return text


def _identity(text: str) -> str:
    if len(text) > 64:
        raise Usage("--event-id: must have at most 64 characters")
    return text


def event(
    reference: Reference,
    what: Annotated[ChannelEvent, typer.Argument(metavar="EVENT", help=", ".join(ChannelEvent) + ".")],
    component: Annotated[
        str, typer.Argument(metavar="COMPONENT", help="What was activated or redeemed; #N: which release.")
    ] = "",
    event_id: Annotated[
        str, typer.Option(callback=_identity, help="The sender's id; unset: one is made of the event.")
    ] = "",
    at: Annotated[str, typer.Option(callback=_instant, help="When it happened, with offset.")] = "",
    refund: Annotated[str, typer.Option(help="The refund it is about, as `order show --json` says.")] = "",
    reason: Annotated[str, typer.Option(help="The channel's own words or number.")] = "",
    actor: Annotated[str, typer.Option(help="Who says so.")] = "channel",
    as_json: AsJson = False,
    *,
    lang: Lang,
) -> None:
    """Note what happened to an order: releases may wait for it. The same event again has no second effect.

    activated and redeemed are about a COMPONENT; a chargeback pauses; a refund that failed opens a case.
    """
    if why := words_too_long(actor, reason):
        raise Usage(f"--{why}")
    if what in REFUNDS:
        if not refund or component or event_id or at:
            raise Usage(f"{what} is about a refund: give --refund, and no component, --event-id or --at")
        outcome = asyncio.run(_refund(load_settings(), reference, what, refund, reason, actor))
        if as_json:
            print_json({"refund": outcome.refund_id, "state": outcome.state, "news": outcome.news})
        else:
            said = RefundIs if outcome.news else RefundIsStill
            print_text(said(refund=outcome.refund_id, state=outcome.state.value).say(lang))
        return
    if refund:
        raise Usage(f"{what} is about no refund; leave --refund out")
    happened = datetime.fromisoformat(at) if at else None
    event_about = partial(_event, OrderEventKind(what), component, event_id, happened)
    order, event, news = asyncio.run(_send(load_settings(), reference, event_about, reason, actor))
    if as_json:
        identity = {"order": order.order_id, "event": event.event, "event_id": event.event_id}
        print_json({**identity, "news": news})
    else:
        noted = EventNoted if news else EventKnown
        print_text(noted(event=_said(event), order=reference, event_id=event.event_id).say(lang))


def _said(event: OrderEvent) -> Sentence:
    if not event.component:
        return EventOfOrder(event=event.event.value)
    number = f"#{event.release}" if event.release else ""
    return EventOf(event=event.event.value, about=f"{event.component}{number}")


async def _send(
    settings: Settings, reference: str, event_about: Callable[[OrderView], OrderEvent], note: str, actor: str
) -> tuple[OrderView, OrderEvent, bool]:
    """The event as it was written down, and whether it was news. Raises what the desk does."""
    async with connect(settings) as connected:
        order = await connected.desk.read(reference)
        event = event_about(order)
        return (
            order,
            event,
            await connected.desk.report(order.order_id, event, actor=actor, note=note),
        )


def _event(
    event: OrderEventKind, about: str, event_id: str, at: datetime | None, order: OrderView
) -> OrderEvent:
    component, release = _about(order, event, about)
    identity = event_id or event_id_of(event, component, release)
    charged_back = any(each.event == OrderEventKind.CHARGEBACK for each in order.order_events)
    if event is OrderEventKind.CHARGEBACK and not event_id and charged_back and order.paused is None:
        raise Usage("it was charged back before, which was settled: name another chargeback by --event-id")
    return OrderEvent(event_id=identity, event=event, component=component, release=release, at=at)


def _about(order: OrderView, event: OrderEventKind, component: str) -> tuple[str, int]:
    """Component and release; 0 where it was not said which of several. Raises Usage."""
    if event not in ABOUT_COMPONENTS:
        if component:
            raise Usage(f"{event} is about the whole order; name no component")
        return "", 0
    if not component:
        raise Usage(f"{event} is about a component; there are: {', '.join(components(order))}")
    try:
        found = named(order, component)
    except NotFound as error:
        raise Usage(str(error)) from None
    releases = {each.release for each in found}
    return found[0].component, releases.pop() if len(releases) == 1 else 0


async def _refund(
    settings: Settings, reference: str, what: ChannelEvent, refund: str, note: str, actor: str
) -> refunds.RefundOutcome:
    async with connect(settings) as connected:
        await _check_refund(connected, reference, refund)
        confirmed = what is ChannelEvent.REFUND_CONFIRMED
        return await connected.desk.report_refund(refund, confirmed=confirmed, note=note, actor=actor)


async def _check_refund(connected: Connected, reference: str, refund: str) -> None:
    order = await connected.desk.read(reference)
    known = [refund.id for each in order.deliveries for refund in each.refunds]
    if refund not in known:
        raise NotFound(f"{refund} is no refund of {reference}; there are: {', '.join(known) or 'none'}")
