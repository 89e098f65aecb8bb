"""What a verb about a whole order does in the book: `apply` of the module that is called like the act."""
