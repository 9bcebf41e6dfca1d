"""What a release will do and what it did, as values."""
