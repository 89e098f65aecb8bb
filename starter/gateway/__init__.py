"""What others call over HTTP: suppliers report here what became of their orders."""
