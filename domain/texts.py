"""Texts that stay readable in Temporal, for the people at its UI."""


class ForPeople(str):
    """A summary or details text. It holds no personal data and no credential: it is not encrypted."""

    __slots__ = ()
