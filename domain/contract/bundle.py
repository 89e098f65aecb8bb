"""The contract: what a bundle promises, as its composer writes it.

A bundle is a document of its own version; once published it never changes. What it says about benefits,
suppliers and costs stands in the catalogue (`domain.contract.catalogue`), which may change under it.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from domain.contract.document import Document, Duration, Identifier, Text, Version, is_unset
from domain.contract.release import AT_ORDER, AccountClaim, Release
from domain.money import StatedMoney


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not an IANA time zone; use a name like Asia/Shanghai")
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone), Field(examples=["Asia/Shanghai"])]


class Role(StrEnum):
    """What a component is for: it anchors the value, gets used, or gets talked about."""

    CORE = "core"
    FREQUENT = "frequent"
    SURPRISE = "surprise"


class Reversibility(StrEnum):
    """How long a delivered component can be revoked."""

    REVERSIBLE = "reversible"
    UNTIL_REVEALED = "until_revealed"
    IRREVERSIBLE = "irreversible"


class AttributeType(StrEnum):
    """What an order states under an attribute: a printable text, a whole number, or a date (1990-12-31)."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


BUILT_IN = {"quantity": AttributeType.NUMBER, "paid": AttributeType.NUMBER, "channel": AttributeType.TEXT}
"""Attributes that every order has; `paid` is in minor units."""
MOST_BUNDLES = 1000
"""Of one order: its largest quantity."""


class PerPlatform(Document):
    """The component goes to the account that the order names for this platform."""

    platform: Identifier


class AtLeast(Document):
    """The order succeeds when at least this many components are delivered."""

    at_least: int = Field(ge=1)


class ShippedWhen(StrEnum):
    """When an order counts as shipped: with its first delivery, its core components, or all of them."""

    FIRST_DELIVERY = "first_delivery"
    CORE = "core"
    ALL = "all"


def _is_all(shipped_when: ShippedWhen) -> bool:
    return shipped_when is ShippedWhen.ALL


SuccessPolicy = Literal["all_or_nothing", "core_must", "best_effort"] | AtLeast


class Component(Document):
    """One line of a bundle."""

    id: Identifier
    benefit: Identifier
    quantity: int = Field(1, ge=1, le=1000, description="Units per bundle")
    role: Role = Role.CORE
    release: Literal["at_order"] | Release = "at_order"
    needs: list[Identifier] = Field(
        default_factory=list,
        max_length=50,
        exclude_if=is_unset,
        description="Components of which a release was delivered before anything of this one is released",
    )
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
    max_reveals: int | None = Field(
        None,
        ge=1,
        le=1000,
        exclude_if=is_unset,
        description="How often a link shows the buyer what was delivered; unset: as often as he looks",
    )
    claim: AccountClaim | None = Field(
        None,
        exclude_if=is_unset,
        description="The buyer may give this component's account after the order; unset: the order names it",
    )

    @property
    def rule(self) -> Release:
        """The release rule, with `at_order` spelt out."""
        return AT_ORDER if self.release == "at_order" else self.release


class Scope(StrEnum):
    """Whose orders a limit counts."""

    CHANNEL = "channel"
    ALL_CHANNELS = "all_channels"


def _is_one_channel(scope: Scope) -> bool:
    return scope is Scope.CHANNEL


class Limits(Document):
    """How much one buyer may have of this bundle, over all orders that were not failed or cancelled."""

    per_buyer: int | None = Field(None, ge=1, description="Bundles per buyer")
    per_account: int | None = Field(
        None, ge=1, exclude_if=is_unset, description="Bundles per account that any part of them goes to"
    )
    scope: Scope = Field(
        Scope.CHANNEL,
        exclude_if=_is_one_channel,
        description="`all_channels`: orders of other channels count too; unset: those of the order's channel",
    )
    per_benefit: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="Units of a benefit per buyer, over all bundles"
    )
    per_benefit_and_account: dict[Identifier, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict,
        exclude_if=is_unset,
        description="Units of a benefit per account that they go to, over all bundles",
    )


class Bundle(Document):
    """A versioned contract over components, sold as one SKU."""

    id: Identifier
    version: Version
    title: Text
    price: StatedMoney
    time_zone: TimeZone = "Asia/Shanghai"
    policy: SuccessPolicy
    attributes: dict[Identifier, AttributeType] = Field(
        default_factory=dict,
        exclude_if=is_unset,
        description="What orders must state, for release rules: text, number or date",
    )
    components: list[Component] = Field(min_length=1, max_length=50)
    limits: Limits = Limits()
    hold_for: Duration | None = Field(
        None,
        description="How long a delivery that cannot proceed waits for a person before it is compensated. "
        "Unset: not at all under all_or_nothing, 3 days otherwise",
    )
    shipped_when: ShippedWhen = Field(
        ShippedWhen.ALL,
        exclude_if=_is_all,
        description="When the channel may call the order shipped: it gets `order.shippable` then, once",
    )

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which local times of its release rules are read."""
        return ZoneInfo(self.time_zone)

    @property
    def hold_window(self) -> timedelta:
        """The time a held delivery has before it compensates by itself."""
        if self.hold_for is not None:
            return self.hold_for
        return timedelta(0) if self.policy == "all_or_nothing" else timedelta(days=3)


def recipient_name(component: Component) -> str:
    """Under which name the order's `recipients` hold this component's account."""
    return component.recipient.platform if isinstance(component.recipient, PerPlatform) else "shared"
