"""Problem details (RFC 9457): one list of kinds, one way to answer, a page for each."""
