"""`python -m starter.cli`: what the local stack starts its own processes with."""

from starter.cli import main

main()
