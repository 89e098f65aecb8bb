"""Where an order stands: its deliveries, its pauses, the accounts it lacks."""
