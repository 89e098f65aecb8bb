"""The links by which buyers see what is theirs."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Table


class RevealLink(Table):
    """An address that shows a buyer an order, and reveals a delivery of it, or all; its digest."""

    __tablename__ = "reveal_links"

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"), index=True)
    delivery_id: Mapped[str | None] = mapped_column(ForeignKey("deliveries.id"))
    """None: it reveals every delivery of the order."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
