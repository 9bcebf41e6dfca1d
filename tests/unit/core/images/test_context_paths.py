"""The paths of its context that a Dockerfile reads; `()` if it may read all of it."""

import pytest

from ci.core.images.context_paths import paths_read


@pytest.mark.parametrize(
    ("lines", "paths"),
    [
        ("COPY a.txt /x", ("a.txt",)),
        ("COPY b a /x/", ("a", "b")),
        ("ADD --chown=1:1 ./src/ /x", ("src",)),
        ('COPY ["with space", "/x"]', ("with space",)),
        ("COPY package*.json yarn.lock* ./", ("package*.json", "yarn.lock*")),
        ("COPY /rooted/a /x", ("rooted/a",)),
        ("COPY a/../b /x", ("b",)),
        ("COPY a\\*b /x", ("a*b",)),  # wider than what is read, never narrower
        ("COPY --from=client /dist ./dist\nCOPY a /x", ("a",)),
        ("ADD https://code.example/x.tar.gz /x\nCOPY a /x", ("a",)),
        ("COPY <<EOF /x\nCOPY hidden /y\nEOF\nCOPY a /x", ("a",)),
        ("RUN --mount=type=bind,source=req.txt,target=/r cat /r", ("req.txt",)),
        ("RUN --mount=src=req.txt,dst=/r cat /r", ("req.txt",)),
        ("RUN --mount=type=cache,target=/c --mount=type=bind,source=a,target=/a true", ("a",)),
        ("RUN --mount=type=bind,from=client,source=/dist,target=/d true\nCOPY a /x", ("a",)),
        ("RUN --mount=type=secret,id=token true\nCOPY a /x", ("a",)),
        ("COPY a /x\nFROM two\nCOPY b /y", ("a", "b")),
    ],
)
def test_the_paths_that_are_read(lines: str, paths: tuple[str, ...]) -> None:
    assert paths_read(f"FROM one\n{lines}\n") == paths


@pytest.mark.parametrize(
    "lines",
    [
        "COPY . /x",
        "COPY ./ /x",
        "COPY / /x",
        "COPY a/.. /x",
        "COPY ../a /x",
        "COPY a b/../.. /x",
        "COPY $WHERE/a /x",
        "COPY ${WHERE} /x",
        "RUN --mount=type=bind,target=/src make",
        "RUN --mount=type=bind,source=.,target=/src make",
        "ONBUILD COPY a /x",
        "FROM node:18-onbuild",
        "RUN true",
    ],
)
def test_a_dockerfile_that_may_read_all_of_its_context(lines: str) -> None:
    more = "" if lines == "RUN true" else "COPY other /y\n"
    assert paths_read(f"FROM one\n{lines}\n{more}") == ()
