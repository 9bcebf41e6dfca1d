"""The services of other files that a compose file extends or includes, written into its text."""
