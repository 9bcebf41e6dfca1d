"""Whether the event of a CI is released, and how."""
