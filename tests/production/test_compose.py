"""docker-compose.yml, as far as it can be judged without Docker: its form, and that it fits the program."""

import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.main import get_command

from allin.__main__ import app
from engine.settings import Settings

ROOT = Path(__file__).parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if service.get("image") == "allin:local")

WORDS = {"type": "array", "items": {"type": "string"}}
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
SERVICE = {
    "type": "object",
    "required": ["image"],
    "additionalProperties": False,
    "properties": {
        "image": {"type": "string"},
        "build": {"type": ["string", "object"]},
        "command": WORDS,
        "entrypoint": WORDS,
        "environment": TEXTS,
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "init": {"type": "boolean"},
        "read_only": {"type": "boolean"},
        "cap_drop": WORDS,
        "security_opt": WORDS,
        "tmpfs": WORDS,
        "volumes": WORDS,
        "ports": WORDS,
        "configs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["source", "target"],
                "additionalProperties": False,
                "properties": {"source": {"type": "string"}, "target": {"type": "string", "pattern": "^/"}},
            },
        },
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["condition"],
                "additionalProperties": False,
                "properties": {
                    "condition": {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}
                },
            },
        },
        "healthcheck": {
            "type": "object",
            "required": ["test"],
            "additionalProperties": False,
            "properties": {
                "test": WORDS,
                "retries": {"type": "integer"},
                **{
                    name: {"type": "string", "pattern": r"^\d+(s|m)$"}
                    for name in ("interval", "timeout", "start_period")
                },
            },
        },
    },
}
FORM = {
    "type": "object",
    "required": ["services"],
    "additionalProperties": False,
    "patternProperties": {"^x-": {}},
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object"},
        "configs": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["content"],
                "additionalProperties": {"type": "string"},
            },
        },
    },
}
"""The part of the compose specification this file uses, and not a word more."""


def test_the_file_has_the_form_of_the_compose_specification() -> None:
    jsonschema.validate(COMPOSE, FORM)


def test_everything_it_refers_to_is_there() -> None:
    for name, service in SERVICES.items():
        for other, waiting in service.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} waits for {other}"
            if waiting["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for {other} to be healthy"
            if waiting["condition"] == "service_completed_successfully":
                assert SERVICES[other]["restart"] == "on-failure", f"{other} never ends"
        for config in service.get("configs", []):
            assert config["source"] in COMPOSE["configs"]
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned_and_ports_stay_on_this_machine(name: str) -> None:
    _, _, tag = SERVICES[name]["image"].partition(":")
    assert tag == "local" or re.fullmatch(r"\d+(\.\d+)+", tag), "a version, not `latest`"
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


def test_temporal_and_its_tools_have_one_version() -> None:
    tags = {
        SERVICES[name]["image"].partition(":")[2] for name in ("temporal", "temporal-schema", "temporal-namespace")
    }
    assert len(tags) == 1


@pytest.mark.parametrize("name", OURS)
def test_our_parts_are_started_by_commands_and_settings_that_exist(name: str) -> None:
    command = get_command(app)
    for word in SERVICES[name]["command"]:
        if not hasattr(command, "commands"):
            break
        assert word in command.commands, f"there is no `allin {shlex.join(SERVICES[name]['command'])}`"
        command = command.commands[word]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in SERVICES[name]["command"] if word.startswith("--")} <= options
    known = {f"ALLIN_{field.upper()}" for field in Settings.model_fields}
    assert set(SERVICES[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_our_parts_run_without_rights_they_do_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_two_workers_the_api_the_watch_and_the_migrations_are_there() -> None:
    assert {SERVICES[name]["command"][0] for name in OURS} == {"api", "db", "sandbox", "watch", "worker"}
    assert sum(SERVICES[name]["command"] == ["worker"] for name in OURS) == 2


def test_no_secret_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|PWD|KEYS|SECRET", variable):
                assert value.startswith("${"), f"{name}: {variable}"


def test_every_variable_of_a_shell_command_is_left_to_the_shell() -> None:
    """One dollar sign would be filled in by Compose, with nothing."""
    for service in SERVICES.values():
        for line in service.get("command", []):
            if "\n" in line:
                assert not re.search(r"(?<!\$)\$(?!\$)", line)
                assert "set -u" not in line  # given to the shell itself, as -euc
    assert SERVICES["temporal-namespace"]["entrypoint"] == ["/bin/sh", "-euc"]


def test_the_image_is_built_in_two_stages_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines if line.startswith("FROM ")] == ["python:3.11-slim"] * 2
    assert "USER 10001:10001" in lines
    assert 'ENTRYPOINT ["allin"]' in lines
    copied = {line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line}
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert rooms <= copied, f"not in the image: {rooms - copied}"
    let_in = set((ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    assert {f"!{name}" for name in rooms} <= let_in
