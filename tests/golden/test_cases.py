"""Every form of a compose file that the pin meets, as whole files: `cases/NAME.yaml` becomes `expected/NAME.yaml`, byte
for byte, or is refused with the words of `expected/NAME.txt`. After a change that is meant:
`pytest tests/golden --write-goldens`, which shows each difference; each is then read by a person.
"""

import pytest
from golden.goldens import CASES, HERE, SETTINGS, hold, outcome, read


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_pinned_exactly_or_refused_in_these_words(name: str, pytestconfig: pytest.Config) -> None:
    found, pinned = outcome(read(HERE / f"cases/{name}.yaml"), SETTINGS.get(name, {}))
    hold(HERE / "expected" / f"{name}.{'yaml' if pinned else 'txt'}", found, pytestconfig)


@pytest.mark.parametrize("name", CASES)
def test_to_pin_it_again_changes_nothing(name: str) -> None:
    settings = SETTINGS.get(name, {})
    found, pinned = outcome(read(HERE / f"cases/{name}.yaml"), settings)
    if pinned:
        assert outcome(found, {**settings, "sidecars": {}})[0] == found


def test_every_expected_file_has_its_case_and_is_of_one_kind() -> None:
    assert sorted(path.stem for path in (HERE / "expected").iterdir()) == CASES
    assert set(SETTINGS) <= set(CASES)
