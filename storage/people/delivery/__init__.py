"""What a verb about one delivery does in the book: `apply` of the module that is called like the act."""
