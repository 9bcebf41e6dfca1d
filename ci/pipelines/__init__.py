"""What happens, in order; knows the core and its ports alone."""
