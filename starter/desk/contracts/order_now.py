"""What an order of a bundle that was placed now would be refused for: a date that is over, or far away."""

from collections.abc import Iterator
from datetime import datetime

from domain.contract.bundle import Bundle
from domain.contract.condition import Attributes
from domain.validation.dates import check_dates
from domain.validation.problems import Problem


def refused_now(bundle: Bundle, now: datetime, attributes: Attributes) -> Iterator[Problem]:
    """Each reason, at the field of the bundle that says so; only what these attributes do not leave open."""
    for found in check_dates(bundle, now, attributes):
        message = f"an order placed now is refused: {found.what}; {found.way_out}"
        yield Problem(found.where, message)
