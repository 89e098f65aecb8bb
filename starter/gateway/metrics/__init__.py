"""What Prometheus is told of a gateway, at an address that channels and suppliers do not reach."""
