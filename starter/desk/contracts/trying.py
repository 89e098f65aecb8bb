"""A bundle tried before it is published: what is wrong, what may not be meant, when all would come."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.contract.order import OrderDocument
from domain.simulation.timeline import Timeline, timeline
from domain.validation.bundle import check_bundle
from domain.validation.order import check_order
from domain.validation.problems import Problem
from domain.validation.remarks import remarks
from starter.desk.contracts.any_order import any_order
from starter.desk.contracts.order_now import refused_now
from starter.desk.contracts.publishing import publish
from starter.desk.errors import InvalidContract, InvalidOrder
from starter.outlines import ConnectionOutline
from storage.base.database import Database
from storage.contracts.bundles import AlreadyPublished


async def problems_of(
    database: Database,
    bundle: Bundle,
    catalogue: Catalogue | None,
    outlines: Mapping[str, ConnectionOutline],
) -> Sequence[Problem]:
    """What keeps a bundle from being published, or the catalogue that comes with it."""
    try:
        await publish(database, bundle, catalogue, outlines, dry_run=True)
    except InvalidContract as error:
        return [Problem((error.document, *each.where), each.message) for each in error.problems]
    except AlreadyPublished as error:
        return [Problem(("bundle", "version"), str(error))]
    return []


def warnings_of(bundle: Bundle, catalogue: Catalogue) -> Sequence[Problem]:
    """What of a valid bundle may not be meant."""
    now = datetime.now(UTC)
    found = [*refused_now(bundle, now, {}), *remarks(bundle, catalogue, now)]
    return [Problem(("bundle", *each.where), each.message) for each in found]


def simulated(bundle: Bundle, catalogue: Catalogue, order: OrderDocument | None) -> Timeline:
    """When everything of an order would come. Raises InvalidContract, InvalidOrder."""
    now = datetime.now(UTC)
    if wrong := check_bundle(bundle, catalogue):
        raise InvalidContract("bundle", wrong)
    if order is None and bundle.attributes:
        asked = ", ".join(bundle.attributes)
        raise InvalidOrder([Problem(("order",), f"missing: the bundle asks orders to state {asked}")])
    if order is None and (dates := list(refused_now(bundle, now, {}))):
        raise InvalidContract("bundle", dates)
    tried = order or any_order(bundle)
    wrong = [
        Problem(("order", name), f"must be {wanted}, of the bundle that is simulated")
        for name, had, wanted in (
            ("bundle", tried.bundle, bundle.id),
            ("version", tried.version, bundle.version),
        )
        if had != wanted
    ]
    if wrong or (wrong := check_order(tried, bundle, catalogue, now)):
        raise InvalidOrder(wrong)
    return timeline(bundle, catalogue, tried, tried.anchor(now))
