"""Whole compose files in every form that the pin supports or refuses.

`cases/NAME.yaml` is pinned to `expected/NAME.yaml`, byte for byte, or refused with the message in `expected/NAME.txt`.
After an intended change: `pytest tests/golden --write-goldens`, which shows each difference; read each of them.
"""

import pytest
from golden.goldens import CASES, HERE, SETTINGS, assert_matches, outcome, read


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_pinned_byte_for_byte_or_refused_with_this_message(name: str, pytestconfig: pytest.Config) -> None:
    found, pinned = outcome(read(HERE / f"cases/{name}.yaml"), SETTINGS.get(name, {}))
    assert_matches(HERE / "expected" / f"{name}.{'yaml' if pinned else 'txt'}", found, pytestconfig)


@pytest.mark.parametrize("name", CASES)
def test_pinning_a_result_again_changes_nothing(name: str) -> None:
    settings = SETTINGS.get(name, {})
    found, pinned = outcome(read(HERE / f"cases/{name}.yaml"), settings)
    if pinned:
        assert outcome(found, {**settings, "sidecars": {}})[0] == found


def test_every_case_has_exactly_one_expected_file() -> None:
    assert sorted(path.stem for path in (HERE / "expected").iterdir()) == CASES
    assert set(SETTINGS) <= set(CASES)
