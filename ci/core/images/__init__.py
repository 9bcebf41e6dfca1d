"""The images that a product builds: their names, and what their Dockerfiles read."""
