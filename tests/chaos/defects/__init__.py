"""What can be put wrong, by what it is about. `tests.chaos.mutants` says which line catches what."""
