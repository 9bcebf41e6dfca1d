"""The ports done with real things: a Dagger engine, a registry, a disk, HTTP, the clock."""
