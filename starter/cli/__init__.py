"""The command line. `main` is what `perkflow` and `python -m starter.cli` run."""

from starter.cli.app import app


def main() -> None:
    """Run the command that the process was started with, and exit with its code."""
    app(prog_name="perkflow")


__all__ = ["app", "main"]
