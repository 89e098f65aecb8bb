"""Words about handing over what was delivered."""
