"""Our own stock of imported keys, as a supplier protocol like any other."""

from adapters.pool.adapter import Pool
from adapters.pool.config import PoolConfig
from adapters.pool.offers import terms
from adapters.protocol import SupplierProtocol

__all__ = ["PROTOCOL"]

PROTOCOL = SupplierProtocol(name="pool", config=PoolConfig, build=Pool, terms=terms)
