"""The addresses of the HTTP API, a file for each subject. What they do, the desk does."""
