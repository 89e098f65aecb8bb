"""What a fault run runs on, and how its processes are started."""
