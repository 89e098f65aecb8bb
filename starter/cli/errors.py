"""Errors as the command line tells them: which exit code, in which words, and never a traceback.

One place maps exceptions to exit codes; commands just let them pass.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from typer.exceptions import TyperException

from starter.desk.errors import DeskError, InvalidOrder
from starter.process import INTERRUPTED

if TYPE_CHECKING:  # nothing that commands need only sometimes is loaded for them
    from starter.documents.reading import LocatedProblem

REFUSED, BAD_INPUT = 1, 2
_BAD_INPUT = frozenset({InvalidOrder.code})
"""Codes of what was wrong before it was asked for; every other one was refused."""
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
    problems: Sequence["LocatedProblem"] = ()

    def as_json(self) -> dict[str, Any]:
        """A problem object in the shape of RFC 9457."""
        return {
            "type": f"urn:perkflow:{self.code}",
            "code": self.code,
            "title": self.title,
            "detail": self.detail,
            "problems": problems_json(self.problems),
        }


def problems_json(problems: Sequence["LocatedProblem"]) -> list[dict[str, Any]]:
    """Problems for programs."""
    return [
        {"line": found.line, "field": found.problem.field, "message": found.problem.message}
        for found in problems
    ]


def failure_of(error: BaseException) -> Failure:
    """What an exception means to whoever ran the command."""
    match error:
        case TyperException():
            return Failure("usage", "The command line is wrong", _with_hint(error), error.exit_code)
        case DeskError():
            return _of_the_desk(error)
    for kind in type(error).__mro__:
        tell_it = _TOLD_BY.get(f"{kind.__module__}.{kind.__qualname__}")
        told = tell_it(error) if tell_it else None
        if told is not None:
            return told
    return _unexpected(error)


def _with_hint(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (see `{context.command_path} --help`)" if context is not None else ""
    message = error.format_message()
    return message + hint if message else ""


def _of_a_document(error: BaseException) -> Failure | None:
    from starter.documents.reading import InvalidDocument

    if isinstance(error, InvalidDocument):
        return Failure("invalid_document", "The document is wrong", str(error), BAD_INPUT, error.problems)
    return None


def _of_the_desk(error: DeskError) -> Failure:
    exit_code = BAD_INPUT if error.code in _BAD_INPUT else REFUSED
    problems = _located(error) if isinstance(error, InvalidOrder) else ()
    return Failure(error.code, error.title, str(error), exit_code, problems)


def _located(error: InvalidOrder) -> "Sequence[LocatedProblem]":
    from starter.documents.reading import LocatedProblem

    return [LocatedProblem(None, problem) for problem in error.problems]


def _of_a_bundle(error: BaseException) -> Failure | None:
    from storage.contracts.bundles import AlreadyPublished

    if isinstance(error, AlreadyPublished):
        return Failure("already_published", "Published versions never change", str(error))
    return None


def _of_temporal(error: BaseException) -> Failure | None:
    from temporalio.service import RPCError

    if isinstance(error, RPCError):
        return _not_ready(_TEMPORAL.get(error.status.name, f"Temporal refused: {error.status.name}"))
    return None


def _of_the_schema(error: BaseException) -> Failure | None:
    if getattr(getattr(error, "orig", error), "sqlstate", None) in _SCHEMA_IS_MISSING:
        return _not_ready("the database has not the schema of this version: run `perkflow migrate`")
    return None


def _of_another_schema(error: BaseException) -> Failure:
    """The way out: nothing of ours deletes what somebody may still want."""
    from settings import Settings

    return _not_ready(
        f"{error}: stop the local stack and remove {Settings().home}; with a database of your own, let "
        "PERKFLOW_DATABASE_URL name an empty one, or run the version that made this one"
    )


def _of_what_is_needed(error: BaseException) -> Failure:
    return _not_ready(str(error))


_TOLD_BY: Mapping[str, Callable[[BaseException], Failure | None]] = {
    "starter.documents.reading.InvalidDocument": _of_a_document,
    "storage.contracts.bundles.AlreadyPublished": _of_a_bundle,
    "starter.not_ready.NotReady": _of_what_is_needed,
    "starter.stack.progress.StackError": _of_what_is_needed,
    "storage.base.migrate.OtherSchema": _of_another_schema,
    "storage.base.unavailable.DatabaseUnavailable": _of_what_is_needed,
    "storage.base.sealing.SealingError": _of_what_is_needed,
    "starter.client.errors.PerkflowError": _of_what_is_needed,
    "temporalio.service.RPCError": _of_temporal,
    "sqlalchemy.exc.ProgrammingError": _of_the_schema,
    "psycopg.ProgrammingError": _of_the_schema,
}
"""By name, so that no class is loaded to ask whether it was raised: whatever was raised is loaded already."""


def _not_ready(detail: str) -> Failure:
    return Failure("not_ready", "Something that is needed is missing", detail)


def _unexpected(error: BaseException) -> Failure:
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
    except SystemExit:
        raise
    except BaseException as error:
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
