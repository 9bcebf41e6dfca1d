"""Compose files that extend and include others: each is written into one file, which compose reads as it reads them."""

MAIN = "compose.yaml"
BASE = """services:
  app:
    image: app
    environment: {A: 1, B: two, C: 1.10}
    labels: [a=b]
    volumes: ["./data:/data", "named:/named", "/etc/x:/x"]
    ports: ["80:80", "3000-3002:3000-3002"]
    env_file: app.env
    depends_on: [db]
    networks: [front]
    command: ["serve"]
    healthcheck: {test: [CMD, "true"], interval: 10s}
    extra_hosts: ["a:1.1.1.1"]
    build: {context: ./app, args: {X: "1"}}
  child:
    extends: app
    command: |
      one
        two
    deploy:
      labels: {x: y}
      resources: {limits: {cpus: "0.5"}}
  db:
    image: postgres
"""
REST = "  db:\n    image: postgres\nvolumes:\n  named:\nnetworks:\n  front:\n"


def extending(own: str, service: str = "app", file: str = "common/base.yaml") -> dict[str, str]:
    """A file whose service `web` extends one of `BASE`, with keys of its own."""
    keys = "".join(f"    {line}\n" if line else "\n" for line in own.splitlines())
    main = f"services:\n  web:\n    extends:\n      file: {file}\n      service: {service}\n{keys}{REST}"
    return {MAIN: main, file: BASE, f"{file.rpartition('/')[0]}/app.env".lstrip("/"): "E=1\n"}


def including(*entries: str, main: str = "services:\n  web:\n    image: web\n", **files: str) -> dict[str, str]:
    """A file that includes others; `__` in a file's name stands for `/`, and `_` for `.`."""
    named = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    return {MAIN: "include:\n" + "".join(f"  - {one}\n" for one in entries) + main, **named}


DB = 'services:\n  db:\n    image: postgres\n    build: {dockerfile: D}\n    volumes: ["./d:/d"]\nvolumes:\n  pg:\n'
CASES: dict[str, dict[str, str]] = {
    "nothing of its own": extending(""),
    "in the same folder": extending("hostname: x", file="base.yaml"),
    "of a chain": extending("hostname: x", "child"),
    "a mapping over a mapping": extending("environment:\n  A: own\n  # stays\n  D: 4"),
    "a list over a mapping": extending("environment:\n  - A=own"),
    "a list over a mapping with a number": extending("environment:\n  - C=own"),
    "a mapping over a list": extending("labels: {a: own, c: d}"),
    "a list over a list": extending("labels:\n  - a=own\n  - c=d"),
    "an empty environment": extending("environment:"),
    "volumes of other targets": extending("volumes:\n  - ./more:/more"),
    "a volume of the same target": extending("volumes:\n  - ./more:/more\n  - other:/data/"),
    "a volume in the long form": extending("volumes:\n  - {type: bind, source: ./l, target: /named}"),
    "another port": extending('ports:\n  - "81:80"'),
    "the same port": extending('ports:\n  - "80:80"\n  - "3000-3002:3000-3002"'),
    "a port in the long form": extending('ports:\n  - {target: 80, published: "80"}'),
    "an env file": extending("env_file:\n  - own.env") | {"own.env": "E=2\n"},
    "depends_on as a mapping": extending("depends_on:\n  db: {condition: service_healthy}"),
    "depends_on as a list": extending("depends_on:\n  - db"),
    "networks as a mapping": extending("networks:\n  front:\n    aliases: [w]"),
    "a command": extending("command: own"),
    "no command": extending("command:"),
    "an entrypoint": extending("entrypoint: [a]"),
    "a healthcheck": extending("healthcheck:\n  test: none\n  retries: 3"),
    "hosts": extending("extra_hosts:\n  - a:1.1.1.1\n  - b:2.2.2.2"),
    "build as a string": extending("build: ./own"),
    "build arguments": extending("build:\n  args:\n    - Y=2"),
    "a label of deploy": extending("deploy:\n  labels: [z=1]", "child"),
    "a flow mapping as a service": {
        MAIN: f"services:\n  web: {{extends: {{file: b.yaml, service: app}}, hostname: x}}\n{REST}",
        "b.yaml": BASE,
        "app.env": "",
    },
    "an alias as a service": {
        MAIN: f"x-web: &web\n  extends: {{file: b.yaml, service: app}}\nservices:\n  web: *web\n{REST}",
        "b.yaml": BASE,
        "app.env": "",
    },
    "a merge of one that extends": {
        MAIN: "services:\n  web: &web\n    extends:\n      file: b.yaml\n      service: app\n    hostname: x\n"
        f"  two:\n    <<: *web\n    environment:\n      A: two\n{REST}",
        "b.yaml": BASE,
        "app.env": "",
    },
    "reset and override": extending('ports: !override ["1:1"]\nvolumes: !reset []\nenvironment:\n  A: !reset null'),
    "override in blocks": extending(
        "ports: !override # mine\n  - 1:1\nvolumes: !override\n  # none\n  - a:/a\nlabels: !override {x: y}\n"
    ),
    "paths with defaults": {
        MAIN: extending("")[MAIN],
        "common/base.yaml": 'services:\n  app:\n    image: x\n    build: ./${A:-a}\n    env_file: "${E:-e.env}"\n',
        "common/e.env": "",
    },
    "a comment at the end": extending("hostname: x  # last"),
    "line breaks of Windows": {
        name: text.replace("\n", "\r\n") if name == MAIN else text for name, text in extending("hostname: x").items()
    },
    "no break at the end": {
        name: text.rstrip("\n") if name == MAIN else text for name, text in extending("hostname: x").items()
    },
    "a file that names itself": {
        MAIN: "services:\n  a:\n    image: x\n  b:\n    extends: {file: compose.yaml, service: a}\n"
    },
    "one that only another one needs": {
        MAIN: "services:\n  a:\n    extends: b\n  b:\n    extends:\n      service: x\n      file: b.yaml\n",
        "b.yaml": "services:\n  x:\n    image: x\n",
    },
    "three files": {
        MAIN: "services:\n  a:\n    extends: {file: 1/b.yaml, service: b}\n    environment: {A: a}\n",
        "1/b.yaml": "services:\n  b:\n    extends: {file: ../2/c.yaml, service: c}\n    volumes: ['./b:/b']\n",
        "2/c.yaml": "services:\n  c:\n    image: c\n    volumes: ['./c:/c']\n    environment: [B=b]\n",
    },
    "include": including("db/db.yaml", db__db_yaml=DB),
    "include in the same folder": including("db.yaml", db_yaml=DB),
    "include alone": including("db/db.yaml", main="", db__db_yaml=DB),
    "include with sections of its own": including(
        "path: db/db.yaml", main="services:\n  web:\n    image: web\nvolumes:\n  v:\n\n# end\n", db__db_yaml=DB
    ),
    "include with a project directory": including(
        "path: db/db.yaml\n    project_directory: ./p", main="services: {}\n", db__db_yaml=DB, p__x=""
    ),
    "include of a list": including(
        "path: [db/db.yaml, db/more.yaml]", db__db_yaml=DB, db__more_yaml="services:\n  db:\n    image: other\n"
    ),
    "include of an include": including(
        "a/a.yaml",
        a__a_yaml="include: [../b/b.yaml]\nservices:\n  a:\n    image: a\n    volumes: ['./a:/a']\n",
        b__b_yaml="services:\n  b:\n    image: b\n    volumes: ['./b:/b']\nconfigs:\n  c:\n    file: ./c\n",
    ),
    "include of what two others include": including(
        "a.yaml",
        "b.yaml",
        a_yaml="include: [c.yaml]\nservices:\n  a:\n    image: a\n",
        b_yaml="include: [c.yaml]\nservices:\n  b:\n    image: b\n",
        c_yaml="networks:\n  c:\n    driver: bridge\n",
    ),
    "include of what extends": including(
        "a/a.yaml",
        a__a_yaml="services:\n  a:\n    extends: {file: ../b/b.yaml, service: b}\n",
        b__b_yaml="services:\n  b:\n    image: b\n    build: {}\n    env_file: [b.env]\n",
        b__b_env="",
    ),
}
