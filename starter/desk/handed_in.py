"""The document of credentials that a person hands in. It is read, sealed and never shown."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from domain.contract.document import Document, visible
from domain.supply.outcomes import LONGEST_SECRET, MOST_UNITS, IssuedUnit

Secret = Annotated[str, Field(min_length=1, max_length=LONGEST_SECRET), AfterValidator(visible)]


class Unit(Document):
    """One credential: a number, a password or a link, or several of them."""

    number: Secret | None = Field(None, repr=False)
    password: Secret | None = Field(None, repr=False)
    link: Secret | None = Field(None, repr=False)
    expires_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_a_credential(self) -> "Unit":
        if not IssuedUnit(self.number, self.password, self.link).as_handed_over().is_credential:
            raise ValueError("needs a number, a password or a link")
        return self


class HandedIn(Document):
    """What a buyer is given by hand: one credential for each unit that is missing."""

    credentials: list[Unit] = Field(min_length=1, max_length=MOST_UNITS)

    @property
    def units(self) -> list[IssuedUnit]:
        """The credentials as suppliers issue them."""
        return [IssuedUnit(**dict(unit)) for unit in self.credentials]
