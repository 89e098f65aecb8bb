"""`perkflow order`: place orders and find out what became of them."""

from collections.abc import Mapping
from typing import ClassVar

import typer

from domain.verbs.table import by_name
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
            "order.acts.event:event",
            "Note what happened to an order: releases may wait for it. The same event again has no second "
            "effect.",
        ),
        **{name: Entry("order.acts.verbs:COMMANDS", verb.help) for name, verb in by_name().items()},
        "adopt": Entry(
            "order.acts.adopt:adopt",
            "Start a run for an open order that lost its own, or whose run does not go on.",
        ),
    }


app = typer.Typer(cls=OrderCommands, no_args_is_help=True, add_completion=False)


@app.callback()
def order() -> None:
    """Place orders, and see what became of them."""
