"""Real files of other people's products, pinned: `corpus/NAME.diff` holds the lines that change, and no other may.

The files themselves are not in this repository, since they are not ours: they lie in `shared/corpus` beside it.
"""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from golden.goldens import changed_lines, hold, outcome, read

HERE = Path(__file__).parent
CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no {CORPUS}: the pin was NOT held against real files")


class Product(NamedTuple):
    """What a file of the corpus needs beside it."""

    settings: dict[str, Any]
    env_files: dict[str, str]


DEMO = ["ACCOUNTING", "AD", "CART", "CHECKOUT", "CURRENCY", "EMAIL", "FLAGD_UI", "FRAUD_DETECTION", "FRONTEND"]
DEMO += [
    "FRONTEND_PROXY",
    "IMAGE_PROVIDER",
    "KAFKA",
    "LLM",
    "LOAD_GENERATOR",
    "OPENSEARCH",
    "PAYMENT",
    "PRODUCT_CATALOG",
]
DEMO += ["PRODUCT_REVIEWS", "QUOTE", "RECOMMENDATION", "SHIPPING", "TELEMETRY_DOCS"]
PRODUCTS = {
    "lago-dev": Product(
        {"image_names": {}},
        {".env.development.default": "LAGO_API_URL=http://api.lago.dev\n", ".env.development": "LAGO_OPEN=yes\n"},
    ),
    "opentelemetry-demo": Product(
        {
            "build_args": {
                **{f"{name}_DOCKERFILE": f"./src/{name.lower()}/Dockerfile" for name in DEMO},
                "OTEL_JAVA_AGENT_VERSION": "2.20.1",
                "OPENTELEMETRY_CPP_VERSION": "1.23.0",
            }
        },
        {},
    ),
}
NAMES = sorted(path.stem for path in (HERE / "corpus").glob("*.diff"))


@pytest.mark.parametrize("name", NAMES)
def test_a_real_file_changes_in_these_lines_alone(name: str, pytestconfig: pytest.Config) -> None:
    source = read(CORPUS / f"{name}.yaml")
    product = PRODUCTS.get(name, Product({}, {}))
    found, pinned = outcome(source, product.settings, product.env_files)
    hold(HERE / "corpus" / f"{name}.diff", changed_lines(source, found) if pinned else found, pytestconfig)


def test_every_file_of_the_corpus_is_looked_at() -> None:
    assert sorted(path.stem for path in CORPUS.glob("*.yaml")) == NAMES
