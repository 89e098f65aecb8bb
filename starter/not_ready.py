"""What is missing before anything can be done."""

from settings import Settings


class NotReady(Exception):
    """Something that Perkflow needs is missing or unreachable; the text is for the person who started it."""


def database_url(settings: Settings) -> str:
    """Where the book is. Raises NotReady."""
    if settings.database_url is None:
        raise NotReady(
            "no database: start the local stack with `perkflow up`, or set PERKFLOW_DATABASE_URL "
            "(postgresql+psycopg://...)"
        )
    return settings.database_url.get_secret_value()
