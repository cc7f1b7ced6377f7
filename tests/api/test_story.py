"""The story of a job, in three languages and at three levels."""

from datetime import UTC, datetime

from api.story import tell
from domain.job import StepState
from engine.words import LANGUAGES, catalog, say
from storage.events import JobEvent

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
    todo = [PartnerRefused, *(kind for kind in Refusal.__subclasses__() if kind.__module__.startswith("domain."))]
    for kind in todo:
        wanted = {name for _, name, _, _ in string.Formatter().parse(kind.text) if name}
        told = {n for _, n, _, _ in string.Formatter().parse(catalog("en")[f"refusal.{kind.__name__}"]) if n}
        assert told == wanted, kind.__name__
