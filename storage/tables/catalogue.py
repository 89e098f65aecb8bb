"""The catalogue and the bundles as published."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table


class CatalogueVersion(Table):
    """A catalogue as published; the newest is in force."""

    __tablename__ = "catalogue_versions"

    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class BundleVersion(Table):
    """A bundle as published, with what its benefits were then. Never updated."""

    __tablename__ = "bundle_versions"

    bundle_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str]
    document: Mapped[dict[str, Any]]
    benefit_kinds: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
