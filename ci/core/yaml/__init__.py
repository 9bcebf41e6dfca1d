"""A YAML text as nodes that know their place; knows no compose."""
