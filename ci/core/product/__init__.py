"""A source tree as values, and the product that is read from it."""
