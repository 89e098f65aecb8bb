"""The door of a run: whatever anybody sends to it, from Temporal's UI or by its command line, fails no task.

Temporal hands a handler as many inputs as came, so handlers take any number, decoded as far as that can be
done, and are called with the one that they are for. A signal that cannot be read is dropped with a line in
the log, an update is refused, a run that starts from one fails. Neither shows what came. What is ours, under
a key that this worker has not, waits for that key: another worker might read it, and would replay otherwise.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from domain import unreadable
from domain.texts import ForPeople
from workflows.signatures import NOT_READABLE

Input = TypeVar("Input", bound=BaseModel)
Result = TypeVar("Result")
PLAINTEXT = "it came in plaintext, and only what is encrypted is read"


class Unreadable(Exception):
    """Why an input cannot be read, without a word of it."""


class KeyIsMissing(Unreadable):
    """It is ours, and was sealed under a key that this worker has not."""


def signalled(kind: Any) -> Callable[[Callable[..., Awaitable[None]]], Callable[..., Awaitable[None]]]:
    """A signal with one input of this kind (None: with no input)."""

    def decorate(handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        reader = _Reader(kind)

        async def heard(self: object, *inputs: object) -> None:
            try:
                given = reader.read(inputs)
            except KeyIsMissing as why:
                raise RuntimeError(f"signal {handler.__name__} cannot be read yet: {why}") from None
            except Unreadable as why:
                workflow.logger.warning("signal %s was dropped: %s", handler.__name__, why)
                return
            await handler(self, *given)

        return workflow.signal(_named(heard, handler))

    return decorate


def asked(
    kind: type[Input], check: Callable[[Any, Input], None]
) -> Callable[[Callable[[Any, Input], Awaitable[Result]]], Any]:
    """An update with one input of this kind, refused where `check` raises an ApplicationError."""

    def decorate(handler: Callable[[Any, Input], Awaitable[Result]]) -> Any:
        reader = _Reader(kind)

        async def answer(self: object, *inputs: object) -> Result:
            try:
                given = reader.read(inputs)
            except Unreadable as why:
                raise RuntimeError(f"{handler.__name__} was accepted and cannot be read now: {why}") from None
            return await handler(self, *given)

        def may(self: object, *inputs: object) -> None:
            try:
                given = reader.read(inputs)
            except Unreadable as why:
                raise ApplicationError(f"{handler.__name__}: {why}", type=NOT_READABLE) from None
            check(self, *given)

        update = workflow.update(_named(answer, handler))
        may.__annotations__ = {"inputs": object}
        update.validator(may)
        return update

    return decorate


def started_with(kind: type[Input], inputs: Sequence[object]) -> Input:
    """What a run starts from. One that cannot be read fails the run; while its key is missing, the task."""
    try:
        [given] = _Reader(kind).read(inputs)
    except KeyIsMissing as why:
        raise RuntimeError(f"what this run starts from cannot be read yet: {why}") from None
    except Unreadable as why:
        said = f"what this run was started with cannot be read: {why}"
        raise ApplicationError(said, type=NOT_READABLE, non_retryable=True) from None
    return given  # type: ignore[no-any-return]


class _Reader:
    """Reads the inputs of one handler."""

    def __init__(self, kind: Any) -> None:
        self._adapter: TypeAdapter[Any] | None = None if kind is None else TypeAdapter(kind)

    def read(self, inputs: Sequence[object]) -> list[Any]:
        """What the handler is called with. Raises Unreadable."""
        wanted = 0 if self._adapter is None else 1
        if len(inputs) != wanted:
            raise Unreadable(f"it takes {'one input' if wanted else 'no input'}, and {len(inputs)} came")
        return [self._one(self._adapter, value) for value in inputs if self._adapter is not None]

    def _one(self, adapter: TypeAdapter[Any], value: object) -> Any:
        if isinstance(value, ForPeople):
            raise Unreadable(PLAINTEXT)
        if isinstance(value, RawValue):
            raise _why(value)
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            raise Unreadable(f"it is not what this takes: {_wrong(error)}") from None


def _why(value: RawValue) -> Unreadable:
    payload = value.payload
    if payload.metadata.get("encoding") != unreadable.ENCODING:
        return Unreadable("it is not in a form that can be decoded")
    if unreadable.NO_KEY in payload.metadata:
        return KeyIsMissing("it is encrypted under a key that this worker has not")
    return Unreadable(payload.data.decode())


def _wrong(error: ValidationError) -> str:
    """Which fields are wrong and how; no value, and no name that only what came has."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    told = [f"{each['loc'][0] if each['loc'] else 'all of it'}: {each['type']}" for each in found]
    return ", ".join(told[:5])


def _named(wrapper: Callable[..., Any], handler: Callable[..., Any]) -> Callable[..., Any]:
    """The wrapper under the handler's name, and with what it answers, as Temporal is to know them."""
    wrapper.__name__, wrapper.__qualname__ = handler.__name__, handler.__qualname__
    wrapper.__doc__, wrapper.__module__ = handler.__doc__, handler.__module__
    wrapper.__annotations__ = {"inputs": object, "return": get_type_hints(handler).get("return")}
    return wrapper
