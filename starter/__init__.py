"""Every way in: the typed client, the command line, and the local stack they can start."""
