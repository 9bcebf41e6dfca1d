"""Compose files of public products: `corpus/NAME.diff` has the lines that the pin changes.

The files belong to others and are not in this repository: they are expected in `shared/corpus` beside it.
"""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from golden.goldens import assert_matches, changed_lines, outcome, read

HERE = Path(__file__).parent
CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no {CORPUS}: the pin was NOT tested with real files")


class Product(NamedTuple):
    """The settings and env files that a file of the corpus needs."""

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
SIDEKIQ = ["EVENTS", "PDFS", "BILLING", "CLOCK", "WEBHOOK", "ANALYTICS", "AI_AGENT"]
PRODUCTS = {
    "lago-dev": Product(
        {
            "variables": {
                **{f"SIDEKIQ_CONCURRENCY_{name}": "10" for name in SIDEKIQ},
                "COMPOSE_PROFILES": "redis-sentinel",
            }
        },
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
def test_only_these_lines_of_a_real_file_change(name: str, pytestconfig: pytest.Config) -> None:
    source = read(CORPUS / f"{name}.yaml")
    product = PRODUCTS.get(name, Product({}, {}))
    found, pinned = outcome(source, product.settings, product.env_files)
    assert_matches(HERE / "corpus" / f"{name}.diff", changed_lines(source, found) if pinned else found, pytestconfig)


def test_every_file_of_the_corpus_has_its_diff() -> None:
    assert sorted(path.stem for path in CORPUS.glob("*.yaml")) == NAMES
