"""What a release will do (plan) and what it did (report, lock), as values."""
