"""What a command works on: the book, Temporal and the keys, opened for as long as it runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.notes.words import Language
from settings import Settings
from starter.connect import connect_temporal, open_database, open_vault
from storage.base.database import Database
from storage.base.sealing import Vault

if TYPE_CHECKING:  # what reads the book alone does not wait for these to load
    from temporalio.client import Client

    from starter.desk.desk import Desk


@asynccontextmanager
async def open_book(settings: Settings) -> AsyncIterator[Database]:
    """The book's database, closed at the end. Raises NotReady when there is none."""
    database = open_database(settings)
    try:
        yield database
    finally:
        await database.close()


@dataclass(frozen=True)
class Connected:
    """Everything that an order needs to be placed or worked on."""

    temporal: "Client"
    database: Database
    vault: Vault
    lang: Language

    @property
    def desk(self) -> "Desk":
        """The desk on these connections."""
        from starter.desk.desk import Desk

        return Desk(self.temporal, self.database, self.vault, self.lang)


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Connected]:
    """The book, Temporal and the keys. Raises NotReady, naming the first that is missing."""
    async with open_book(settings) as database:
        vault = open_vault(settings)
        yield Connected(await connect_temporal(vault), database, vault, Language(settings.ops_lang))
