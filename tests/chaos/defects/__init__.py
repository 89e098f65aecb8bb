"""What can be put wrong, by what it is about. `tests.chaos.defects.mutants` says which line catches what."""
