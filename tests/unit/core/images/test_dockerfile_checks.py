"""A Dockerfile against its build context: what it copies must exist, in every form that it can be written in."""

import pytest

from ci.core.images.dockerfile_checks import dockerfile_problems
from ci.errors import Problem

FILES = frozenset(
    {
        "a.txt",
        "b.txt",
        "two words.txt",
        "package.json",
        "src/main.py",
        "src/lib/x.py",
        "docs/keep.md",
        "docs/drop.md",
        "c.txt",
    }
)


GIT_IGNORED = frozenset({".npmrc", "dist", "docs/draft.md"})


def problems(lines: str, ignore: str = "", args: dict[str, str | None] | None = None) -> list[Problem]:
    """The problems of a Dockerfile whose first line is a `FROM`."""
    return list(dockerfile_problems(f"FROM scratch\n{lines}\n", "D", FILES, ignore, args, git_ignored=GIT_IGNORED))


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (".npmrc", "COPY names a path that .gitignore excludes"),
        ("dist/", "COPY names a path that .gitignore excludes"),
        ("dist/app.js", "COPY names a path that .gitignore excludes"),
        ("docs/draft.md", "COPY names a path that .gitignore excludes"),
        ("distant", "COPY names a path that does not exist"),
    ],
)
def test_a_copied_file_that_git_ignores_is_told_from_one_that_is_missing(source: str, what: str) -> None:
    (problem,) = problems(f"COPY {source} /")
    assert problem.what == what
    assert ("build.secrets" in problem.hint) is (".gitignore" in what)


@pytest.mark.parametrize("source", [".", "docs", "*.md"])
def test_what_git_ignores_in_a_copied_folder_is_no_problem(source: str) -> None:
    assert problems(f"COPY {source} /") == []


@pytest.mark.parametrize(
    "line",
    [
        "COPY a.txt /",
        "copy a.txt /",
        "COPY a.txt b.txt /x/",
        "COPY a.txt   /   ",
        "COPY ./a.txt /",
        "COPY /a.txt /",
        "COPY src /src",
        "COPY src/ /src/",
        "COPY src/lib/../main.py /",
        "COPY ../a.txt /",
        "COPY . .",
        "COPY ./ /app",
        "COPY / /app",
        'COPY ["a.txt", "two words.txt", "/"]',
        "COPY two\\ words.txt /",
        "COPY --chown=1:1 a.txt /",
        "COPY --chown=1:1 --chmod=755 --link a.txt /",
        "COPY --parents ./src/./lib/x.py /",
        "COPY --exclude=*.md docs /docs",
        "COPY \\\n  a.txt \\\n  # why\n  b.txt \\\n\n  /x/",
        "COPY a.txt \\  \n /",
        "COPY *.txt /",
        "COPY nothing*.txt [x-z].txt ?? /",
        "COPY package.json yarn.lock* ./",
        "COPY --from=build /gone /",
        "COPY --from=docker.io/library/alpine:3 /gone /",
        "COPY --chown=1:1 --from=build /gone /",
        "ADD https://code.example/x.tar.gz /",
        "ADD --checksum=sha256:00 https://code.example/x.tar.gz /",
        "ADD git@code.example:o/r.git /",
        "ADD a.txt /",
        "COPY a.txt/x /",  # a.txt may be a link to a folder: a source lists both alike
        "ONBUILD COPY gone /",
        "RUN echo COPY gone /",
        "# COPY gone /",
        "COPY <<EOF /x\nCOPY gone /\nEOF",
        "COPY <<-'EOF' /x\nCOPY gone /\n\tEOF",
        "RUN <<EOF\n EOF\nCOPY gone /\n\tEOF\nCOPY gone /\nEOF",
        "RUN cat <<A > x && cat <<B > y\nCOPY gone /\nA\nCOPY gone /\nB",
        "COPY --chown=1:1 \\\n  <<EOF /x\nCOPY gone /\nEOF",
        "ONBUILD RUN <<EOF\nCOPY gone /\nEOF",
        "ARG WHERE\nCOPY $WHERE/gone /",
        "COPY $UNKNOWN/gone /",
        "COPY ${WHERE:-gone} /",
        "ENV WHERE=src\nCOPY $WHERE/main.py /",
        "ENV WHERE src\nCOPY ${WHERE}/main.py /",
        "ARG WHERE=src\nCOPY ${WHERE}/main.py /",
        "ARG WHERE='src' WHAT=main.py\nCOPY $WHERE/$WHAT /",
        "ARG TOP=src\nARG WHERE=$TOP/lib\nCOPY $WHERE/x.py /",
        "ENV WHERE=src\nARG WHERE=gone\nCOPY $WHERE /",
        "ARG WHERE=gone\nENV WHERE=src\nCOPY $WHERE /",
        "ARG WHERE=gone\nENV WHERE=$UNKNOWN\nCOPY $WHERE /",
        "ARG WHERE=gone\nFROM scratch\nCOPY $WHERE /",
    ],
)
def test_what_can_be_built_has_no_problem(line: str) -> None:
    assert problems(line) == []


@pytest.mark.parametrize(
    ("lines", "value", "number"),
    [
        ("COPY gone /", "gone", 2),
        ("ADD gone /", "gone", 2),
        ("copy gone /", "gone", 2),
        ("COPY a.txt gone /x/", "gone", 2),
        ("COPY a.tx /", "a.tx", 2),
        ("COPY A.txt /", "A.txt", 2),
        ("COPY sr /", "sr", 2),
        ("COPY src/gone.py /", "src/gone.py", 2),
        ("COPY ./gone /", "./gone", 2),
        ("COPY --chown=1:1 --chmod=755 gone /", "gone", 2),
        ("COPY --parents src/gone.py /", "src/gone.py", 2),
        ('COPY ["two words.txt", "not there.txt", "/"]', "not there.txt", 2),
        ("RUN true\n\nCOPY \\\n  a.txt \\\n  gone \\\n  /x/", "gone", 4),
        ("COPY a.txt \\\n\n  gone /x/", "gone", 2),
        ("COPY <<EOF /x\ntext\nEOF\nCOPY gone /", "gone", 5),
        ('RUN cat <<< "x"\nCOPY gone /', "gone", 3),
        ('RUN echo "a <<EOF b"\nCOPY gone /', "gone", 3),
        ("RUN echo $((1 << 3)) `date`\nCOPY gone /", "gone", 3),
        ("RUN echo don't\nCOPY gone /", "gone", 3),
        ("ARG WHERE=gone\nCOPY $WHERE/main.py /", "$WHERE/main.py", 3),
        ("ENV WHERE=gone\nCOPY ${WHERE}/main.py /", "${WHERE}/main.py", 3),
        ("FROM scratch\nCOPY --from=0 /gone /\nCOPY gone /", "gone", 4),
    ],
)
def test_a_source_that_does_not_exist_is_a_problem_at_its_line(lines: str, value: str, number: int) -> None:
    (problem,) = problems(lines)
    assert problem.what.endswith("names a path that does not exist")
    assert (problem.value, problem.file, problem.line) == (value, "D", number)
    assert problem.expected
    assert problem.hint


def test_every_source_that_does_not_exist_is_reported() -> None:
    assert [p.value for p in problems("COPY one two /\nCOPY a.txt /\nADD three /")] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("ARG WHERE=src\nCOPY $WHERE /", ["$WHERE"]),
        ("ARG WHERE\nCOPY $WHERE /", ["$WHERE"]),
        ("COPY $WHERE /", []),
    ],
)
def test_an_argument_of_the_compose_file_wins_over_the_default(lines: str, missing: list[str]) -> None:
    assert [p.value for p in problems(lines, args={"WHERE": "gone", "OTHER": None})] == missing


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("ARG WHERE=gone\nFROM scratch\nARG WHERE\nCOPY $WHERE /\n", ["$WHERE"]),
        ("ARG WHERE=gone\nFROM scratch\nCOPY $WHERE /\n", []),
        ("ARG WHERE=gone\nFROM scratch\nARG WHERE=src\nCOPY $WHERE /\n", []),
    ],
)
def test_an_argument_above_the_first_stage_counts_only_in_a_stage_that_repeats_it(
    text: str, missing: list[str]
) -> None:
    assert [p.value for p in dockerfile_problems(text, "D", FILES)] == missing


@pytest.mark.parametrize(
    "frontend",
    [
        "docker/dockerfile:1",
        "docker/dockerfile:1.7-labs",
        "docker/dockerfile",
        "docker.io/docker/dockerfile:1",
        "index.docker.io/docker/dockerfile-upstream:master",
        "moby/dockerfile:1",
        "docker/dockerfile@sha256:" + "1" * 64,
        "Docker/Dockerfile:1",
        "docker/dockerfile:1 and more",
    ],
)
@pytest.mark.parametrize(
    "form", ["# syntax={}", "#syntax = {}  ", "# check=skip=all\n# Syntax={}", "#!/x\n# syntax={}"]
)
def test_the_frontends_that_the_engine_replaces_have_no_problem(form: str, frontend: str) -> None:
    found = list(dockerfile_problems(f"{form.format(frontend)}\nFROM scratch\nCOPY gone /\n", "D", FILES))
    assert [p.value for p in found] == ["gone"]


@pytest.mark.parametrize(
    "frontend", ["foo/bar", "example.com/docker/dockerfile:1", "docker/dockerfilex:1", "r2d4/mopy"]
)
@pytest.mark.parametrize(("above", "line"), [("", 1), ("# escape=\\\n", 2), ("#!/x\n", 2)])
def test_another_frontend_is_a_problem_and_nothing_below_it_is_read(frontend: str, above: str, line: int) -> None:
    (problem,) = dockerfile_problems(f"{above}# syntax={frontend}\nCOPY gone /\n", "D", FILES)
    assert "frontend" in problem.what
    assert (problem.value, problem.file, problem.line) == (frontend, "D", line)
    assert "docker/dockerfile" in problem.expected
    assert problem.hint.startswith("remove the line")


@pytest.mark.parametrize("text", ["", "# nothing\n", "COPY a.txt /\n", "RUN true\n"])
def test_a_dockerfile_without_a_base_image_is_a_problem(text: str) -> None:
    (problem,) = dockerfile_problems(text, "D", FILES)
    assert (problem.what, problem.file, problem.line) == ("The Dockerfile has no FROM", "D", 1)


def test_a_source_that_is_remote_only_with_its_variable_replaced_is_no_path() -> None:
    assert problems("ARG SITE=https://code.example\nADD $SITE/x.tar.gz /") == []


def test_another_escape_character_is_read() -> None:
    text = "# escape=`\nFROM scratch\nCOPY a.txt `\n\n  gone C:\\\n"
    assert [(p.value, p.line) for p in dockerfile_problems(text, "D", FILES)] == [("gone", 3)]
