"""The document that describes the HTTP API (OpenAPI 3.1)."""
