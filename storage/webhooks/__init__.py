"""Public events, made from the feed, and the endpoints that are notified of them."""
