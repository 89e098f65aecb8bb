"""What everything in the book stands on: database, schema, sealing, events, request ids."""
