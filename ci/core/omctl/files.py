"""The file that omctl is given."""

PINNED_FILE = "docker-compose.omni.yaml"
