"""The embedded stack: one declaration lived to its end, killed twice on the way, with one effect everywhere."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.allin.stack import CONCERT, ROOT, UpAndRunning
from tests.patience import PATIENCE, wait_for

pytestmark = [pytest.mark.xdist_group("up")]

README = ROOT / "README.md"
ONCE_PER_ORDER = {
    ("bank", "payment"): 5,
    ("dimona", "declaration"): 3,
    ("insurer", "policy"): 1,
    ("peppol", "document"): 1,
    ("railway", "booking"): 2,
    ("railway", "fulfillment"): 2,
    ("signature", "seal"): 3,
    ("supplier", "confirmation"): 1,
    ("supplier", "reservation"): 1,
}
"""What the concert needs: three people, two travellers, a desk rented outside, one invoice; wages and expenses."""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[UpAndRunning]:
    found = UpAndRunning(tmp_path / "data")
    yield found
    if found.process is not None and found.process.poll() is None:
        found.kill()


def test_a_job_killed_twice_on_the_way_closes_with_one_effect_per_order(stack: UpAndRunning) -> None:
    stack.start(60)
    declared = [
        stack.allin("declare", str(CONCERT), "--key", "concert-1", "--as", "ann", "--json") for _ in range(2)
    ]
    assert [each.returncode for each in declared] == [0, 0], declared[0].stderr
    job_id, again = [json.loads(each.stdout)["job_id"] for each in declared]
    assert again == job_id
    stack.kill()

    stack.start(0.2)
    offered = "employment_contract.offer"
    wait_for(offered, lambda: True if offered in stack.told(job_id) else None)
    stack.kill()

    stack.start(0.1)
    followed = stack.allin(
        *("declare", str(CONCERT), "--key", "concert-1", "--as", "ann", "--wait", "--until", "closed"), within=240
    )
    assert followed.returncode == 0, followed.stderr + followed.stdout
    assert "every account of it is at zero" in followed.stdout.splitlines()[-1]

    happened = stack.effects()
    counted = Counter((each["partner"], each["kind"]) for each in happened)
    assert {kind: counted[kind] for kind in ONCE_PER_ORDER} == ONCE_PER_ORDER
    keys = Counter((each["partner"], each["kind"], each["key"]) for each in happened if each["key"])
    assert [key for key, n in keys.items() if n > 1 and key[1] not in ("payment", "credit")] == []
    reconciled = stack.allin("reconcile")
    assert reconciled.returncode == 0, reconciled.stdout

    the_readmes_commands_work_on_this_installation(stack)
    assert stack.stop() == 0


def the_readmes_commands_work_on_this_installation(stack: UpAndRunning) -> None:
    """Every line of the README's second block, in its order, after the example job is closed."""
    block = README.read_text().split("## On the command line", 1)[1].split("```")[1]
    lines = [line.partition("  #")[0].strip() for line in block.strip().splitlines()]
    assert lines.pop(0) == "source .venv/bin/activate"
    said: dict[str, str] = {}
    job_id = "ID"
    for line in lines:
        if "--parked" in line:
            wait_for("a parked step", lambda: stack.shell("allin jobs --parked --as omar").stdout.strip() or None)
        done = stack.shell(line.replace("ID", job_id))
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        said[line] = done.stdout + done.stderr
        if "--wait" in line and job_id == "ID":
            job_id = done.stdout.split()[0]

    parked, replayed, again = lines[3], lines[5], lines[6]
    assert said[parked].startswith(job_id)
    assert "No seat is left on this train." in said[lines[4]]
    assert "travel:ann: done" in said[replayed]
    assert f"already declared as {job_id}" in said[again]


def test_a_tour_of_the_commands_on_a_running_stack(stack: UpAndRunning) -> None:
    stack.start(3600)
    assert stack.process is not None

    second = stack.allin("up", "--demo")
    assert second.returncode == 2
    in_use = f"allin: {stack.data} is in use by another installation (process {stack.process.pid}, {stack.address})"
    assert second.stderr.startswith(in_use)
    assert len(second.stderr.splitlines()) == 1

    well = stack.allin("doctor", "--json")
    found = {each["what"]: each["state"] for each in json.loads(well.stdout)}
    assert well.returncode == 0, well.stdout
    assert set(found.values()) == {"ok"}, found

    unsigned = stack.allin("jobs")
    assert unsigned.returncode == 2
    assert "Sign in with `allin login PERSON`" in unsigned.stderr
    assert stack.allin("login", "fatima").stdout == "Fatima Benali (finance)\n"
    assert stack.allin("whoami").stdout == "Fatima Benali (finance)\n"
    refused = stack.allin("declare", str(CONCERT))
    assert refused.returncode == 1, "finance does not declare jobs"
    assert stack.allin("bank", "batch", "list").returncode == 0
    broken = stack.allin("bank", "import", str(CONCERT))
    assert broken.returncode == 1, "a declaration is no statement of account"
    assert len(broken.stderr.splitlines()) == 1

    job = json.loads(stack.allin("declare", str(CONCERT), "--as", "ann", "--json").stdout)
    listed = stack.allin("jobs", "--as", "ann")
    assert job["job_id"] in listed.stdout
    stories = [
        stack.allin("history", job["job_id"], "--as", "ann", "--lang", lang).stdout for lang in ["fr", "nl", "en"]
    ]
    assert len(set(stories)) == 3
    assert "van_rental:van" in stack.allin("job", job["job_id"], "--as", "omar").stdout

    token = httpx2.post(f"{stack.address}/api/session", json={"person": "ann"}).json()["token"]
    signed = {"authorization": f"Bearer {token}"}
    turned = [
        httpx2.post(f"{stack.address}/api/demo/clock", json={"do": do}, headers=signed, timeout=PATIENCE).json()[
            "today"
        ]
        for do in ("pause", "next_day", "next_day")
    ]
    assert turned == ["2026-02-02", "2026-02-03", "2026-02-04"]
    assert "step.parked" not in stack.told(job["job_id"])

    saved = stack.allin("backup", str(stack.data.parent / "saved"))
    assert saved.returncode == 0, saved.stderr
    assert stack.allin("audit", "verify").stdout.startswith("unbroken: ")
    assert stack.allin("watch", "--once", "--grace-hours", "36").returncode == 0
    assert stack.stop() == 0
    assert not (stack.data / "running.json").exists()
