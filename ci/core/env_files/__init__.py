"""Env files: their syntax, what stands in for them, and the migration off them."""
