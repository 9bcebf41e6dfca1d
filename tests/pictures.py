"""A product for the tests of the picture."""

FILE = "docker-compose.yaml"
SHOP = """\
name: shop & co
services:
  web:
    build: {context: ., dockerfile: Dockerfile.web}
    depends_on:
      db: {condition: service_healthy}
      init: {condition: service_completed_successfully}
  init:
    build: .
    depends_on: {db: {condition: service_healthy}}
  worker: {build: ., depends_on: [web]}
  mailer: {build: ., depends_on: [web, gone]}
  db: {image: registry.example/a-rather-long/repository/postgres:17}
  graph: {image: "neo4j:5"}
"""
