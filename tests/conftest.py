pytest_plugins = ["tests.temporal"]
