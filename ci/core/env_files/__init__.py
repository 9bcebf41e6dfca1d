"""Env files: their syntax, their replacement, and the migration off them."""
