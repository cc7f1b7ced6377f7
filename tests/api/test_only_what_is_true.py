"""What a page says of pay, signatures and reasons is true: pay that came back is not on the account."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest

from api.pages.member.days_ahead import Moment, picture
from api.pages.member.pay_back import came_back, signed_at
from api.pages.office.bank import _in_words, _payer
from api.wording.failures import with_codes
from api.wording.timeline import Line, general_reason, sentence
from domain.job import JobFile, Problem, Remembered, StepState
from engine.words import LANGUAGES, catalog
from tests.api.conftest import Door
from tests.api.test_cancelling import accepted
from tests.api.test_promises import WAGE, a_job
from tests.databases import MONDAY

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def returned(door: Door, reason: str = "AC04") -> str:
    """Ann's wage of 20 March came back: her account is closed."""
    job_id = await a_job(door.house)
    problem = Problem(
        type="PaymentReturned", text="-", params={"reason": reason}, decided_by="finance", since_at=MONDAY
    )
    step = StepState(service="wages", item="ann", state="parked", operation="booked", attempt=2, request=WAGE,
                     problem=problem)  # fmt: skip
    file = JobFile(job_id=job_id, state="performed", version=1, steps={"wages:ann": step})
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    return job_id


@pytest.mark.parametrize(
    ("lang", "back", "asked", "never"),
    [
        (
            "fr",
            "Votre paie est revenue de la banque",
            "Corrigez votre numéro de compte",
            "Votre paie est sur le compte",
        ),
        ("nl", "Uw loon kwam terug van de bank", "Zet uw rekeningnummer juist", "Uw loon staat op de rekening"),
        ("en", "Your pay came back from the bank", "Put your account number right", "Your pay is on the account"),
    ],
)
async def test_pay_that_came_back_is_told_and_the_member_is_asked_for_the_right_account(
    door: Door, lang: str, back: str, asked: str, never: str
) -> None:
    """Seen: the timeline and the money card said that the pay is on the account."""
    job_id = await returned(door)
    page = await (await door.asking("ann", accept="text/html")).get(f"/jobs/{job_id}?lang={lang}")
    told = words(page.text)
    assert back in told
    assert asked in told
    assert never not in told
    assert 'href="/me#iban"' in page.text


async def test_nobody_else_is_asked_for_the_members_account(door: Door) -> None:
    job_id = await returned(door)
    page = await (await door.asking("eve", accept="text/html")).get(f"/jobs/{job_id}?lang=en")
    assert "Put your account number right" not in words(page.text)


def line(kind: str, step: str = "wages:ann") -> Line:
    return Line(seq=1, at=NOON, kind=kind, step=step, title="-", text="-")


def test_pay_given_back_after_its_step_is_back_until_it_is_paid_again() -> None:
    assert came_back([], [line("wages.returned_late")]) == {"wages:ann"}
    assert came_back([], [line("wages.returned_late"), line("wages.paid_again")]) == frozenset()
    assert came_back([StepState(service="wages", item="ann", state="done")], [line("job.ready")]) == frozenset()


def test_what_should_have_happened_by_now_is_told_as_not_yet() -> None:
    told = picture([Moment(NOON - timedelta(days=3), "Votre paie est sur le compte", done=False)], NOON, "fr")
    assert [one.text for one in told.points] == ["Votre paie est sur le compte : pas encore", "Aujourd'hui"]
    ahead = picture([Moment(NOON + timedelta(days=3), "Votre paie est sur le compte", done=False)], NOON, "fr")
    assert ahead.points[-1].text == "Votre paie est sur le compte"


def test_both_signed_when_the_last_of_them_did() -> None:
    both = {"person_signed_at": "2026-02-03T08:00:00Z", "cooperative_signed_at": "2026-02-03T08:01:00Z"}
    assert signed_at(both) == datetime(2026, 2, 3, 8, 1, tzinfo=UTC)
    assert signed_at({}) is None
    assert signed_at(None) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reason_in_a_list_is_a_whole_sentence(lang: Any) -> None:
    for name in (key[8:] for key in catalog(lang) if key.startswith("refusal.") and key.count(".") == 1):
        told = general_reason(name, lang)
        assert "…" not in told, (name, told)
        assert "{" not in told, (name, told)
        assert not re.search(r"\b(by|of|from|to|called|par|de|tegen|van|is)$", told), (name, told)


@pytest.mark.parametrize(
    ("lang", "told"),
    [("fr", "sans dire pourquoi"), ("nl", "zonder te zeggen waarom"), ("en", "without saying why")],
)
def test_a_bank_that_says_no_reason_is_told_so(lang: Any, told: str) -> None:
    assert with_codes("PaymentReturned", {"reason": "returned"}, lang)["reason"] == told
    late = SimpleNamespace(seq=1, at=NOON, kind="wages.returned_late", step="wages:ann", by=None, params={})
    late.params = {"reason": "AC04"}
    assert with_codes("PaymentReturned", late.params, lang)["reason"] in sentence(late, lang)
    late.params = {"reason": "-"}
    assert told in sentence(late, lang)


def test_a_movement_is_told_without_our_names_and_the_banks() -> None:
    assert _payer("NOTPROVIDED", "fr") == "La banque ne donne pas de nom"
    assert _payer("Zaal Kadans", "fr") == "Zaal Kadans"
    assert _in_words("2EKB5YC4M8 wages:me", "en") == "2EKB5YC4M8 Wage"
    assert _in_words("NOTPROVIDED", "en") == ""
    assert _in_words("see https://x:80 ok", "en") == "see https://x:80 ok"


async def test_once_the_work_has_begun_the_client_cancels_nothing_by_the_link(door: Door) -> None:
    _, path = await accepted(door)
    client = await door.asking()
    assert (await client.get(path)).json()["cancelling"] is not None
    door.clock.at = datetime(2026, 2, 12, 18, 1, tzinfo=UTC)
    assert (await client.get(path)).json()["cancelling"] is None
    late = await client.post(f"{path}/cancel", json={"reason": "we do not want it", "owed_eur": "900.00"})
    assert late.status_code == 409
