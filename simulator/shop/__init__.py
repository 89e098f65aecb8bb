"""What a simulated supplier sells, to whom, and what its ledger says."""
