"""Build arguments that look like secrets."""

from ci.core.env_files.build_arguments import secret_arguments


def test_an_argument_looks_like_a_secret_by_its_name_or_value_unless_it_is_declared_as_none() -> None:
    arguments = (("PIP_TOKEN", "abcdefgh12345678"), ("A", "ghp_" + "a1B2" * 9), ("B", "1.2.3"), ("NPM_TOKEN", None))
    assert [name for name, _ in secret_arguments(arguments, ())] == ["PIP_TOKEN", "A"]
    assert [name for name, _ in secret_arguments(arguments, ("A",))] == ["PIP_TOKEN"]
    assert all(reason for _, reason in secret_arguments(arguments, ()))
