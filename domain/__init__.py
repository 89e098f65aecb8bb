"""The pure rules of fulfilment: no I/O, no clock, no randomness; imports nothing else of Perkflow."""
