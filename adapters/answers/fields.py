"""Reading suppliers' JSON: strict about shape, tolerant of types that vendors are known to vary.

A number may come as a string and an identifier as a number; fields that no page mentions are ignored. All
else that differs is `Unusable`. Amounts are decimals of the currency's main unit (yuan) and never floats.
Characters that the book cannot store (NUL, halves of a surrogate pair) are replaced as soon as a text is
read, since an outcome that cannot be written is an outcome lost.
"""

import json
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Annotated, NoReturn, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from adapters.http import Unusable, decode
from domain.money import Money
from domain.notes.supply.exchanges import FieldUnusable, NotJson

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LARGEST_AMOUNT = Decimal(10) ** 12
_AMOUNT = re.compile(
    r"[¥￥]? ?(?:[1-9][0-9]{0,2}(?:[,，][0-9]{3})+|[0-9]{1,24}|(?=\.[0-9]))(?:\.[0-9]{0,24})? ?元?"
)
"""As vendors write amounts in texts: 1500.00, 1,500.00, .50, ¥15, 15元. Other commas are none: 0,500."""
Shape = TypeVar("Shape", bound=BaseModel)


class Message(BaseModel):
    """A part of a supplier's answer. Validation errors never show what was received."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    raise ValueError("not a whole number")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError("not a text")


def if_any(value: object) -> object:
    """None for an empty text or blanks."""
    return None if isinstance(value, str) and not value.strip() else value


def _text_if_any(value: object) -> str | None:
    return None if if_any(value) is None else _text(value)


def _amount(value: object) -> Decimal:
    if isinstance(value, str):
        value = _AMOUNT.fullmatch(value.strip()) and re.sub("[,，]", "", value.strip().strip("¥￥元 "))
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError("not an amount")
    amount = Decimal(value)
    if not amount.is_finite() or not 0 <= amount < _LARGEST_AMOUNT:
        raise ValueError("not an amount")
    return amount


Whole = Annotated[int, BeforeValidator(_whole)]
Code = Annotated[Whole, Field(ge=-999_999, le=999_999)]
"""A code or a status: short enough that no account can pass for one, since codes are shown."""
Text = Annotated[str, BeforeValidator(_text)]
TextIfAny = Annotated[str | None, BeforeValidator(_text_if_any)]
"""None when the supplier sends null, an empty text or blanks."""
Amount = Annotated[Decimal, BeforeValidator(_amount)]
"""A non-negative amount in the main unit, exactly as sent."""
WholeIfAny = Annotated[Whole | None, BeforeValidator(if_any)]
CodeIfAny = Annotated[Code | None, BeforeValidator(if_any)]
AmountIfAny = Annotated[Amount | None, BeforeValidator(if_any)]
"""An empty text or blanks stand for a number that is not there, as they do for a text."""


def read_json(text: str | bytes) -> object:
    """The JSON value, with decimals kept exact and its texts `storable`. Raises Unusable."""
    return storable_within(parse(text))


def parse(text: str | bytes) -> object:
    """The JSON value with its texts as they were sent, for signatures. Raises Unusable."""
    try:
        decoded = decode(text) if isinstance(text, bytes) else text
        return json.loads(decoded, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError):  # of an exponent without end
        raise Unusable(NotJson()) from None


def storable(text: str) -> str:
    """`text` with what neither PostgreSQL nor UTF-8 can hold replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable_within(value: object) -> object:
    """A JSON value with all its texts `storable`."""
    match value:
        case str():
            return storable(value)
        case list():
            return [storable_within(part) for part in value]
        case dict():
            return {storable(name): storable_within(part) for name, part in value.items()}
        case _:
            return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read(shape: type[Shape], value: object) -> Shape:
    """`value` as `shape`. Raises Unusable, which names the first wrong field and not its value."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
    raise Unusable(FieldUnusable(field=where or "data"))


def read_part(shape: type[Shape], value: object) -> Shape | None:
    """`shape` of what can be read of `value`: a field that cannot be counts as not sent. None for nothing."""
    if not isinstance(value, dict):
        return None
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        wrong = {each["loc"][0] for each in error.errors(include_input=False) if each["loc"]}
    try:
        return shape.model_validate({name: part for name, part in value.items() if name not in wrong})
    except ValidationError:
        return None


def write_json(value: object) -> str:
    """Compact JSON with text left readable, the form that both vendors sign and expect."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def number_if_numeric(text: str) -> int | str:
    """A product number as the vendor's own clients send it: an integer where it reads as one."""
    return int(text) if re.fullmatch(r"0|[1-9][0-9]{0,17}", text) else text


def cost(amount: Decimal, currency: str) -> Money:
    """What we pay. Vendors count to 1/10000 yuan; we round up, so that a cost is never understated."""
    return Money(amount=int((amount * 100).to_integral_value(ROUND_CEILING)), currency=currency)


def credit(amount: Decimal, currency: str) -> Money:
    """What we get back, rounded down, so that a credit is never overstated."""
    return Money(amount=int((amount * 100).to_integral_value(ROUND_FLOOR)), currency=currency)
