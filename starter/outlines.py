"""Which supplier connections there are, by name and protocol, without anybody's secrets.

Whoever writes or publishes contracts needs the names only. A worker, which calls suppliers, reads the whole
file with `adapters.connections` and needs every variable it refers to.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from adapters.registry import Protocols, ProtocolsError, names_in_words, protocols
from adapters.sandboxes import wrong_sandboxes
from domain.contract.catalogue import Offer, OfferTerms, TermsOf
from domain.money import Currency
from settings import Settings
from starter.documents.reading import load
from starter.not_ready import NotReady


def _known(name: str) -> str:
    if name not in protocols():
        raise ValueError(f"must be {names_in_words()}")
    return name


class ConnectionOutline(BaseModel):
    """What of a connection is no secret."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    protocol: Annotated[str, AfterValidator(_known)]
    currency: Currency = "CNY"
    sandbox_of: str | None = None


class _Outlines(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    connections: dict[str, ConnectionOutline]

    @model_validator(mode="after")
    def _has_sandboxes_that_can_be(self) -> Self:
        wrong = next(wrong_sandboxes(self.connections), None)
        if wrong is not None:
            raise ValueError(f"connection {wrong.connection}, field sandbox_of: {wrong.message}")
        return self


def known_protocols() -> Protocols:
    """Every supplier protocol by its name. Raises NotReady."""
    try:
        return protocols()
    except ProtocolsError as error:
        raise NotReady(str(error)) from None


def read_outlines(settings: Settings, file: Path | None = None) -> dict[str, ConnectionOutline]:
    """The connections of `file`, or of the deployment. Raises NotReady, InvalidDocument."""
    path = file or settings.connections
    if path is None:
        raise NotReady(
            "no supplier connections: set PERKFLOW_CONNECTIONS to a file like examples/connections.yaml"
        )
    known_protocols()
    return load(path, _Outlines).value.connections


def connection_to(
    outlines: Mapping[str, ConnectionOutline], protocol: str, *, sandbox: bool = False
) -> str | None:
    """The first live connection that speaks a protocol, if any does; or the first such sandbox."""
    named = (
        name
        for name, outline in outlines.items()
        if outline.protocol == protocol and (outline.sandbox_of is not None) is sandbox
    )
    return next(named, None)


def live_connections(outlines: Mapping[str, ConnectionOutline]) -> list[str]:
    """Those that are no sandbox: the ones that offers name."""
    return [name for name, outline in outlines.items() if outline.sandbox_of is None]


def terms_of(outlines: Mapping[str, ConnectionOutline]) -> TermsOf:
    """What the connections' protocols say about offers."""

    def terms(offer: Offer) -> OfferTerms | None:
        outline = outlines.get(offer.connection)
        if outline is None:
            return None
        told = protocols()[outline.protocol].terms(outline.currency, offer.options)
        return replace(told, sandbox_of=outline.sandbox_of)

    return terms
