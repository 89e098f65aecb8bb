"""The sixteen invariants of the design, each judged from the ledgers, the book and the bytes."""
