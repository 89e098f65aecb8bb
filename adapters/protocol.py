"""What a supplier protocol exports as `PROTOCOL`: all that is asked of it while there is no connection yet.

    name      the word that a connection's `protocol` has, and the name of its folder
    config    the model that a connection's fields are read into
    build     the `Supplier` behind such a connection, which knows the rest: capabilities, calls, callbacks
    terms     what holds for an offer, known without any account or secret

docs/extending.md says what a protocol promises.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.config import ConnectionConfig
from adapters.own_stock import OwnStock
from adapters.supplier import Supplier
from domain.contract.catalogue import OfferTerms
from domain.money import Currency

Config = TypeVar("Config", bound=ConnectionConfig)


@dataclass(frozen=True)
class SupplierProtocol(Generic[Config]):
    """One way of speaking to suppliers.

    `build` takes the connection's name, its configuration and our own stock of keys; `terms` an offer's
    currency and its protocol-specific options.
    """

    name: str
    config: type[Config]
    build: Callable[[str, Config, OwnStock], Supplier]
    terms: Callable[[Currency, Mapping[str, str]], OfferTerms]
