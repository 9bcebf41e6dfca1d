"""omctl's argument lists, and how its responses are read."""
