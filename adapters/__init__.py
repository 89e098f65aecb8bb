"""Supplier protocols, one folder each, that export `adapters.protocol.SupplierProtocol` as `PROTOCOL`."""
