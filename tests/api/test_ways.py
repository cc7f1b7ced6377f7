"""A "no" from outside is decided in the words of the one whose job it is, not of the machine."""

import re

import pytest

from api.pages.member.ways import WAYS, ways
from api.security.permissions import Asker
from domain.job import JobFile, Problem, Remembered, StepState
from domain.people import Language
from engine.words import LANGUAGES
from tests.api.conftest import Door
from tests.api.jobs import OFFER, ORDER, concert
from tests.databases import MONDAY


async def parked(door: Door, service: str, item: str, problem: str, why: str) -> str:
    """Ann's concert with one step that waits for her."""
    job_id = await concert(door.house)
    told = Problem(
        type=problem, text=why, params={"reason": why}, decided_by="member", since_at=MONDAY
    )  # fmt: skip
    request = ORDER if service == "agreement" else OFFER | {"person_id": "p-dan"}
    step = StepState(
        service=service, item=item, state="parked", attempt=1, request=request, problem=told, essential=True
    )  # fmt: skip
    file = JobFile(job_id=job_id, state="agreeing", version=1, steps={step.step: step})
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    return job_id


def offered(page: str) -> list[tuple[str, str]]:
    """Each way out: its label, and where it leads."""
    found = re.findall(r'<li><a class="card" href="([^"]+)"><b>([^<]+)</b>', page)
    return [(label, where) for where, label in found]


async def test_a_client_who_wants_another_day_is_accepted_answered_or_let_go(door: Door) -> None:
    job_id = await parked(door, "agreement", "-", "ClientAsksForChanges", "rather on Sunday")
    ann = await door.asking("ann", accept="text/html")
    for page in (f"/jobs/{job_id}", f"/jobs/{job_id}/steps/agreement"):
        shown = (await ann.get(f"{page}?lang=en")).text
        assert "The client asks for changes: rather on Sunday" in shown
        assert offered(shown) == [
            ("Accept their change", f"/jobs/{job_id}/move"),
            ("Propose something else", f"/jobs/{job_id}/move"),
            ("Ask for the same again", f"/jobs/{job_id}/steps/agreement?do=replay#what"),
            ("Let it go", f"/jobs/{job_id}/withdraw"),
        ]
    for way in (f"/jobs/{job_id}/move", f"/jobs/{job_id}/withdraw"):
        assert (await ann.get(way)).status_code == 200


async def test_a_collaborator_who_says_no_is_replaced_or_done_without(door: Door) -> None:
    job_id = await parked(door, "employment_contract", "bob", "PersonRefused", "I play elsewhere")
    ann = await door.asking("ann", accept="text/html")
    shown = (await ann.get(f"/jobs/{job_id}?lang=nl")).text
    assert [label for label, _ in offered(shown)] == [
        "Deze persoon vervangen",
        "Zonder deze persoon",
        "Hetzelfde nog eens vragen",
    ]


async def test_whoever_may_not_change_the_job_is_offered_no_change(door: Door) -> None:
    job_id = await parked(door, "agreement", "-", "ClientAsksForChanges", "rather on Sunday")
    otto = await door.asking("otto", accept="text/html")
    labels = [label for label, _ in offered((await otto.get(f"/jobs/{job_id}/steps/agreement?lang=en")).text)]
    assert labels == ["Ask for the same again"]


ANN = Asker(person_id="p-ann", given_name="Ann", name="Ann Test", language="en", roles=("member",))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("problem", sorted(WAYS))
def test_every_way_has_its_words(problem: str, lang: Language) -> None:
    told = Problem(type=problem, text="no", decided_by="member", since_at=MONDAY)
    state = StepState(service="van_rental", item="van", state="parked", skippable=True, problem=told)
    found = ways("J", state, ANN, lang)
    assert len(found) == len(WAYS[problem])
    assert all(label and about for label, about, _ in found)


async def test_a_member_reads_no_fingerprint_and_is_offered_nothing_in_the_words_of_the_machine(door: Door) -> None:
    job_id = await concert(door.house)
    told = Problem(
        type="ClientAsksForChanges",
        text="rather on Sunday",
        params={"reason": "rather on Sunday"},
        decided_by="member",
        since_at=MONDAY,
    )
    print_of_it = "3f9a0c4be1d27788a5"
    step = StepState(
        service="agreement", state="parked", attempt=3, request=ORDER | {"terms": print_of_it, "move": "op-1"},
        problem=told, essential=True, revision=1,
    )  # fmt: skip
    file = JobFile(job_id=job_id, state="agreeing", version=1, steps={"agreement": step}, undo=("agreement",))
    await door.house.jobs.remember(Remembered(workflow_id=f"job-{job_id}", file=file))
    ann = await door.asking("ann", accept="text/html")
    address = f"/jobs/{job_id}/steps/agreement"
    for lang, own, machine in (
        (
            "fr",
            ["Demander à nouveau", "Si le job s’arrête"],
            ["Réessayer", "Fait à la main", "Retour en arrière", "tentative"],
        ),
        (
            "nl",
            ["Opnieuw vragen", "Als de job stopt"],
            ["Opnieuw proberen", "Met de hand", "Terugdraaien", "poging"],
        ),
        ("en", ["Ask again", "If the job stops"], ["Try again", "Done by hand", "Taking it back", "attempt"]),
    ):
        page = (await ann.get(f"{address}?lang={lang}")).text.replace("&#39;", "’").replace("'", "’")
        assert [text for text in own if text not in page] == []
        assert [
            text for text in [*machine, print_of_it, "op-1<"] if text in page.replace("expected_attempt", "")
        ] == []
    otto = (await (await door.asking("otto", accept="text/html")).get(f"{address}?lang=en")).text
    assert print_of_it in otto
    assert "Try again" in otto


def test_what_a_member_did_outside_is_told_to_the_adviser_who_records_it() -> None:
    told = Problem(type="NoVanLeft", text="no", decided_by="member", since_at=MONDAY)
    state = StepState(service="van_rental", item="van", state="parked", skippable=True, problem=told)
    assert ("I see to it myself", "/jobs/J#talk") in [
        (label, where) for label, _, where in ways("J", state, ANN, "en")
    ]
