"""The chart fits the program: its settings, commands and version exist. `make chart` asks Helm and Kubernetes."""

import re
import tomllib
from typing import Any

import yaml
from typer.main import get_command

from allin.__main__ import app
from engine.settings import Settings
from tests.allin.stack import ROOT

CHART = ROOT / "deploy" / "helm" / "all-inclusive"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
TEMPLATES = "\n".join(path.read_text() for path in sorted((CHART / "templates").glob("*.yaml")))


def test_its_settings_are_settings_of_the_program() -> None:
    known = {f"ALLIN_{name.upper()}" for name in Settings.model_fields}
    assert set(VALUES["settings"]) <= known
    assert VALUES["serviceMonitor"]["tokenKey"] in known
    assert VALUES["settings"]["ALLIN_PRODUCTION"] == "true"


def test_its_parts_and_hooks_are_commands() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]  # a group
    listed = re.findall(r'"\[([a-z]+)[,\]]', TEMPLATES)
    assert sorted(listed) == ["api", "watch", "worker"]
    assert {*listed, "replay-open", "db"} <= set(commands)
    assert {"upgrade"} <= set(commands["db"].commands)
    options = {each for command in ("replay-open",) for one in commands[command].params for each in one.opts}
    options |= {each for one in commands["db"].commands["upgrade"].params for each in one.opts}
    assert set(re.findall(r"- (--[a-z-]+)$", TEMPLATES, re.MULTILINE)) <= options


def test_chart_program_and_upgrade_notes_are_of_one_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["appVersion"] == version
    assert chart["version"] == version
    assert f"\n## {version}\n" in (ROOT / "docs" / "operations" / "upgrading.md").read_text()
