"""Each rule of the edit is broken in turn, and each time the proof refuses the result.

The rule is broken, not the result: a rule that the proof took from the edit would pass here.
"""

from collections.abc import Callable
from importlib import import_module

import pytest
from broken_rules import RULES, returns
from golden.goldens import ENV_FILES, outcome

from ci.core.proof import proof
from ci.errors import ConfigurationError

FILES = {**ENV_FILES, ".env.odd": "NO=x\n"}


@pytest.mark.parametrize("name", RULES)
def test_the_proof_refuses_the_result_of_a_broken_rule(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = RULES[name]
    pinned, is_pinned = outcome(rule.source, rule.settings, FILES)
    assert is_pinned, pinned

    refused: list[ConfigurationError] = []
    prove = proof.prove

    def remember(*arguments: object) -> None:
        try:
            prove(*arguments)  # type: ignore[arg-type]  # as it is called
        except ConfigurationError as error:
            refused.append(error)
            raise

    replace(rule.function, rule.broken, monkeypatch)
    for check in rule.checks:
        replace(check, returns(value=True), monkeypatch)
    with monkeypatch.context() as without_proof:
        without_proof.setattr(proof, "prove", lambda *_: None)
        wrong, is_made = outcome(rule.source, rule.settings, FILES)
    assert is_made, f"another check refuses it, not the proof: {wrong}"
    assert wrong != pinned, "the rule does not matter for this file"

    monkeypatch.setattr(proof, "prove", remember)
    message, is_pinned = outcome(rule.source, rule.settings, FILES)
    assert not is_pinned, wrong
    assert [f"{error}\n" for error in refused] == [message]


def replace(function: str, broken: Callable[[object], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace a function, a method or a constant by what is made of it."""
    *path, name = function.split(".")
    owner = path.pop() if path[-1].strip("_")[0].isupper() else ""
    module = import_module(".".join(path))
    found = getattr(module, owner) if owner else module
    monkeypatch.setattr(found, name, broken(getattr(found, name)))
