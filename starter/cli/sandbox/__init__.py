"""What a developer of a checkout tries a receiver of events with."""
