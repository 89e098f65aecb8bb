"""What can be sold now, asked before anybody pays."""
