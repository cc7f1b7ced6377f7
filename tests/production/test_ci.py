"""The workflow of every change calls what exists here."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def test_every_step_of_the_workflow_is_a_target_of_the_makefile() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    called = {word for command in commands for word in re.findall(r"^make ([a-z-]+)", command)}
    assert called == {"install", "lint", "types", "test", "chart", "roll", "sbom"}
    assert called <= targets
    assert workflow["permissions"] == {"contents": "read"}
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
