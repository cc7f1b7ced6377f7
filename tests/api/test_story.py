"""The story of a job, in three languages and at three levels."""

from datetime import UTC, datetime

from api.wording.timeline import tell
from domain.job import StepState
from engine.words import LANGUAGES, catalog, say
from storage.execution.events import JobEvent

NINE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DEAR = {"problem": "VanAboveCeiling", "price": "85.00", "ceiling": "70.00", "technical": "offer 17"}
STORY = [
    JobEvent(job_id="J", seq=1, at=NINE, kind="job.declared", by="p-ann"),
    JobEvent(job_id="J", seq=2, at=NINE, kind="step.trying", step="van_rental:van"),
    JobEvent(job_id="J", seq=3, at=NINE, kind="step.parked", step="van_rental:van", params=DEAR),
]


def test_the_three_catalogs_have_the_same_texts() -> None:
    assert catalog("fr").keys() == catalog("nl").keys() == catalog("en").keys()


def test_the_same_places_are_filled_in_every_language() -> None:
    import string

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for msgid, english in catalog("en").items():
        for lang in LANGUAGES:
            assert places(catalog(lang)[msgid]) == places(english), (lang, msgid)


def test_people_are_called_by_name_and_not_by_the_code_of_their_step() -> None:
    signed = JobEvent(job_id="J", seq=4, at=NINE, kind="step.trying", step="wages:chloe")
    assert tell([signed], "advisor", "fr", {"chloe": "Chloé Janssens"})[0].title == "Salaire · Chloé Janssens"
    twice = {"item": "chloe", "from": "14:00", "until": "18:00"}
    told = JobEvent(job_id="J", seq=5, at=NINE, kind="job.works_elsewhere", params=twice)
    assert tell([told], "member", "fr", {"chloe": "Chloé Janssens"})[0].text.startswith("Chloé Janssens travaille")


def test_a_member_reads_why_a_step_is_stopped_in_their_own_language() -> None:
    texts = {lang: tell(STORY, "member", lang)[-1].text for lang in LANGUAGES}
    assert texts["fr"].endswith("La camionnette coûte 85,00\xa0€, au-dessus du plafond de 70,00\xa0€.")
    assert texts["nl"].endswith("De bestelwagen kost €\xa085,00, boven het plafond van €\xa070,00.")
    assert texts["en"].endswith("The van costs €85.00, above the ceiling of €70.00.")


def test_each_level_is_told_more() -> None:
    member, advisor, ops = (tell(STORY, level, "en") for level in ("member", "advisor", "ops"))
    assert [line.seq for line in member] == [1, 3]
    assert [line.seq for line in advisor] == [1, 2, 3]
    assert (member[0].by, advisor[0].by) == (None, "p-ann")
    assert (advisor[-1].technical, ops[-1].technical) == (None, "offer 17")


def test_news_nobody_has_worded_yet_is_still_told() -> None:
    odd = JobEvent(job_id="J", seq=1, at=NINE, kind="workspace.sweep", step="workspace")
    assert tell([odd], "ops", "en")[0].text == "workspace.sweep"


def test_every_state_of_a_step_has_a_name() -> None:
    from typing import get_args

    from domain.job import JobState, StepStateName

    for lang in LANGUAGES:
        assert all(say(lang, f"state.step.{state}") for state in get_args(StepStateName))
        assert all(say(lang, f"state.job.{state}") for state in get_args(JobState))
    assert StepState(service="wages", item="ann").step == "wages:ann"


def test_every_refusal_has_a_sentence_in_every_language_with_the_same_places() -> None:
    import pkgutil
    import string
    from importlib import import_module

    import domain
    import domain.services
    from domain.errors import PartnerRefused, Refusal

    for package in (domain, domain.services):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(found.name)
    todo: list[type[Refusal]] = [
        PartnerRefused,
        *(kind for kind in Refusal.__subclasses__() if kind.__module__.startswith("domain.")),
    ]
    families = [kind for kind in todo if kind.text == Refusal.text and kind.__subclasses__()]
    todo += [kind for family in families for kind in family.__subclasses__()]
    for kind in (kind for kind in todo if kind not in families):
        wanted = {name for _, name, _, _ in string.Formatter().parse(kind.text) if name}
        told = {n for _, n, _, _ in string.Formatter().parse(catalog("en")[f"refusal.{kind.__name__}"]) if n}
        assert told == wanted, kind.__name__


MOVED = {
    "reason": "the hall",
    "changes": (
        "crew: ann, bob → ann; days: 2026-02-10T14:00:00+00:00 → 2026-02-17T13:00:00+00:00; "
        "place: Liège → Gent; price_eur: 1800.00 → 2400.00"
    ),
}


def test_a_moved_job_says_from_what_to_what_in_every_language() -> None:
    moved = JobEvent(job_id="J", seq=1, at=NINE, kind="job.moved", params=MOVED)
    texts = {lang: tell([moved], "member", lang)[0].text for lang in LANGUAGES}
    assert texts["en"] == (
        "The job was changed (Crew: ann, bob → ann; Days: Tue 10 Feb, 15:00 → Tue 17 Feb, 14:00; "
        "Place: Liège → Gent; Price: €1,800.00 → €2,400.00): the hall"
    )
    assert "Jours: mar. 10 févr., 15:00 → mar. 17 févr., 14:00" in texts["fr"]
    assert "Prijs: €\xa01.800,00 → €\xa02.400,00" in texts["nl"]
    plain = JobEvent(job_id="J", seq=1, at=NINE, kind="job.moved", params={"reason": "the hall"})
    assert tell([plain], "member", "en")[0].text == "The job was changed: the hall"


def test_the_end_of_an_older_order_is_not_told_as_the_end_of_the_new_one() -> None:
    new = JobEvent(job_id="J", seq=1, at=NINE, kind="van_rental.release", step="van_rental:van", params={})
    old = new.model_copy(update={"params": {"earlier": "1"}})
    told = {one: tell([event], "member", "en")[0].text for one, event in (("new", new), ("old", old))}
    assert told["old"] == "What was arranged before the change is given back."
    assert told["new"] != told["old"]


def test_a_job_does_not_go_on_without_what_it_cannot_go_on_without() -> None:
    for step, goes_on in (("agreement", False), ("employment_contract:bob", False), ("van_rental:van", True)):
        missed = JobEvent(job_id="J", seq=1, at=NINE, kind="step.missed", step=step)
        assert ("goes on" in tell([missed], "member", "en")[0].text) is goes_on
