"""Publishing files: what is wrong with one is told with its lines."""

from collections.abc import Mapping

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.validation.bundle import check_bundle
from domain.validation.catalogue import check_catalogue
from starter.desk.contracts import publishing
from starter.desk.contracts.publishing import Published
from starter.desk.errors import InvalidContract
from starter.documents.reading import Loaded
from starter.outlines import ConnectionOutline, live_connections, terms_of
from storage.base.database import Database


def check_files(
    bundle: Loaded[Bundle], catalogue: Loaded[Catalogue], outlines: Mapping[str, ConnectionOutline]
) -> None:
    """Everything that two files can contradict by themselves. Raises InvalidDocument."""
    live, terms = live_connections(outlines), terms_of(outlines)
    problems = check_catalogue(catalogue.value, live, published=[], kinds={}, terms=terms)
    catalogue.refuse(problems)
    bundle.refuse(check_bundle(bundle.value, catalogue.value))


async def publish(
    database: Database,
    bundle: Loaded[Bundle] | None,
    catalogue: Loaded[Catalogue] | None,
    outlines: Mapping[str, ConnectionOutline],
    *,
    dry_run: bool = False,
) -> Published:
    """As the desk's `publish`, of files. Raises InvalidDocument, AlreadyPublished, NotFound."""
    sold = bundle.value if bundle is not None else None
    supply = catalogue.value if catalogue is not None else None
    try:
        return await publishing.publish(database, sold, supply, outlines, dry_run=dry_run)
    except InvalidContract as error:
        wrong = catalogue if error.document == "catalogue" else bundle
        assert wrong is not None
        problems = error.problems
    wrong.refuse(problems)
    raise AssertionError("a contract that is wrong has problems")
