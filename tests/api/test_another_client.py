"""What one member says of an enterprise never reaches another's job; a former client sees nothing more."""

from datetime import timedelta
from decimal import Decimal

from domain.job import JobFile, Remembered, StepState
from domain.people import Client
from domain.plan import JobPlan
from domain.proposed_move import Proposal
from domain.services.agreement import AgreementRequest
from storage.jobs.jobs import Moved
from tests.api.conftest import Door
from tests.api.jobs import ORDER, the_plan
from tests.api.test_client_place import paper
from tests.databases import MONDAY, a_declaration


def the_order(client_id: str, title: str, price: str, **more: object) -> JobPlan:
    """The plan of a concert for one client, with the order they are asked about."""
    asked = ORDER | {"client_id": client_id, "client_version": 1, "price_ex_vat_eur": price} | more
    plan: JobPlan = the_plan()
    return plan.model_copy(
        update={"client_id": client_id, "title": title, "agreement": AgreementRequest.model_validate(asked)}
    )


async def a_link(door: Door, job_id: str, client_id: str, n: int) -> str:
    made = await door.house.links.link(
        order_key=f"{job_id}/agreement/-/{n}", job_id=job_id, step="agreement", audience="client",
        subject_id=client_id, expires_at=MONDAY + timedelta(days=20),
    )  # fmt: skip
    return made.url.removeprefix(door.house.settings.public_url)


async def moved_to_another(door: Door, in_force: bool) -> tuple[str, str]:
    """A concert the hall has accepted, moved to a brewery that is asked; the links of both."""
    home = door.house
    await home.clients.declare(Client(client_id="c-brew", version=1, kind="company", name="Brouwerij De Put"))
    plan = the_order("c-hall", "Concert for the hall", "1800.00")
    job_id = (await home.jobs.declare(a_declaration(plan=plan))).job_id
    first = await a_link(door, job_id, "c-hall", 1)
    client = await door.asking()
    assert (await client.post(first, json={"answer": "accept"})).status_code == 200
    await paper(door, job_id, "order-form-1.pdf", ("client", "member"))
    other = the_order("c-brew", "Secret evening", "2450.00", move="m-1")
    assert other.agreement is not None
    now = Moved(
        operation_id="m-1", at=MONDAY, declaration={"title": "Secret evening"}, plan=other,
        amount_eur=Decimal("2450.00"), deadlines=(), others=(),
    )  # fmt: skip
    await home.jobs.propose(job_id, now)
    if in_force:
        await home.jobs.moved(job_id, now)
    step = StepState(
        service="agreement", state="done" if in_force else "waiting", attempt=1, revision=2,
        request=other.agreement.model_dump(mode="json"),
    )  # fmt: skip
    waits = None if in_force else Proposal(operation_id="m-1", by="p-ann", until_at=MONDAY + timedelta(days=2))
    file = JobFile(job_id=job_id, state="ready", version=1, steps={"agreement": step}, proposal=waits)
    await home.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    second = await a_link(door, job_id, "c-brew", 2)
    await home.documents.file(
        job_id=job_id, step="agreement", name="order-form-2.pdf", kind="order_form", media_type="application/pdf",
        content=b"%PDF-1.7", audience=("client", "member"), order_key=f"{job_id}/agreement/-/2",
    )  # fmt: skip
    return first, second


async def test_a_former_client_sees_and_stops_nothing_of_the_order_of_another(door: Door) -> None:
    first, second = await moved_to_another(door, in_force=True)
    client = await door.asking()
    assert (await client.get(first)).status_code == 410
    for what, told in (
        ("/cancel", {"owed_eur": "0.00", "reason": "we call it off"}),
        ("/days", {"do": "approve"}),
        ("/invoices/I-1", {"do": "paid"}),
        ("/renew", {}),
        ("", {"answer": "accept"}),
    ):
        answer = await client.post(first + what, json=told)
        assert answer.status_code == 410, (what, answer.text)
    for name in ("order-form-1.pdf", "order-form-2.pdf"):
        assert (await client.get(f"{first}/papers/{name}")).status_code == 410
    assert (await client.get(second)).json()["title"] == "Secret evening"


async def test_the_client_who_comes_sees_nothing_of_what_another_agreed_to(door: Door) -> None:
    for in_force in (False, True):
        _, second = await moved_to_another(door, in_force)
        client = await door.asking()
        shown = (await client.get(second)).json()
        assert (shown["buyer"]["name"], shown["price_ex_vat_eur"]) == ("Brouwerij De Put", "2450.00")
        assert shown["instead_of"] is None
        named = {one["name"] for one in shown["papers"]} | {shown["order_form"]}
        assert named == {"order-form-2.pdf"}
        assert (await client.get(f"{second}/papers/order-form-1.pdf")).status_code == 404
        assert (await client.get(f"{second}/papers/order-form-2.pdf")).status_code == 200


async def test_while_the_change_waits_the_client_in_force_keeps_the_own_order(door: Door) -> None:
    first, _ = await moved_to_another(door, in_force=False)
    shown = (await (await door.asking()).get(first)).json()
    assert (shown["title"], shown["price_ex_vat_eur"]) == ("Concert for the hall", "1800.00")
    assert {one["name"] for one in shown["papers"]} | {shown["order_form"]} == {"order-form-1.pdf"}
    assert (await (await door.asking()).get(f"{first}/papers/order-form-2.pdf")).status_code == 404


async def test_what_another_member_says_of_the_same_enterprise_changes_no_page_of_this_job(door: Door) -> None:
    job_id = (await door.house.jobs.declare(a_declaration(plan=the_order("c-hall", "Concert", "1800.00")))).job_id
    path = await a_link(door, job_id, "c-hall", 1)
    await door.house.clients.declare(
        Client(client_id="c-hall", version=2, kind="company", name="TAKEN OVER", language="en")
    )  # fmt: skip
    client = await door.asking()
    assert (await client.get(path)).json()["buyer"]["name"] == "Zaal Kadans"
    page = (await client.get(path, headers={"accept": "text/html"})).text
    assert '<html lang="nl"' in page
    assert "TAKEN OVER" not in page
