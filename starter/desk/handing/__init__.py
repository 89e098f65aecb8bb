"""Handing over what was delivered: to the channel that sold it, and to its buyer."""
