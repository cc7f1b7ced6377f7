"""Who is told by mail of what happened: the news x the reader, once each."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.job import JobFile, News, StepState
from domain.notices import notices

NINE = datetime(2026, 2, 3, 8, 0, tzinfo=UTC)
ASKED = StepState(service="agreement", state="parked", attempt=1)
BOB = StepState(service="employment_contract", item="bob", state="parked", request={"person_id": "p-bob"})
ANN = BOB.model_copy(update={"item": "ann", "request": {"person_id": "p-ann"}})
FILE = JobFile(
    job_id="J", steps={one.step: one for one in (ASKED, BOB, ANN)}, bound=["employment_contract:bob", "wages:bob"]
)


def told(
    kind: str, step: str | None = None, by: str | None = None, file: JobFile = FILE, **params: str
) -> list[Any]:
    news = News(n=1, at=NINE, kind=kind, step=step, by=by, params=params)
    return [(one.audience, one.kind, one.item) for one in notices(file, news, "p-ann")]


@pytest.mark.parametrize("problem", ["ClientRefused", "ClientAsksForChanges", "NoAnswerFromClient"])
def test_the_member_is_told_what_the_client_said_or_did_not_say(problem: str) -> None:
    assert told("step.parked", "agreement", problem=problem) == [("member", "answered", "-")]


def test_the_member_is_told_of_a_collaborator_who_refuses_or_lets_it_lapse_but_not_of_themselves() -> None:
    assert told("step.parked", "employment_contract:bob", problem="PersonRefused") == [
        ("member", "answered", "bob")
    ]
    assert told("step.missed", "employment_contract:bob") == [("member", "answered", "bob")]
    assert told("step.missed", "agreement") == [("member", "answered", "-")]
    assert told("step.parked", "employment_contract:ann", problem="PersonRefused") == []


@pytest.mark.parametrize(
    ("kind", "step", "problem"),
    [
        ("step.parked", "agreement", "PartnerDown"),
        ("step.parked", "employment_contract:bob", "SignedContract"),
        ("step.parked", "van_rental:van", "NoVanLeft"),
        ("step.missed", "van_rental:van", ""),
        ("step.decided.replay", "agreement", "ClientRefused"),
    ],
)
def test_what_is_no_answer_of_anybody_makes_no_mail(kind: str, step: str, problem: str) -> None:
    assert told(kind, step, problem=problem) == []


@pytest.mark.parametrize(
    "kind",
    [
        "job.withdrawing",
        "job.not_approved",
        "job.essential_missing",
        "job.nobody_engaged",
        "job.withdrawn",
        "job.refused",
    ],
)
def test_when_a_job_is_off_the_client_and_whoever_signed_are_told(kind: str) -> None:
    off = [("client", "called_off", None), ("crew", "called_off", "bob")]
    assert told(kind, by="p-ann") == off
    member = [] if kind == "job.withdrawn" else [("member", "called_off", None)]
    assert told(kind, by="p-eve") == [*member, *off]


def test_the_same_end_is_told_once_whatever_it_is_called() -> None:
    keys = [
        {one.key for one in notices(FILE, News(n=n, at=NINE, kind=kind), "p-ann")}
        for n, kind in enumerate(("job.not_approved", "job.refused"))
    ]
    assert keys[0] == keys[1] == {"J/notice/off/member", "J/notice/off/client", "J/notice/off/bob"}


def test_asked_again_and_refused_again_is_news_and_the_same_refusal_is_not() -> None:
    def key(revision: int) -> str:
        asked = ASKED.model_copy(update={"revision": revision})
        file = FILE.model_copy(update={"steps": {"agreement": asked}})
        news = News(n=1, at=NINE, kind="step.parked", step="agreement", params={"problem": "ClientRefused"})
        return next(notices(file, news, "p-ann")).key

    assert key(1) == "J/notice/agreement/-/1/ClientRefused"
    assert key(2) == "J/notice/agreement/-/2/ClientRefused"


def test_a_client_reads_of_a_move_only_what_is_theirs_to_know() -> None:
    changes = "crew: ann, bob → ann; place: Liège → Gent; price_eur: 1800.00 → 2400.00"
    news = News(n=1, at=NINE, kind="job.moved", params={"changes": changes})
    (one,) = (one for one in notices(FILE, news, "p-ann") if one.audience == "client")
    assert one.params == {"changes": "place: Liège → Gent; price_eur: 1800.00 → 2400.00"}
    assert "client" not in [who for who, _, _ in told("job.moved", changes="crew: ann, bob → ann")]
    assert "client" not in [who for who, _, _ in told("job.moved")]


DAYS = "days: 2026-02-20T14:00:00+00:00 → 2026-02-23T14:00:00+00:00"
MEMBER, ADVISER, CLIENT = (("member", "moved", None), ("adviser", "moved", None), ("client", "moved", None))
CREW = ("crew", "moved", "bob")


@pytest.mark.parametrize(
    ("kind", "by", "waited", "who"),
    [
        ("job.move_proposed", "p-ann", "", [ADVISER, CREW]),
        ("job.move_proposed", "iris", "", [MEMBER, ADVISER, CREW]),
        ("job.moved", "p-ann", "", [ADVISER, CREW, CLIENT]),
        ("job.moved", "p-ann", "yes", [MEMBER, ADVISER, CREW]),
        ("job.move_dropped.refused", "p-ann", "", [MEMBER, ADVISER, CREW]),
        ("job.move_dropped.no_funds", "p-ann", "", [MEMBER, ADVISER, CREW]),
        ("job.move_dropped.withdrawn", "p-ann", "", [ADVISER, CREW]),
        ("job.move_dropped.withdrawn", "iris", "", [MEMBER, ADVISER, CREW]),
        ("job.move_dropped.replaced", "p-ann", "", [ADVISER, CREW]),
    ],
)
def test_everybody_hears_of_a_move_but_whoever_did_it_and_a_client_who_was_asked_about_it(
    kind: str, by: str, waited: str, who: list[tuple[str, str, str | None]]
) -> None:
    asked = ASKED.model_copy(update={"state": "done", "request": {"move": "m-1"}})
    file = FILE.model_copy(update={"steps": {"agreement": asked}})
    assert told(kind, by=by, file=file, changes=DAYS, move="m-1", waited=waited) == who


def test_whoever_signed_is_told_of_days_and_places_and_never_of_prices_or_reasons() -> None:
    news = News(
        n=1, at=NINE, kind="job.move_proposed", by="p-ann",
        params={"move": "m-1", "changes": f"{DAYS}; price_eur: 1800.00 → 2400.00", "reason": "the singer is ill"},
    )  # fmt: skip
    (one,) = (one for one in notices(FILE, news, "p-ann") if one.audience == "crew")
    assert one.params == {"changes": DAYS, "by": "p-ann"}
    assert one.key.startswith("J/notice/move_proposed/")
    price = "price_eur: 1800.00 → 2400.00"
    assert "crew" not in [who for who, _, _ in told("job.move_proposed", move="m-2", changes=price)]


def test_two_moves_to_the_same_day_are_two_pieces_of_news_and_each_is_told_once() -> None:
    def keys(move: str, n: int) -> set[str]:
        news = News(n=n, at=NINE, kind="job.move_proposed", params={"move": move, "changes": DAYS})
        return {one.key for one in notices(FILE, news, "p-ann")}

    assert keys("m-1", 1) == keys("m-1", 2)
    assert keys("m-1", 1).isdisjoint(keys("m-2", 3))
