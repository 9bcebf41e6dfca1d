"""Which variables of a compose file are filled in, and what is told of it."""

from ci.core.compose.model import Replaced
from ci.core.env_files.fill import Filling, fill
from ci.core.yaml.parse import read

VARIABLES = {"A": "1", "B": "b", "ON": "yes", "TEXT": "x: y"}


def filling(text: str) -> Filling:
    return fill(read(text, "c.yaml"), VARIABLES)


def filled(text: str) -> str:
    for start, end, new in reversed(filling(text).edits):
        text = text[:start] + new + text[end:]
    return text


def test_values_are_filled_in_where_omctl_reads_them() -> None:
    text = """\
        x-unread: ${A}
        x-read: &read {user: '${A}', labels: {a: &b "${B}"}}
        x-omnistrate-plan: {name: '${B}'}
        name: ${B}
        services:
          web: {<<: *read, build: {context: '${A}'}, command: [*b, "${TEXT}", $A], privileged: '${ON}'}
          build: {image: 'x:${A}'}
        volumes: {'${A}': {external: '${ON}'}}
        """
    expected = """\
        x-unread: ${A}
        x-read: &read {user: '1', labels: {a: &b "b"}}
        x-omnistrate-plan: {name: 'b'}
        name: b
        services:
          web: {<<: *read, build: {context: '${A}'}, command: [*b, "x: y", $A], privileged: true}
          build: {image: 'x:1'}
        volumes: {'${A}': {external: true}}
        """
    assert filled(text) == expected


def test_a_value_that_a_merge_hides_is_not_read() -> None:
    text = "x-x: &x {user: '${NONE}'}\nservices: {a: {<<: *x, user: '${A}'}}\n"
    assert filled(text) == text.replace("${A}", "1")
    assert not filling(text).missing


def test_a_variable_that_an_environment_only_names_gets_its_value() -> None:
    text = "services:\n  a:\n    environment: [A, NONE, C=A]\n  b:\n    environment:\n      A:\n      B: ~\n      C:\n"
    expected = text.replace("[A,", '["A=1",').replace(" A:\n", ' A: "1"\n').replace("B: ~", 'B: "b"')
    assert filled(text) == expected


def test_a_comment_hides_its_env_file_from_omctl() -> None:
    text = "# env_file: a, env_file: b\nservices:\n  a: {env_file: c, command: 'env_file: d'} # env_file:\n"
    found = filled(text)
    assert found.splitlines()[0] == "# env_file : a, env_file : b"
    assert found.splitlines()[2] == "  a: {env_file: c, command: 'env_file: d'} # env_file :"


def test_what_is_replaced_is_told() -> None:
    text = "services:\n  a:\n    ports: ['${A}:${C:-2}']\n    # env_file: x\n    init: 'true'\n"
    assert filling(text).replaced == [
        Replaced("a.ports", 3, "${A}", "1"),
        Replaced("a.ports", 3, "${C:-2}", "2"),
        Replaced("a.init", 5, "'true'", "true"),
        Replaced("comment", 4, "env_file:", "env_file :"),
    ]
    assert str(filling(text).replaced[0]) == "a.ports: ${A} → 1"


def test_what_can_not_be_filled_in_is_told_and_stays() -> None:
    text = "services:\n  a: {user: '${X}${A}', labels: {a: '${X} ${Y:?}', b: '${1}', c: '$${A}'}, init: '${A}'}\n"
    found = filling(text)
    assert {name: [text[at:][:4] for at in places] for name, places in found.missing.items()} == {
        "X": ["'${X", "'${X"],
        "Y": ["'${X"],
    }
    assert [text[at:][:7] for at in found.escaped] == ["'$${A}'"]
    assert [one.value for one in found.problems] == ["", "1"]
    assert found.edits == []


def test_a_number_of_cpus_is_quoted_as_omctl_does() -> None:
    text = "services: {a: {cpus: '0.5', deploy: {resources: {limits: {cpus: 0.5, memory: '${A}'}}}}}\n"
    assert filled(text) == "services: {a: {cpus: 0.5, deploy: {resources: {limits: {cpus: \"0.5\", memory: '1'}}}}}\n"


def test_a_secret_beside_a_brace_or_a_dollar_sign_is_a_problem() -> None:
    variables = {"DB": "{{ $secrets.db }}"}
    labels = "{ok: '{\"p\":\"${DB}\"}', one: '{${DB}', two: '${DB}}', own: '{{{ $secrets.x }} ${DB}'}"
    text = f"services: {{a: {{labels: {labels}}}}}\n"
    found = fill(read(text, "c.yaml"), variables)
    assert [problem.column - 1 for problem in found.problems] == [text.index("'{${DB}'"), text.index("'${DB}}'")]
    assert {problem.what for problem in found.problems} == {
        "A variable that is a secret is directly beside a brace or a dollar sign"
    }
    assert len(found.replaced) == 2
