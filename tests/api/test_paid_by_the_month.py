"""Whoever is offered months of work reads by when each month is paid, and what all of them leave."""

from datetime import timedelta

from api.wording.timeline import title
from tests.api.conftest import Door
from tests.api.jobs import OFFER
from tests.databases import MONDAY, a_declaration, a_plan

PAY_DAYS = [
    {"last_on": "2026-03-30", "pay_on": "2026-04-02", "gross_eur": "1558.33"},
    {"last_on": "2026-04-27", "pay_on": "2026-05-06", "gross_eur": "1246.67"},
    {"last_on": "2026-05-18", "pay_on": "2026-05-25", "gross_eur": "935.00"},
]
LAST = {
    "person_id": "p-dan",
    "gross_eur": "935.00",
    "chain": "artist",
    "days": 3,
    "last_day_on": "2026-05-18",
    "pay_on": "2026-05-25",
    "answer_by": "2026-06-05T08:00:00Z",
}


async def test_the_offer_names_every_pay_day_and_the_net_of_all_months(door: Door) -> None:
    """1,033.21, 826.58 and 619.93 prudently."""
    offer = OFFER | {"person_id": "p-dan", "gross_eur": "3740.00", "pay_days": PAY_DAYS}
    plan = a_plan(member_id="p-ann", employment_contract={"bob": offer}, wages={"bob": LAST})
    job_id = (await door.house.jobs.declare(a_declaration(plan=plan))).job_id
    made = await door.house.links.link(
        order_key=f"{job_id}/employment_contract/bob/1",
        job_id=job_id,
        step="employment_contract:bob",
        audience="collaborator",
        subject_id="p-dan",
        expires_at=MONDAY + timedelta(days=20),
    )
    path, bob = made.url.removeprefix(door.house.settings.public_url), await door.asking()
    shown = (await bob.get(path)).json()
    assert [(one["pay_on"], one["gross_eur"]) for one in shown["pay_days"]] == [
        ("2026-04-02", "1558.33"),
        ("2026-05-06", "1246.67"),
        ("2026-05-25", "935.00"),
    ]
    assert shown["net_low_eur"] == "2479.72"
    page = (await bob.get(f"{path}?lang=fr", headers={"accept": "text/html"})).text
    assert "Payé par mois, au plus tard le" in page
    assert "jeudi 2 avril 2026" in page
    assert "lundi 25 mai 2026" in page


def test_a_month_is_called_by_its_person_and_its_name() -> None:
    names = {"bob": "Bob Lambert"}
    assert title("wages:bob.2026-03", "en", names) == f"{title('wages', 'en')} · Bob Lambert · March 2026"
    assert title("wages:bob.2026-03", "nl").endswith(" · Bob · maart 2026")
    assert title("wages:bob", "fr", names).endswith(" · Bob Lambert")
