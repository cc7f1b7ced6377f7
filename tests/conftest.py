"""What every test may ask for."""

import pytest

pytest_plugins = ["tests.databases", "tests.temporal"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Every run has an order of its own; a failed one is repeated in the same order by its seed."""
    seed = config.getoption("randomly_seed", None)
    if seed is not None:
        terminalreporter.write_line(f"the order of these tests: --randomly-seed={seed}")
