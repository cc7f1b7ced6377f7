"""The house keeps its own rules: each service is whole, the clock has one owner, nothing is swallowed."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest

from activities.catalog import every_step, services_of
from api.pages.member.form_shape import by_place
from documents.language import WORDS
from domain.declaration import JobDeclaration
from domain.form_field import Part
from domain.plan import JobPlan
from domain.plans import orders
from domain.profiles import profile
from domain.questions import ANSWERS
from domain.quote import QuoteContext, quote
from domain.quoting.approvals import choices
from domain.quoting.sheet import QuoteInput
from engine.calendar import Calendar
from engine.settings import PARTNERS, Settings
from engine.texts import read_texts
from engine.words import LANGUAGES, catalog
from storage.core.database import Database
from tests.activity_names import activities_in, activity_name
from tests.dead_code import unused
from workers.wiring import OnSite, activities
from workflows.move import BOOKINGS

ROOT = Path(__file__).parent.parent
ROOMS = (
    "activities", "allin", "api", "documents", "domain", "engine", "partners", "sandbox", "storage", "workers",
    "workflows",
)  # fmt: skip
SERVICES = sorted(
    path.stem for path in (ROOT / "domain" / "services").glob("*.py") if path.stem not in ("__init__",)
)
TAKEN_BY_THE_JOB = [service for service in SERVICES if service != "debt_collection"]
DAY_ONE = date(2026, 2, 2)
CREW = {"item": "ann", "member": True, "function": "singer"}
CLOCK = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|func\.now\(|time\.time\(")
WORKFLOW_ID = re.compile(r"f\"(job|collection|bulk|partner)-\{")
PLACES = re.compile(r"\{([a-z_]+)")
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
        assert activity_name(verb.call) == f"{service}.{verb.name}"


@pytest.mark.parametrize("service", TAKEN_BY_THE_JOB)
def test_the_process_takes_a_service_in_exactly_one_line(service: str) -> None:
    text = (ROOT / "workflows" / "job.py").read_text()
    takes = re.findall(rf"(?:take|do|_book|_each)\({service}\.STEP", text)
    assert len(takes) == 1, f"workflows/job.py takes {service} {len(takes)} times"


@pytest.mark.parametrize("service", TAKEN_BY_THE_JOB)
def test_a_service_has_a_place_in_the_plan(service: str) -> None:
    assert service in JobPlan.model_fields


@pytest.mark.parametrize("service", TAKEN_BY_THE_JOB)
def test_a_services_orders_count_when_a_job_is_shown_moved_or_withdrawn(service: str) -> None:
    known = (*orders.SINGLE, *orders.PER_ITEM)
    assert service in known, "domain/plan.py: its field has the name of its request's file in domain/services/"


@pytest.mark.parametrize("service", TAKEN_BY_THE_JOB)
def test_what_can_be_given_back_is_renewed_by_a_move_and_given_back_by_a_withdrawal(service: str) -> None:
    step = import_module(f"activities.{service}").STEP
    booking = step.release is not None and not step.essential
    if booking and not step.is_asking():
        assert step in BOOKINGS, "its STEP states `costs`: what is paid for is renewed by a move"
        assert service in orders.BOUGHT, "its request has `ceiling_eur`: what is paid for is given back"


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_wished_of_a_service_can_be_asked_of_the_adviser(service: str) -> None:
    if service in JobDeclaration.model_fields:
        wish = _a_wish(service)
        sheet = QuoteInput(
            JobDeclaration.model_validate({service: wish}), profile("general"), QuoteContext(), DAY_ONE
        )
        assert (service, "ask_adviser") in set(choices(sheet)), "its wish is a Wish of domain/wishes.py"


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_wished_of_a_service_has_a_line_in_the_quote(service: str) -> None:
    if service in JobDeclaration.model_fields and service != "expenses":  # expenses have a part of their own
        made = quote(JobDeclaration.model_validate({"crew": [CREW], service: _a_wish(service)}), DAY_ONE)
        lines = {line.service for line in made.services}
        assert service in lines, "add its line to service_lines() in domain/quoting/pricing.py"


def _a_wish(service: str) -> dict[str, object]:
    needed: dict[str, dict[str, object]] = {
        "equipment": {"items": [{"article": "tripod"}]},
        "insurance": {"covers": ["tour"]},
        "special_request": {"wish": "piano tuner"},
        "travel": {"from_place": "Bruxelles", "to_place": "Liège"},
    }
    return {"choice": "ask_adviser", **needed.get(service, {})}


@pytest.mark.parametrize("service", TAKEN_BY_THE_JOB)
def test_a_worker_serves_every_verb_of_a_service(service: str, tmp_path: Path) -> None:
    step = import_module(f"activities.{service}").STEP
    settings = Settings(data=tmp_path, sandbox_url="http://sandbox", _env_file=None)
    site = OnSite(settings, Database(f"sqlite:///{tmp_path / 'none.db'}", settings.keys()), Calendar())
    client: Any = None  # only kept, never asked
    served = {activity_name(one) for one in activities(client, site)}
    missing = {f"{service}.{verb.name}" for verb in step.verbs} - served
    assert not missing, "bind the service to its stores and partner in services() of workers/bookings.py"


def test_a_worker_serves_every_activity(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, sandbox_url="http://sandbox", _env_file=None)
    site = OnSite(settings, Database(f"sqlite:///{tmp_path / 'none.db'}", settings.keys()), Calendar())
    client: Any = None  # only kept, never asked
    served = [activity_name(one) for one in activities(client, site)]
    rooms = [
        path for room in ("activities", "workers") for path in (ROOT / room).glob("*.py") if path.stem[0] != "_"
    ]
    written = {name for path in rooms for name in activities_in(import_module(f"{path.parent.name}.{path.stem}"))}
    assert len(served) == len(set(served)), "served twice"
    assert set(served) == written, "name it in activities() of workers/wiring.py"


def test_what_a_step_states_about_its_partners_and_questions_exists() -> None:
    unknown = {
        (step.name, partner) for step in every_step() for partner in step.partners if partner not in PARTNERS
    }
    assert not unknown, "name it in PARTNERS of engine/settings.py"
    assert {step.question for step in every_step()} <= set(ANSWERS), "say its answers in domain/questions.py"


def test_a_partner_is_named_by_the_step_that_calls_it() -> None:
    for partner in PARTNERS:
        assert services_of(partner), f"{partner}: name it in `partners` of the STEP in activities/"


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_the_id_of_a_process_is_spelled_in_one_place(path: Path) -> None:
    if relative(path) not in ("domain/workflow_ids.py",) and path.parts[len(ROOT.parts)] != "sandbox":
        found = [line for line in path.read_text().splitlines() if WORKFLOW_ID.search(line)]
        assert not found, f"{relative(path)} spells the id of a process itself, see domain/workflow_ids.py: {found}"


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
    assert len(text.splitlines()) <= 340, f"{relative(path)} is {len(text.splitlines())} lines long"


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


def test_nothing_is_left_that_nobody_calls() -> None:
    assert list(unused()) == []


LOCALE = ROOT / "engine" / "locale"


def test_every_text_is_in_the_files_that_are_read() -> None:
    strange = [relative(path) for path in LOCALE.rglob("*") if path.is_file() and path.suffix != ".yaml"]
    assert not strange, "a text is an entry of a YAML file with three languages, see docs/adding-a-sentence.md"


@pytest.mark.parametrize("path", sorted((*LOCALE.rglob("*.yaml"), *WORDS.glob("*.yaml"))), ids=relative)
def test_a_text_stands_in_three_languages_with_the_same_places(path: Path) -> None:
    forgotten = []
    for msgid, texts in read_texts(path).items():
        forgotten += [f"{msgid}: in {lang}" for lang in LANGUAGES if not texts.get(lang)]
        places = {frozenset(PLACES.findall(text)) for text in texts.values()}
        forgotten += [f"{msgid}: other places in another language"] if len(places) > 1 else []
    assert not forgotten, f"{relative(path)}: {'; '.join(forgotten)}"


DRAWN = (ROOT / "allin" / "lives").glob("*.py")


def test_a_field_of_the_declaration_is_whole() -> None:
    """Followed by docs/adding-a-field.md: its texts, its place on the page, and its turn in the drawn lives."""
    drawn = "".join(path.read_text() for path in DRAWN)
    forgotten = []
    for place, shape in by_place().items():
        if shape.field.instead:
            continue
        plain = f"pay.{shape.name}" if shape.field.way else place.replace(".*", "")
        for lang in LANGUAGES:
            if not {f"form.{plain}", f"form.{shape.name}"} & catalog(lang).keys():
                forgotten.append(f"{place}: its label in {lang}, in engine/locale/declaration.yaml")
        if not re.search(rf"[\"']{shape.name}[\"']", drawn):
            forgotten.append(f"{place}: drawn by no life, in allin/lives/")
        own = shape.place.count(".") == 0 and (shape.field.part or shape.name) not in get_args(Part)
        if own and f"form.part.{shape.name}" not in catalog("en"):
            forgotten.append(
                f"{place}: its part of the page, in its FormField(...), or a text form.part.{shape.name}"
            )
    assert not forgotten, "\n".join(forgotten)


RETIRED = {
    "anatomy", "asked", "beside", "cards", "decided", "deciding", "errands", "given", "house", "linked", "pulse",
    "said", "standing", "told", "tries", "waking",
}  # fmt: skip
"""Words that only we understood. Nothing is called so any more, but for what `LEFT` names."""
LEFT = {
    "activities/debt_collection_counsel.py", "allin/chaos_deciding.py", "domain/rules/counsel.py",
    "engine/logs.py", "partners/bailiff.py",
    "allin/chaos_lives.py", "allin/crawling/crawler.py", "allin/crawling/slips.py", "allin/lives/drawing.py",
    "allin/lives/life.py", "allin/lives/partners.py", "allin/lives/saying.py", "api/decisions/schemas.py",
    "domain/contracts_in_force.py", "domain/sentences.py", "workflows/attempts.py", "workflows/beside.py",
    "workflows/changing.py", "workflows/job_messages.py", "workflows/job_waits.py", "workflows/projection.py",
    "workflows/standing.py", "workflows/strands.py", "workflows/told.py",
}  # fmt: skip
"""Files that still have one: this list only gets shorter."""
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _retired() -> Iterator[tuple[str, str]]:
    for path in modules():
        if path.stem in RETIRED:
            yield relative(path), path.stem
        for node in ast.walk(ast.parse(path.read_text())):
            name = str(getattr(node, "name", "")) if isinstance(node, NAMED) else ""
            if name.strip("_").lower() in RETIRED:
                yield relative(path), name


def test_nothing_new_is_called_by_a_word_that_only_we_understood() -> None:
    found = [one for one in _retired() if one[0] not in LEFT and not one[0].startswith("sandbox/")]
    assert found == [], "a plain word of the field says it better"
