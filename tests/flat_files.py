"""Generated compose files of which a service extends one of another file, in each form that compose takes."""

from hypothesis import strategies as st

FORMS: dict[str, tuple[str, ...]] = {
    "environment": (
        "{A: 1, B: two}",
        "[A=own, C]",
        "{A: true, D: 1.50}",
        "{A: , E: '0x1'}",
        "\n      A: 'x # y'",
        "[]",
    ),
    "labels": ("{a: b}", "[a=c, d=e]"),
    "ports": (
        '["80:80"]',
        '["80:80", "81:81/udp"]',
        '["3000-3002:3000-3002"]',
        "[80]",
        '[{target: 80, published: "80"}]',
    ),
    "volumes": ('["./a:/a"]', '["n:/a", "./b:/b:ro"]', "[/a, /c]", "[{type: bind, source: ./d, target: /a}]"),
    "depends_on": ("[db]", "{db: {condition: service_healthy}}", "[]"),
    "networks": ("[front]", "{front: {aliases: [x]}}", "{front: , back: {aliases: [y, x]}}"),
    "command": ("serve", "[a, 'b c']", ">-\n      folded\n      text", "|\n      one\n      two", ""),
    "entrypoint": ("[e]", ""),
    "healthcheck": ("{test: [CMD, x], interval: 1s}", "{test: none, retries: 3}"),
    "build": ("./a", "{context: b, args: {X: 1}}", "{context: ., args: [X=2, Y], tags: [t]}", "{dockerfile: D}"),
    "dns": ("1.1.1.1", "[1.1.1.1, 8.8.8.8]"),
    "tmpfs": ("/t", "[/t, /u]"),
    "cap_add": ("[ALL]", "[ALL, NET_ADMIN]"),
    "devices": ('["/dev/a:/dev/x"]', '["/dev/b:/dev/x:r"]'),
    "extra_hosts": ('["a:1.1.1.1"]', '["a:1.1.1.1", "b:2.2.2.2"]'),
    "secrets": ("[s]", "[{source: s, target: t}]"),
    "logging": ("{driver: json-file, options: {a: '1'}}", "{driver: local, options: {b: '2'}}", "{options: {c: '3'}}"),
    "ulimits": ("{nproc: 1}", "{nproc: {soft: 1, hard: 2}, nofile: 3}"),
    "deploy": ("{replicas: 2, labels: {a: b}}", "{labels: [a=c], resources: {limits: {cpus: '1'}}}"),
    "security_opt": ("[a]", "[a, b]"),
    "restart": ("always", '"no"'),
    "x-omnistrate-api-params": ("[{key: a}]", "[{key: b}]"),
    "profiles": ("[p]", "[p, q]"),
    "sysctls": ("{net.a: 1}", "[net.a=2]"),
}
REST = "  db: {image: d}\nvolumes: {n: }\nnetworks: {front: , back: }\nsecrets: {s: {file: ./s}}\n"


@st.composite
def generated(draw: st.DrawFn) -> dict[str, str]:
    """A main file `compose.yaml` and the file that its service extends, in its folder or another one."""

    def service(name: str, first: str) -> str:
        keys = draw(st.lists(st.sampled_from(sorted(FORMS)), unique=True, max_size=7))
        lines = [f"{key}: {draw(st.sampled_from(FORMS[key]))}".rstrip() for key in keys]
        order = draw(st.permutations([first, *lines]))
        after = draw(st.sampled_from(["", "    # a comment\n", "\n"]))
        return f"  {name}:\n" + after.join(f"    {line}\n" for line in order)

    file = draw(st.sampled_from(["base.yaml", "common/base.yaml"]))
    own = service("web", draw(st.sampled_from([f"extends: {{file: {file}, service: app}}",
                                               f"extends:\n      service: app\n      file: {file}"])))  # fmt: skip
    base = service("app", "image: app")
    return {"compose.yaml": f"services:\n{own}{REST}", file: f"services:\n{base}"}


TOKENS = (
    *("null", "[]", "{}", "5", '"x"', "[a, b]", "{a: b}", "- x", "&a x", "*a", "!reset null", "!override []", "| x"),
    *(
        "{file: b.yaml, service: app}",
        "include: [b.yaml]",
        "extends: app",
        "<<: *x",
        "? a",
        "${X}",
        "true",
        "services:",
    ),
    *("services:", "{{ $secrets.x }}", "{{ $file:x }}", "x: [1, {y: z}]", "./a:/b", '"80:80"', "-", ""),
)


@st.composite
def damaged(draw: st.DrawFn, files: dict[str, str]) -> dict[str, str]:
    """The files with some lines of one of them lost, doubled, indented otherwise, or with another value."""
    name = draw(st.sampled_from(sorted(one for one in files if one.endswith("yaml"))))
    lines = files[name].split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at, token = draw(st.integers(0, len(lines) - 1)), draw(st.sampled_from(TOKENS))
        indent = " " * draw(st.integers(0, 6))
        lines[at : at + 1] = draw(
            st.sampled_from([
                [],
                [lines[at], draw(st.sampled_from(lines))],
                [indent + lines[at].lstrip()],
                [lines[at].partition(":")[0] + f": {token}"],
                [indent + token, lines[at]],
            ])
        )  # fmt: skip
        lines = lines or [""]
    return {**files, name: "\n".join(lines)}
