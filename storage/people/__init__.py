"""What people and channels asked for, once each."""
