"""Every operation of the served document, with something to send to each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.access import Scope
from domain.contract.bundle import Bundle
from domain.contract.order import OrderDocument
from starter.gateway.api import routes_of
from starter.gateway.openapi.document import openapi_of
from starter.gateway.schema.acts import OF_DELIVERIES, OF_ORDERS
from tests.support.servers.api import body_of

DOCUMENT = openapi_of(routes_of(None))


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    path: str
    method: str
    scope: Scope
    described: Any

    @property
    def name(self) -> str:
        """By what generated clients call it."""
        return str(self.described["operationId"])

    @property
    def names(self) -> set[str]:
        """What its path names."""
        return {part[1:-1] for part in self.path.split("/") if part.startswith("{")}

    @property
    def body(self) -> str | None:
        """The name of the model that it takes."""
        taken = self.described.get("requestBody")
        if taken is None:
            return None
        reference: str = taken["content"]["application/json"]["schema"]["$ref"]
        return reference.rpartition("/")[2]


def operations() -> Iterator[Operation]:
    """All of them, as the document has them."""
    for path, methods in DOCUMENT["paths"].items():
        for method, described in methods.items():
            [security] = described["security"]
            [scope] = security["key"]
            yield Operation(path, method.upper(), Scope(scope), described)


OPERATIONS = list(operations())


def bodies_for(
    document: OrderDocument, bundle: Bundle, benefit: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Something to send, by the model that an operation takes."""
    phone = {"type": "phone", "value": "13800138000"}
    why = {"reason": "a test"}
    contract = bundle.model_dump(mode="json")
    return {
        "OrderToPlace": body_of(document),
        "OrderToCheck": body_of(document),
        "Asked": why,
        "EndpointBody": {"url": "https://shop.example/"},
        "ReplayBody": {"since": "2026-12-01T00:00:00Z"},
        "EventBody": {"event": "confirmed"},
        "RecipientBody": {"recipient": phone},
        "Confirmation": {},
        "Failure": why,
        "LinkBody": {},
        "Bundle": contract,
        "Catalogue": {"benefits": [dict(benefit)]},
        "BundleToCheck": {"bundle": contract},
        "BundleToSimulate": {"bundle": contract},
        **{model.__name__: why for model in (*OF_DELIVERIES.values(), *OF_ORDERS.values())},
        "SubstituteBody": {**why, "connection": "fulu"},
        "ChangeRecipientBody": {**why, "recipient": phone},
        "EraseBody": {**why, "confirmed": True},
    }
