"""Side effects, each idempotent: a few book transactions and at most one supplier call around them."""
