"""Every way in: the desk, the command line, and the local stack they can start."""
