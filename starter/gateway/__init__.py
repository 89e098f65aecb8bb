"""What others call over HTTP: suppliers send their callbacks here."""
