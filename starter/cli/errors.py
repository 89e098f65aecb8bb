"""Errors as the command line tells them: which exit code, in which words, and never a traceback.

One place maps exceptions to exit codes; commands just let them pass.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from typer.exceptions import TyperException

from starter.documents import InvalidDocument, LocatedProblem

REFUSED, BAD_INPUT, INTERRUPTED = 1, 2, 130
EXIT_CODES = (
    "Exit codes: 0 done; 1 refused, not found, or something that is needed is not running; "
    "2 bad input: the command line or a document is wrong, and nothing was done."
)
_SCHEMA_IS_MISSING = frozenset({"42P01", "42703", "3F000"})  # undefined table, column, schema

_TEMPORAL = {
    "UNAVAILABLE": "Temporal does not answer: start it with `perkflow up`, "
    "or set TEMPORAL_ADDRESS to a running one",
    "NOT_FOUND": "Temporal has no such namespace: set TEMPORAL_NAMESPACE to one that exists",
}


class NotFound(Exception):
    """What was asked for by name is not there; the text says what and where it was looked for."""


class Usage(TyperException):
    """The command line itself is wrong in a way that only the command can tell."""

    exit_code = BAD_INPUT


@dataclass(frozen=True)
class Failure:
    """An expected end of a command. `detail` is for people and may have several lines."""

    code: str
    title: str
    detail: str
    exit_code: int = REFUSED
    problems: Sequence[LocatedProblem] = ()

    def as_json(self) -> dict[str, Any]:
        """A problem object in the shape of RFC 9457."""
        return {
            "type": f"urn:perkflow:{self.code}",
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
            "problems": problems_json(self.problems),
        }


def problems_json(problems: Sequence[LocatedProblem]) -> list[dict[str, Any]]:
    """Problems for programs."""
    return [
        {"line": found.line, "field": found.problem.field, "message": found.problem.message}
        for found in problems
    ]


def failure_of(error: Exception) -> Failure:
    """What an exception means to whoever ran the command."""
    match error:
        case InvalidDocument():
            return Failure("invalid_document", "The document is wrong", str(error), BAD_INPUT, error.problems)
        case TyperException():
            return Failure("usage", "The command line is wrong", _with_hint(error), error.exit_code)
        case NotFound():
            return Failure("not_found", "Not found", str(error))
    return _failure_of_a_service(error) or _unexpected(error)


def _with_hint(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (see `{context.command_path} --help`)" if context is not None else ""
    message = error.format_message()
    return message + hint if message else ""


def _failure_of_a_service(error: Exception) -> Failure | None:
    """What the book, Temporal or the stack refused. Imported here: they are slow to load and seldom fail."""
    from sqlalchemy.exc import ProgrammingError
    from temporalio.service import RPCError

    from starter.client import InvalidOrder, OrderRejected, ReceiptPending
    from starter.connect import NotReady
    from starter.desk import ActPending, ActRefused
    from starter.stack.report import StackError
    from storage.bundles import AlreadyPublished
    from storage.database import DatabaseUnavailable
    from storage.sealing import SealingError

    match error:
        case InvalidOrder():
            problems = [LocatedProblem(None, problem) for problem in error.problems]
            return Failure("invalid_order", "The order is wrong", str(error), BAD_INPUT, problems)
        case OrderRejected():
            return Failure(error.code, "The order was refused", str(error))
        case ActRefused():
            return Failure("act_refused", "That cannot be done now", str(error))
        case ActPending():
            return Failure("act_pending", "It is not done yet", str(error))
        case AlreadyPublished():
            return Failure("already_published", "Published versions never change", str(error))
        case ReceiptPending():
            return Failure("receipt_pending", "The order is not accepted yet", str(error))
        case NotReady() | DatabaseUnavailable() | StackError() | SealingError():
            return _not_ready(str(error))
        case RPCError():
            return _not_ready(_TEMPORAL.get(error.status.name, f"Temporal refused: {error.status.name}"))
        case ProgrammingError() if getattr(error.orig, "sqlstate", None) in _SCHEMA_IS_MISSING:
            return _not_ready("the database has not the schema of this version: run `perkflow migrate`")
    return None


def _not_ready(detail: str) -> Failure:
    return Failure("not_ready", "Something that is needed is missing", detail)


def _unexpected(error: Exception) -> Failure:
    """Only the kind of error is shown: its text could quote what somebody entered."""
    detail = (
        f"something unexpected went wrong ({type(error).__name__}): "
        "run it again with PERKFLOW_LOG_LEVEL=DEBUG to see where"
    )
    return Failure("unexpected", "An error in Perkflow", detail)


def exit_with(command: Callable[[list[str]], object], args: Sequence[str] | None) -> NoReturn:
    """Run a command on its arguments (those of the process, unless given) and exit with its code."""
    arguments = list(sys.argv[1:] if args is None else args)
    try:
        code = command(arguments)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if os.environ.get("PERKFLOW_LOG_LEVEL", "").upper() == "DEBUG":
            traceback.print_exc()
        failure = failure_of(error)
        tell(failure, as_json="--json" in arguments)
        sys.exit(failure.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def tell(failure: Failure, *, as_json: bool) -> None:
    """Print a failure on stderr."""
    text = json.dumps(failure.as_json(), ensure_ascii=False, indent=2) if as_json else failure.detail
    if text:
        print(text, file=sys.stderr, flush=True)
