"""What becomes of a release in the end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a release."""

    RELEASED = "released"
    REFUNDED = "refunded"
    FORFEITED = "forfeited"
    """Neither delivered nor paid back, since nobody gave its account."""


class Because(StrEnum):
    """Why a release is not released."""

    CONDITION = "condition"
    NO_ACCOUNT = "no_account"
    POLICY = "policy"
    """The policy cannot do without what is lost, and undoes the whole order."""


@dataclass(frozen=True)
class Ending:
    """What becomes of a release, and when; `because` is None when it is released."""

    at: datetime
    fate: Fate
    because: Because | None = None
