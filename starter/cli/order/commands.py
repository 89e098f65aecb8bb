"""`perkflow order`: place orders and find out what became of them."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from starter.cli.lazy import Entry, LazyGroup

ANYTHING_ELSE = {"allow_extra_args": True, "ignore_unknown_options": True}
"""What does not belong to `find` may be an account, and the parser's own refusal would print it."""


class OrderCommands(LazyGroup):
    """What is done with orders."""

    entries: ClassVar[Mapping[str, Entry]] = {
        "place": Entry(
            "order.place:place",
            "Place a paid order and print its receipt. Placing the same order again returns the same "
            "receipt.",
        ),
        "show": Entry(
            "order.show:show",
            "Show an order: what it waits for, deliveries and attempts, what happens next, refund "
            "and timeline.",
        ),
        "explain": Entry(
            "order.explain:explain",
            "Explain each open delivery: what was promised and tried, why it waits, what comes next, "
            "what helps.",
        ),
        "list": Entry("order.list:list_", "List the newest orders."),
        "find": Entry(
            "order.find:find",
            "Find the orders that deliver to an account, the newest first. The account is not shown.",
            ANYTHING_ELSE,
        ),
        "event": Entry(
            "order.event:event",
            "Report what happened to an order: releases may wait for it. The same report again has no second "
            "effect.",
        ),
        "retry": Entry(
            "order.acts:retry",
            "Try a held delivery again; one that may have been sold is asked about, never bought twice.",
        ),
        "substitute": Entry("order.acts:substitute", "Buy a delivery from another of its suppliers."),
        "deliver": Entry(
            "order.acts:deliver",
            "Deliver by hand what a person has: the file's credentials are sealed before anything else "
            "happens.",
        ),
        "refund": Entry(
            "order.acts:refund",
            "Give a delivery up and pay it back; a delivered one is taken back first, if it can be.",
        ),
        "skip": Entry(
            "order.acts:skip",
            "Leave a delivery out: nothing is paid back for it, and the order does not fail by it.",
        ),
        "reissue": Entry(
            "order.acts:reissue",
            "Take a delivered benefit back and buy another one; a case, also when long closed.",
        ),
        "readdress": Entry(
            "order.account:readdress",
            "Deliver to another account from now on; one that was held for its account goes on.",
        ),
        "bind": Entry(
            "order.account:bind", "Give the account that an order came without; what waits for it goes on."
        ),
        "cancel": Entry(
            "order.whole:cancel",
            "Cancel what is left of an order; refused, with the reason, past the point of no return.",
        ),
        "hold": Entry(
            "order.whole:hold",
            "Keep a delivery from going on until it is released; without COMPONENT, pause the whole order.",
        ),
        "release": Entry(
            "order.whole:release",
            "Let a held delivery go on; without COMPONENT, a paused order with all that was held by "
            "hand in it.",
        ),
        "adopt": Entry(
            "order.adopt:adopt",
            "Start a run for an open order that lost its own, or whose run does not go on.",
        ),
    }


app = typer.Typer(cls=OrderCommands, no_args_is_help=True, add_completion=False)


@app.callback()
def order() -> None:
    """Place orders, and see what became of them."""
