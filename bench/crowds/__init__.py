"""One channel with very many orders, and another that goes on beside it."""
