"""That the database is away, however it was asked."""


class DatabaseUnavailable(Exception):
    """PostgreSQL cannot be reached; the text says what to do."""

    def __init__(self, text: str = "") -> None:
        super().__init__(
            text
            or "PostgreSQL cannot be reached: start it with `perkflow up`, "
            "or set PERKFLOW_DATABASE_URL to a running one"
        )
