"""The contract: what a bundle promises, as its composer writes it.

A bundle is a document of its own version; once published it never changes. What it says about benefits,
suppliers and costs stands in the catalogue (`domain.catalogue`), which may change under it.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.money import StatedMoney

Identifier = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="lower-case letters, digits, - and _")
]
LONGEST = timedelta(days=3660)

_PRINTABLE = r"[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?"
Text = Annotated[
    str, Field(min_length=1, max_length=200, pattern=f"^{_PRINTABLE}$", description="printable text")
]
Version = Annotated[int, Field(ge=1, le=1_000_000)]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not an IANA time zone; use a name like Asia/Shanghai")
    return name


def _within_bounds(duration: timedelta) -> timedelta:
    if not timedelta(0) <= duration <= LONGEST:
        raise ValueError("must be between PT0S and P3660D; use an ISO 8601 duration like P3D or PT30M")
    return duration


TimeZone = Annotated[str, AfterValidator(_known_zone), Field(examples=["Asia/Shanghai"])]
Duration = Annotated[
    timedelta, AfterValidator(_within_bounds), Field(description="ISO 8601 duration, e.g. P3D or PT30M")
]


class Document(BaseModel):
    """Anything written by hand: unknown fields are errors, and error texts never repeat the input."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Role(StrEnum):
    """What a component is for: it anchors the value, gets used, or gets talked about."""

    CORE = "core"
    FREQUENT = "frequent"
    SURPRISE = "surprise"


class Reversibility(StrEnum):
    """How long a delivered component can be taken back."""

    REVERSIBLE = "reversible"
    UNTIL_REVEALED = "until_revealed"
    IRREVERSIBLE = "irreversible"


class After(Document):
    """Release this long after the order was placed (elapsed time: P3D is 72 hours)."""

    after: Duration


class PerPlatform(Document):
    """The component goes to the account that the order names for this platform."""

    platform: Identifier


class AtLeast(Document):
    """The order succeeds when at least this many components are delivered."""

    at_least: int = Field(ge=1)


SuccessPolicy = Literal["all_or_nothing", "core_must", "best_effort"] | AtLeast


class Component(Document):
    """One line of a bundle."""

    id: Identifier
    benefit: Identifier
    quantity: int = Field(1, ge=1, le=1000, description="Units per bundle")
    role: Role = Role.CORE
    release: Literal["at_order"] | After = "at_order"
    recipient: Literal["shared"] | PerPlatform = Field(
        "shared", description="`shared`: the order's one account; or the account of one platform"
    )
    stand_alone: StatedMoney | None = Field(
        None, description="Stand-alone price of one unit, where it differs from the benefit's"
    )
    share: StatedMoney | None = Field(
        None, description="A fixed part of the bundle's price; on all components or on none"
    )
    max_cost: StatedMoney | None = Field(
        None, description="Cost ceiling for one unit; offers above it are never used"
    )
    reversibility: Reversibility = Reversibility.IRREVERSIBLE


class Limits(Document):
    """How much one buyer may have of this bundle, over all orders that were not failed or cancelled."""

    per_buyer: int | None = Field(None, ge=1, description="Bundles per buyer")
    per_benefit: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="Units of a benefit per buyer, over all bundles"
    )


class Bundle(Document):
    """A versioned contract over components, sold as one SKU."""

    id: Identifier
    version: Version
    title: Text
    price: StatedMoney
    time_zone: TimeZone = "Asia/Shanghai"
    policy: SuccessPolicy
    components: list[Component] = Field(min_length=1, max_length=50)
    limits: Limits = Limits()
    hold_for: Duration | None = Field(
        None,
        description="How long a delivery that cannot proceed waits for a person before it is compensated. "
        "Unset: not at all under all_or_nothing, 3 days otherwise",
    )

    @property
    def hold_window(self) -> timedelta:
        """The time a held delivery has before it compensates by itself."""
        if self.hold_for is not None:
            return self.hold_for
        return timedelta(0) if self.policy == "all_or_nothing" else timedelta(days=3)
