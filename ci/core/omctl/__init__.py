"""omctl's argument lists, its responses, and the values that they are read into."""
