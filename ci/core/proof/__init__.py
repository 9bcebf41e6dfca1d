"""The proof of a pin: what the result means, how it is written, and what is left in it."""
