"""The parts of a run: its handlers, its deliveries, its waiting, what it shows."""
