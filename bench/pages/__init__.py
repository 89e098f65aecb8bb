"""What pages say of the results: computed, so that no page tells of another run."""
