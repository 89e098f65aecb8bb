"""Orders: accepted, recalled by a run, receipted."""
