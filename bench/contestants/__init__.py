"""What is measured beside each other: Perkflow in two shapes, what Temporal costs at least, and DBOS."""
