"""How a client's call is answered: whole, late, broken off, or not at all."""
