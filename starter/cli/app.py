"""The tree of commands."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import typer

from starter.cli.errors import EXIT_CODES, exit_with
from starter.cli.language import LangOfAll
from starter.cli.lazy import Entry, LazyGroup


class Commands(LazyGroup):
    """The root command: whatever a command raises ends here, as a message and an exit code."""

    entries: ClassVar[Mapping[str, Entry]] = {
        "up": Entry(
            "processes.up:app",
            "Run PostgreSQL, Temporal with its UI, supplier simulators, a worker and a gateway until Ctrl-C.",
        ),
        "demo": Entry(
            "demo:app",
            "Sell example orders over HTTP, watch them, and compare the book with the suppliers' ledgers.",
        ),
        "order": Entry("order.commands:app", "Place orders, and see what became of them."),
        "bundle": Entry("bundle.commands:app", "Compose bundles: validate, simulate and publish contracts."),
        "catalogue": Entry("bundle.catalogue:app", "Which benefits exist, and who supplies them."),
        "channel": Entry("channel.keys:channel", "Who sells over HTTP, and with which keys."),
        "supplier": Entry("supply.supplier:app", "The connections to suppliers."),
        "pool": Entry("supply.pool:app", "Our own stock of keys."),
        "keys": Entry("keys:app", "The keys that seal orders: what lies under each, and replacing one."),
        "webhook": Entry(
            "webhook.commands:app", "The addresses that are notified of events, and what they answered."
        ),
        "listen": Entry(
            "sandbox.listen:app",
            "Forward a channel's events as signed webhooks until Ctrl-C, one line for each.",
        ),
        "sandbox": Entry("sandbox.commands:app", "Try a receiver of events with orders that never were."),
        "migrate": Entry(
            "processes.migrate:app",
            "Bring the database to today's schema; where it is already, nothing changes.",
        ),
        "worker": Entry(
            "processes.worker:app",
            "Work on orders until Ctrl-C or SIGTERM, which let what is under way finish.",
        ),
        "sweep": Entry(
            "processes.sweep:app", "Find orders and cases that do not go on, and mend them; once, from here."
        ),
        "gateway": Entry(
            "processes.gateway:app",
            "Serve channels and take suppliers' callbacks, over HTTP, until Ctrl-C or SIGTERM.",
        ),
        "simulate": Entry(
            "processes.simulate:app",
            "Serve the supplier simulators on this machine until Ctrl-C.",
        ),
    }

    def main(self, args: Sequence[str] | None = None, **options: Any) -> Any:  # type: ignore[override]
        """Run a command and exit: 0, 1 or 2 (`EXIT_CODES`), or 130 after Ctrl-C."""
        options["standalone_mode"] = False  # errors are ours to tell
        exit_with(lambda arguments: super(Commands, self).main(arguments, **options), args)


app = typer.Typer(
    cls=Commands,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def perkflow(lang: LangOfAll = None) -> None:
    """Fulfils bundle orders: every part to the buyer, on time, exactly once, or paid back."""
