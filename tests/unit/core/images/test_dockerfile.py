"""What a Dockerfile copies, in every form that it can be written in, against a context and its `.dockerignore`."""

import pytest

from ci.core.images.dockerfile import check, directives, instructions
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


def problems(lines: str, ignore: str = "", args: dict[str, str | None] | None = None) -> list[Problem]:
    """The problems of a Dockerfile whose first line is a `FROM`."""
    return list(check(f"FROM scratch\n{lines}\n", "D", FILES, ignore, args))


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
def test_what_can_be_built_is_let_through(line: str) -> None:
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
def test_what_is_not_there_is_told_with_its_line(lines: str, value: str, number: int) -> None:
    (problem,) = problems(lines)
    assert problem.what.endswith("names a file that is not there")
    assert (problem.value, problem.file, problem.line) == (value, "D", number)
    assert problem.expected
    assert problem.hint


def test_all_that_is_missing_is_told() -> None:
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
def test_an_argument_above_the_first_stage_counts_only_where_a_stage_names_it(text: str, missing: list[str]) -> None:
    assert [p.value for p in check(text, "D", FILES)] == missing


@pytest.mark.parametrize(
    ("ignore", "line", "kept_out"),
    [
        ("a.txt", "COPY a.txt /", True),
        ("/a.txt", "COPY a.txt /", True),
        ("a.txt\n!a.txt", "COPY a.txt /", False),
        ("!a.txt\na.txt", "COPY a.txt /", True),
        ("*.txt", "COPY a.txt /", True),
        ("*.txt", "COPY src /", False),
        ("*\n!src", "COPY src/main.py /", False),
        ("*\n!src", "COPY a.txt /", True),
        ("src", "COPY src/main.py /", True),
        ("src/", "COPY src/lib /", True),
        ("main.py", "COPY src/main.py /", False),
        ("**/main.py", "COPY src/main.py /", True),
        ("src/**", "COPY src/lib/x.py /", True),
        ("src/**/x.py", "COPY src/lib/x.py /", True),
        ("src/*.py", "COPY src/lib/x.py /", False),
        ("docs/*.md\n!docs/keep.md", "COPY docs /", False),
        ("docs/*.md\n!docs/keep.md", "COPY docs/drop.md /", True),
        ("**", "COPY src /", True),
        ("[a-b].txt", "COPY b.txt /", True),
        ("[a-b].txt", "COPY c.txt /", False),
        ("[^a].txt", "COPY b.txt /", True),
        ("?.txt", "COPY a.txt /", True),
        ("a?txt", "COPY a.txt /", True),
        ("axtxt\na+.txt", "COPY a.txt /", False),
        ("# a.txt\n\n", "COPY a.txt /", False),
        ("\ufeffa.txt \r\nb.txt", "COPY a.txt /", True),
        ("*", "COPY . /", False),
        ("*", "COPY *.txt /", False),
        ("src/lib", "COPY src /", False),
    ],
)
def test_what_the_dockerignore_keeps_out(ignore: str, line: str, kept_out: bool) -> None:  # noqa: FBT001 - a column
    found = [p.what for p in problems(line, ignore)]
    assert found == (["COPY names a file that .dockerignore keeps out"] if kept_out else [])


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
def test_the_frontends_that_the_engine_stands_in_for_are_let_through(form: str, frontend: str) -> None:
    found = list(check(f"{form.format(frontend)}\nFROM scratch\nCOPY gone /\n", "D", FILES))
    assert [p.value for p in found] == ["gone"]


@pytest.mark.parametrize(
    "frontend", ["foo/bar", "example.com/docker/dockerfile:1", "docker/dockerfilex:1", "r2d4/mopy"]
)
@pytest.mark.parametrize(("above", "line"), [("", 1), ("# escape=\\\n", 2), ("#!/x\n", 2)])
def test_a_frontend_of_somebody_else_is_told_and_nothing_below_it_read(frontend: str, above: str, line: int) -> None:
    (problem,) = check(f"{above}# syntax={frontend}\nCOPY gone /\n", "D", FILES)
    assert "frontend" in problem.what
    assert (problem.value, problem.file, problem.line) == (frontend, "D", line)
    assert "docker/dockerfile" in problem.expected
    assert "remove the line" in problem.hint


@pytest.mark.parametrize("above", ["# why\n", "\n", "FROM scratch\n"])
def test_a_syntax_line_below_anything_else_is_a_comment(above: str) -> None:
    assert "syntax" not in directives(f"{above}# syntax=foo/bar\nFROM scratch\n")


@pytest.mark.parametrize("text", ["", "# nothing\n", "COPY a.txt /\n", "RUN true\n"])
def test_a_dockerfile_without_a_base_image_is_told(text: str) -> None:
    (problem,) = check(text, "D", FILES)
    assert (problem.what, problem.file, problem.line) == ("No FROM", "D", 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_instructions_have_their_value_on_one_line_and_keep_their_place(newline: str) -> None:
    text = newline.join(
        ["\ufefffrom a AS b", "", "# why", "Run x && \\", "  # why", "", "  y", "COPY <<E /", "z", "E", "USER 1"]
    )
    found = [(one.name, " ".join(one.value.split()), one.line) for one in instructions(text)]
    assert found == [("FROM", "a AS b", 1), ("RUN", "x && y", 4), ("COPY", "<<E /", 8), ("USER", "1", 11)]


def test_another_escape_character_is_read() -> None:
    text = "# escape=`\nFROM scratch\nCOPY a.txt `\n\n  gone C:\\\n"
    assert [(p.value, p.line) for p in check(text, "D", FILES)] == [("gone", 3)]
