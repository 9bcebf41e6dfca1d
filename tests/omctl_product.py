"""A product for the tests of the stand-in with the real omctl, and the commands that they run on it."""

from typing import Any

from real_omctl import RealOmctl

from ci.core.omctl.files import PINNED_FILE
from ci.core.omctl.model import Completed

KEY = "om_rehearsal"
PRODUCT = "Experio-1.1"
RELEASE = ("--release-as-preferred", "--release-description", "1.2.0: things")
COMPOSE = """\
x-omnistrate-service-plan:
  name: 'Experio'
x-db: &db
  DB_PASSWORD: "{{ $secrets.dbPassword }}"
services:
  initdb:
    image: ghcr.io/o/p-dockerfile.migrations:sha-1  # pinned
    environment:
      <<: *db
      FALKOR_PASSWORD: "{{ $secrets.falkordbPassword }}"
      HOST: ${DB_HOST}
      NODE: $sys.compute.node.name
  server:
    image: ghcr.io/o/p-dockerfile.server:sha-1
    volumes:
      - ./certs:/certs:ro
    x-omnistrate-capabilities:
      sidecars:
        scale-to-zero:
          imageNameWithTag: ghcr.io/o/p-dockerfile.server:sha-1
"""
SEED: dict[str, Any] = {
    "api_keys": [KEY],
    "secrets": {"DEV": ["dbPassword", "falkordbPassword"], "PROD": ["dbPassword"]},
    "instances": [
        {"id": "instance-dev", "product": PRODUCT, "plan": "Experio"},
        {"id": "instance-dev-2", "product": PRODUCT, "plan": "Experio"},
    ],
    "in_progress_polls": 2,
}


def build(omctl: RealOmctl, *options: str, environment: str = "Dev", kind: str = "dev", **variables: str) -> Completed:
    """`omctl build` of the product, with the options of a release if none are given."""
    product = ("--product-name", PRODUCT, "--environment", environment, "--environment-type", kind)
    return omctl.run("build", "-f", PINNED_FILE, *product, *(options or RELEASE), "-o", "json", **variables)


def upgrade(omctl: RealOmctl, version: str, instance: str = "instance-dev") -> Completed:
    """`omctl upgrade` of an instance."""
    return omctl.run("upgrade", instance, "--version", version, "-o", "json")
