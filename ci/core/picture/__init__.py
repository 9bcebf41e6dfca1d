"""The product drawn from its compose file."""
