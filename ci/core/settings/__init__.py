"""What is special to one product, read from tables of its `pyproject.toml`."""
