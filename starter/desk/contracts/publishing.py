"""Publishing contracts: everything is checked against the book and written in one transaction, or nothing is.

A dry run does the same and takes it back, so that a check promises what publishing does.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.validation.bundle import check_bundle
from domain.validation.catalogue import check_catalogue
from domain.validation.problems import Problem
from starter.desk.errors import InvalidContract, NotFound
from starter.outlines import ConnectionOutline, live_connections, terms_of
from storage.base.database import Database
from storage.contracts.bundles import (
    current_catalogue,
    publish_bundle,
    publish_catalogue,
    published_bundles,
    sold_kinds,
)


class Published(BaseModel):
    """What is in force now. `new_...` is False for what had been published just so before."""

    bundle: str | None = None
    version: int | None = None
    new_bundle: bool = False
    new_catalogue: bool = False


async def publish(
    database: Database,
    bundle: Bundle | None,
    catalogue: Catalogue | None,
    outlines: Mapping[str, ConnectionOutline],
    *,
    dry_run: bool = False,
) -> Published:
    """Put the catalogue in force, if one is given, and then publish the bundle, if one is given.

    Raises InvalidContract, AlreadyPublished, and NotFound when there is no catalogue yet.
    """
    async with database.transaction() as session:
        # Two publishers could each fit the book as it is and still contradict each other.
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("publish", 0))))
        done = Published()
        if catalogue is not None:
            done.new_catalogue = await _publish_catalogue(session, catalogue, outlines)
        if bundle is not None:
            done.bundle, done.version = bundle.id, bundle.version
            done.new_bundle = await _publish_bundle(session, bundle)
        if dry_run:
            await session.rollback()
    return done


async def _publish_catalogue(
    session: AsyncSession, catalogue: Catalogue, outlines: Mapping[str, ConnectionOutline]
) -> bool:
    problems = check_catalogue(
        catalogue,
        live_connections(outlines),
        await published_bundles(session),
        await sold_kinds(session),
        terms_of(outlines),
    )
    _refuse("catalogue", problems)
    return await publish_catalogue(session, catalogue, datetime.now(UTC))


async def _publish_bundle(session: AsyncSession, bundle: Bundle) -> bool:
    await session.flush()
    catalogue = await current_catalogue(session)
    if catalogue is None:
        raise NotFound(
            "no catalogue is published: `perkflow catalogue publish FILE`, or name one with --catalogue"
        )
    _refuse("bundle", check_bundle(bundle, catalogue))
    return await publish_bundle(session, bundle, catalogue, datetime.now(UTC))


def _refuse(document: str, problems: Sequence[Problem]) -> None:
    if problems:
        raise InvalidContract(document, list(problems))
