"""What lawyer and bailiff answer, and what is put to people then."""

import pytest

from domain.rules import counsel, debt_collection
from domain.rules.debt_collection import InvoiceFacts, SentStage
from tests.domain.test_dunning import invoice, on, told

REMINDED = (("friendly_reminder", "2026-02-02"), ("first_reminder", "2026-02-09"), ("formal_notice", "2026-02-19"))
BOTH = (("lawyer", "2026-03-06"), ("bailiff", "2026-03-23"))


def at_counsel(*answers: tuple[str, str, str], more: tuple[tuple[str, str], ...] = ()) -> InvoiceFacts:
    """A company's invoice with lawyer and bailiff, who said: stage, status, day."""
    done = [SentStage(kind=kind, on=on(day)) for kind, day in (*REMINDED, *BOTH, *more)]  # type: ignore[arg-type]
    heard = [{"stage": stage, "status": status, "on": day} for stage, status, day in answers]
    return invoice(done=done, heard=heard)


def following(facts: InvoiceFacts, today: str) -> list[tuple[str, str, str | None]]:
    return [(one.kind, one.on.isoformat(), one.route) for one in debt_collection.plan(facts, on(today))]


@pytest.mark.parametrize(
    ("status", "asked", "route"),
    [
        ("contested", "court", "court"),
        ("enforceable", "seizure", "enforcement"),
        ("plan_asked", "plan", None),
        ("insolvent", "insolvency", "insolvency"),
        ("nothing_found", "write_off", None),
        ("dismissed", "write_off", None),
        ("returned", "write_off", None),
        ("unpaid", "write_off", None),
    ],
)
def test_each_answer_asks_its_own_question_the_very_day(status: str, asked: str, route: str | None) -> None:
    facts = at_counsel(("lawyer", "accepted", "2026-03-09"), ("bailiff", status, "2026-05-04"))
    assert following(facts, "2026-05-04")[0] == (asked, "2026-05-04", route)


def test_with_a_title_nobody_is_asked_to_write_off_but_to_have_it_carried_out() -> None:
    """Seen: an enforceable title since June, and in August the question whether to write off."""
    facts = at_counsel(("bailiff", "not_contested", "2026-05-06"), ("bailiff", "enforceable", "2026-05-18"))
    assert [kind for kind, _, _ in following(facts, "2026-08-03")] == ["seizure", "write_off"]


def test_while_an_office_is_at_work_the_loss_is_asked_about_only_after_months_of_silence() -> None:
    facts = at_counsel(("lawyer", "accepted", "2026-03-09"), ("bailiff", "summons_served", "2026-03-30"))
    assert following(facts, "2026-04-01") == [("write_off", "2026-07-28", None)]
    seizing = at_counsel(("bailiff", "enforceable", "2026-05-18"), more=(("seizure", "2026-10-01"),))
    assert following(seizing, "2026-10-02") == [("write_off", "2027-01-29", None)]


def test_a_debtor_who_contests_before_the_lawyer_goes_to_no_bailiff_without_a_judge() -> None:
    done = [SentStage(kind=kind, on=on(day)) for kind, day in (*REMINDED, BOTH[0])]  # type: ignore[arg-type]
    heard = [{"stage": "lawyer", "status": "contested", "on": "2026-03-18"}]
    facts = invoice(done=done, heard=heard)
    assert following(facts, "2026-03-18") == [("court", "2026-03-18", "court"), ("write_off", "2026-07-16", None)]
    before_court = facts.model_copy(update={"done": (*facts.done, SentStage(kind="court", on=on("2026-03-20")))})
    assert told(debt_collection.plan(before_court, on("2026-03-20"))) == [("write_off", "2026-07-20")]


def test_given_up_the_court_leaves_the_question_who_bears_the_loss() -> None:
    facts = at_counsel(("bailiff", "contested", "2026-05-04"))
    no = SentStage(kind="court", on=on("2026-05-06"), skipped=True)
    declined = facts.model_copy(update={"done": (*facts.done, no)})
    assert following(declined, "2026-05-07") == [("write_off", "2026-05-07", None)]


def test_instalments_agreed_to_are_waited_for_and_broken_ones_go_on() -> None:
    facts = at_counsel(("bailiff", "plan_asked", "2026-04-07"), more=(("plan", "2026-04-08"),))
    parts = [{"on": day, "amount_eur": "806.67"} for day in ("2026-05-07", "2026-06-08", "2026-07-07")]
    asked = facts.heard[0].model_dump() | {"plan": parts}
    agreed = InvoiceFacts.model_validate(facts.model_dump() | {"heard": [asked]})
    assert counsel.last_heard_on(agreed) == on("2026-07-07")
    assert following(agreed, "2026-05-08") == [("write_off", "2026-11-04", None)]
    broken = [*agreed.model_dump()["heard"], {"stage": "bailiff", "status": "enforceable", "on": "2026-06-26"}]
    title = InvoiceFacts.model_validate(agreed.model_dump() | {"heard": broken})
    assert following(title, "2026-06-26")[0] == ("seizure", "2026-06-26", "enforcement")


def test_money_the_bailiff_says_was_paid_has_fourteen_days_to_arrive() -> None:
    facts = at_counsel(("bailiff", "paid", "2026-05-04"))
    assert following(facts, "2026-05-05")[0] == ("unseen_payment", "2026-05-18", None)


def test_beside_a_receiver_nobody_else_collects() -> None:
    facts = at_counsel(("bailiff", "insolvent", "2026-05-04"), more=(("insolvency", "2026-05-06"),))
    assert following(facts, "2026-05-07") == [("write_off", "2026-09-03", None)]


def test_a_consumers_lawyer_waits_for_the_bailiff_who_tries_amicably() -> None:
    done = [SentStage(kind=kind, on=on(day)) for kind, day in (*REMINDED, ("bailiff", "2026-03-16"))]  # type: ignore[arg-type]
    served = [{"stage": "bailiff", "status": "accepted", "on": "2026-03-17"}]
    consumer = invoice(client_kind="private_person", done=done, heard=served)
    assert following(consumer, "2026-04-20")[0] == ("lawyer", "2026-07-15", "court")
    unpaid = [*served, {"stage": "bailiff", "status": "unpaid", "on": "2026-04-21"}]
    answered = invoice(client_kind="private_person", done=done, heard=unpaid)
    assert following(answered, "2026-04-21")[0] == ("lawyer", "2026-04-21", "court")
