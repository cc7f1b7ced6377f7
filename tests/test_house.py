"""The house keeps its own rules: each service is whole, the clock has one owner, nothing is swallowed."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from domain.declaration import JobDeclaration
from domain.plan import JobPlan

ROOT = Path(__file__).parent.parent
ROOMS = (
    "activities", "allin", "api", "documents", "domain", "engine", "partners", "sandbox", "storage", "workers",
    "workflows",
)  # fmt: skip
SERVICES = sorted(
    path.stem for path in (ROOT / "domain" / "services").glob("*.py") if path.stem not in ("__init__",)
)
TAKEN_BY_THE_JOB = [service for service in SERVICES if service != "debt_collection"]
CLOCK = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|func\.now\(|time\.time\(")
CLOCK_OWNERS = {"engine/calendar.py"}


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "versions" not in path.parts]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_file_in_every_room(service: str) -> None:
    assert (ROOT / "activities" / f"{service}.py").exists()
    assert (ROOT / "tests" / "services" / f"test_{service}.py").exists()


@pytest.mark.parametrize("service", TAKEN_BY_THE_JOB)
def test_a_step_carries_its_own_name_and_its_activities_begin_with_it(service: str) -> None:
    step = import_module(f"activities.{service}").STEP
    assert step.name == service
    for verb in step.verbs:
        defined = getattr(verb.call, "__temporal_activity_definition", None)
        assert defined is not None, f"{verb.call} is no activity"
        assert defined.name == f"{service}.{verb.name}"


@pytest.mark.parametrize("service", TAKEN_BY_THE_JOB)
def test_the_process_takes_a_service_in_exactly_one_line(service: str) -> None:
    text = (ROOT / "workflows" / "job.py").read_text()
    takes = re.findall(rf"(?:take|do|_book|_each)\({service}\.STEP", text)
    assert len(takes) == 1, f"workflows/job.py takes {service} {len(takes)} times"


@pytest.mark.parametrize("service", TAKEN_BY_THE_JOB)
def test_a_service_has_a_place_in_the_plan(service: str) -> None:
    assert service in JobPlan.model_fields


def test_every_wish_of_the_declaration_is_a_service_word() -> None:
    wished = set(JobDeclaration.model_fields) & set(SERVICES)
    automatic = {"employment_contract", "wages", "invoicing", "debt_collection"}
    assert wished >= set(SERVICES) - automatic


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_only_the_calendar_reads_the_clock(path: Path) -> None:
    if relative(path) in CLOCK_OWNERS or path.parts[len(ROOT.parts)] == "sandbox":
        return
    found = [line for line in path.read_text().splitlines() if CLOCK.search(line)]
    assert not found, f"{relative(path)} reads the clock: {found}"


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_a_module_says_what_it_means_and_has_a_room_sized_length(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)) or not text.strip(), f"{relative(path)} has no docstring"
    assert len(text.splitlines()) <= 320, f"{relative(path)} is {len(text.splitlines())} lines long"


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_no_failure_is_swallowed(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            only_pass = all(isinstance(each, ast.Pass) for each in node.body)
            assert not only_pass, f"{relative(path)}:{node.lineno} swallows a failure"


def test_no_drawer_for_everything() -> None:
    for path in modules():
        assert path.stem not in {"utils", "helpers", "manager", "info", "common", "misc"}, relative(path)


def test_the_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(len(numbers)))
