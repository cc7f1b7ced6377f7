"""Jobs in the state a test needs them in."""

from datetime import timedelta
from typing import Any

from api.container import Container
from domain.errors import Decider
from domain.job import JobFile, News, Problem, Remembered, StepState
from tests.databases import MONDAY, a_declaration, a_plan

EVENING = {"starts_at": "2026-03-14T18:00:00Z", "ends_at": "2026-03-14T22:00:00Z", "place": "Liège"}
OFFER = {
    "member": False,
    "function": "sound engineer",
    "artistic": False,
    "days": [EVENING],
    "gross_eur": "250.00",
    "joint_committee": "304",
    "language": "fr",
    "starts_at": EVENING["starts_at"],
    "answer_by": "2026-03-13T18:00:00Z",
}
ORDER = {
    "client_id": "c-hall",
    "client_version": 1,
    "price_ex_vat_eur": "1800.00",
    "vat_eur": "378.00",
    "total_eur": "2178.00",
    "starts_at": EVENING["starts_at"],
    "answer_by": "2026-02-28T18:00:00Z",
}
VAN = {
    "driver": "ann",
    "from_at": "2026-03-14T12:00:00Z",
    "until_at": "2026-03-15T02:00:00Z",
    "pick_up": "Brussels",
    "kilometres": 220,
    "ceiling_eur": "120.00",
    "hold_until_at": "2026-02-28T18:00:00Z",
}


def the_plan(member_id: str = "p-ann") -> Any:
    """A concert with an agreement, a van and one collaborator."""
    return a_plan(
        member_id=member_id,
        agreement=ORDER,
        van_rental={"van": VAN},
        employment_contract={"bob": OFFER | {"person_id": "p-dan"}},
    )


async def concert(house: Container, member_id: str = "p-ann") -> str:
    """A declared concert."""
    return (await house.jobs.declare(a_declaration(plan=the_plan(member_id), caller=member_id))).job_id


async def parked_van(house: Container, member_id: str = "p-ann", decided_by: Decider = "member") -> str:
    """A concert whose van is parked because none is left; the member decides, unless said otherwise."""
    job_id = await concert(house, member_id)
    params = {"from_at": "2026-03-14T12:00:00+00:00", "until_at": "2026-03-15T02:00:00+00:00"}
    problem = Problem(
        type="NoVanLeft", text="No van is left.", params=params, decided_by=decided_by, since_at=MONDAY
    )
    van = StepState(
        service="van_rental", item="van", state="parked", operation="hold", attempt=1, request=VAN, problem=problem
    )
    asked = StepState(service="agreement", state="held", attempt=1, request=ORDER)
    file = JobFile(job_id=job_id, state="agreeing", version=1, steps={"agreement": asked, "van_rental:van": van})
    news = (
        News(n=1, at=MONDAY, kind="job.agreeing"),
        News(n=2, at=MONDAY + timedelta(minutes=1), kind="step.trying", step="van_rental:van"),
        News(
            n=3,
            at=MONDAY + timedelta(minutes=2),
            kind="step.parked",
            step="van_rental:van",
            params=params | {"problem": "NoVanLeft", "technical": "409 from the hirer"},
        ),
    )
    await house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file, news=news))
    return job_id
