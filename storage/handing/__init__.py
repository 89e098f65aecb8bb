"""What was delivered reaches its buyer: links that reveal it, and every look at it written down."""
