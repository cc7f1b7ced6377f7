"""The figures for Prometheus: true, documented, and used by rules and dashboards that exist."""

import json
import re
import shutil
import subprocess
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, update

from allin.operations.alarms import RUNBOOKS
from engine import metrics
from storage.core.database import Database
from storage.execution.business_figures import business_figures
from storage.execution.regular_work import RegularWork
from storage.execution.webhooks import Webhooks
from storage.jobs.deadlines import StoredDeadline
from storage.jobs.tables import job_steps, jobs
from storage.money.bank_tables import bank_statements
from storage.money.payments import Payments
from storage.people.entities import Entities
from tests.api.conftest import BRUSSELS, Door
from tests.databases import MONDAY, StillClock, a_job

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
HOUR = timedelta(hours=1)
TEMPORALS = re.compile(r"\btemporal_\w+")


async def test_what_the_business_looks_like_is_counted_on_both_databases(database: Database) -> None:
    late, soon = MONDAY - HOUR, MONDAY + 30 * HOUR
    due = [
        StoredDeadline(kind="dimona", item=item, due_at=at, basis="-") for item, at in (("a", late), ("b", soon))
    ]
    job_id = await a_job(database, deadlines=tuple(due))
    other = await a_job(database, deadlines=())
    step = {"job_id": job_id, "workflow_id": f"job-{job_id}", "position": 0, "attempt": 1, "revision": 1}
    held = {"service": "wages", "state": "trying", "held_up_since_at": late.isoformat()}
    rows = (
        {"step": "travel", "service": "travel", "item": "a", "state": "parked", "partner": "railway",
         "parked_since_at": MONDAY - 3 * HOUR, "file": {}},
        {"step": "van", "service": "van_rental", "item": "-", "state": "parked", "partner": None,
         "parked_since_at": late, "file": {}},
        {"step": "wages", "service": "wages", "item": "a", "state": "trying", "partner": None,
         "parked_since_at": None, "file": held},
    )  # fmt: skip
    await Entities(database).seed([BRUSSELS])
    async with database.writing() as connection:
        await connection.execute(insert(job_steps), [step | row for row in rows])
        await connection.execute(update(jobs).where(jobs.c.job_id == other).values(started_at=MONDAY))
        for iban, day in (("BE71096123456769", 2), ("BE68539007547034", 5)):
            await connection.execute(
                insert(bank_statements).values(
                    iban=iban, statement_id="1", on=(MONDAY - timedelta(days=day)).date(), opening_eur=Decimal(0),
                    closing_eur=Decimal(0), source="camt", taken_at=MONDAY,
                )
            )  # fmt: skip
    await Payments(database, StillClock()).order(
        order_key=f"{job_id}/wages/a/1", job_id=job_id, kind="wage", entity="brussels", person_id="p-ann",
        amount_eur=Decimal("663.02"), pay_on=MONDAY.date(), end_to_end="E1", remittance="K1",
    )  # fmt: skip
    await Webhooks(database).keep("dimona", "ev_1", b"{}", MONDAY)
    await RegularWork(database).done("morning_round", MONDAY - HOUR, MONDAY - HOUR)

    found = await business_figures(database, MONDAY + timedelta(minutes=2))
    assert sum(found.jobs.values()) == 2
    assert found.parked == {("travel", "railway"): 1, ("van_rental", ""): 1}
    assert found.oldest_seconds == {"travel": 3 * 3600 + 120, "van_rental": 3600 + 120}
    assert (found.endangered, found.held_up) == (1, 1)
    assert found.deadlines == {
        ("dimona", "0"): 1, ("dimona", "24"): 1, ("dimona", "48"): 2, ("dimona", "168"): 2,
    }  # fmt: skip
    assert (found.unstarted, found.webhooks, found.stuck, found.bank_days) == (1, 1, 0, 5)
    assert list(found.payments.values()) == [(1, Decimal("663.02"))]
    assert found.work_age_seconds == {"morning_round": 3720.0}


async def test_they_are_gathered_with_what_requests_cost(door: Door) -> None:
    ann = await door.asking("ann")
    await ann.get("/api/jobs")
    told = (await ann.get("/api/health/metrics")).text
    samples = {each.name: each for family in text_string_to_metric_families(told) for each in family.samples}
    assert samples["allin_database_up"].value == 1
    asked = [
        each
        for family in text_string_to_metric_families(told)
        for each in family.samples
        if each.name == "allin_request_seconds_count" and each.labels["route"] == "/api/jobs"
    ]  # the registry is the program's: other requests of this program stand in it too
    assert {"method": "GET", "route": "/api/jobs", "status": "200"} in [each.labels for each in asked]
    spent = [
        line for line in told.splitlines() if line.startswith('allin_request_statements_sum{route="/api/jobs"}')
    ]
    assert float(spent[0].split()[-1]) > 0


async def test_a_database_that_is_away_is_a_figure_too(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        from tests.api.test_unavailable import LOCKED

        raise LOCKED

    monkeypatch.setattr("api.measured.business_figures", away)
    async with await door.asking() as http:
        told = (await http.get("/api/health/metrics")).text
    assert "allin_database_up 0.0" in told


def test_every_figure_stands_in_the_table_as_it_is() -> None:
    text = (ROOT / "docs" / "operations" / "metrics.md").read_text()
    written = re.findall(r"^\| `(allin_\w+)` \| ([\w, ]*) ?\| (.+) \|$", text, re.MULTILINE)
    there = [(each._name, ", ".join(each._labelnames), each._documentation) for each in metrics.ALL]
    assert [(name, labels.strip(), what) for name, labels, what in written] == there


def _used(text: str) -> set[str]:
    """The metrics an expression names, without what Prometheus adds to a histogram's or counter's name."""
    return {re.sub(r"_(bucket|count|sum|total)$", "", name) for name in re.findall(r"\ballin_\w+", text)}


def test_rules_and_dashboards_name_figures_that_exist_and_runbooks_that_are_written() -> None:
    known = {each._name for each in metrics.ALL}
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    for rule in rules:
        assert _used(rule["expr"]) <= known, rule["alert"]
        assert (ROOT / RUNBOOKS / f"{rule['annotations']['runbook']}.md").exists(), rule["alert"]
    shown: set[str] = set()
    for board in sorted((ROOT / "deploy" / "grafana").glob("*.json")):
        panels = json.loads(board.read_text())["panels"]
        expressions = [target["expr"] for panel in panels for target in panel["targets"]]
        assert all(_used(each) or TEMPORALS.search(each) for each in expressions)
        shown |= set().union(*map(_used, expressions))
    assert shown <= known
    assert known - shown == set(), "every figure is shown somewhere"


def test_the_rules_ring_when_they_should() -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is not here: apt-get install prometheus")
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        ran = subprocess.run([tool, *command], cwd=RULES.parent, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
