"""What happens, in order: pipelines of steps, which know the core and the ports only."""
