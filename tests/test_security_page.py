"""The page about security names tests that exist, and says "met" of nothing without a reason."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (.*) \|$", PAGE, re.M)
TESTS = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}


def test_every_requirement_has_a_state_and_a_reason() -> None:
    assert len(ROWS) == 253
    assert {state.strip("* ") for _, _, state, _ in ROWS} == {
        "met", "partly", "not met", "not applicable", "by the installation"
    }  # fmt: skip
    assert [row for row in ROWS if not row[3].strip()] == []


def test_the_count_above_the_table_is_that_of_its_rows() -> None:
    states = [state.strip("* ") for _, _, state, _ in ROWS]
    told = re.search(r"Of 253 requirements .*?: (\d+) met, (\d+) partly, (\d+) not met", PAGE)
    assert told is not None
    assert [int(one) for one in told.groups()] == [states.count(one) for one in ("met", "partly", "not met")]


@pytest.mark.parametrize(
    "named", sorted(set(re.findall(r"`((?:tests/[\w/]+/)?test_\w+(?:\.py)?(?:::\w+)?)`", PAGE)))
)
def test_a_named_test_exists(named: str) -> None:
    file, _, function = named.partition("::")
    if file.endswith(".py") or f"{Path(file).name}.py" in TESTS:
        found = TESTS.get(f"{Path(file).name.removesuffix('.py')}.py")
        assert found is not None, named
        assert not function or f"def {function}(" in found.read_text(encoding="utf-8")
        return
    assert any(f"def {file}(" in path.read_text(encoding="utf-8") for path in TESTS.values()), named
