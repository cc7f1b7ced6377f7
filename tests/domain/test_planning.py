"""A quoted declaration becomes orders: who is asked by when, paid when, invoiced what, at what cost changed."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.declaration import JobDeclaration, load_declaration
from domain.job import JobFile, StepState
from domain.money import ZERO
from domain.periods import JobDay, bank_day_on_or_before, day_in_brussels, instant
from domain.plan import JobPlan
from domain.planning import (
    CannotPlan,
    PlanRefs,
    consequences,
    declared_client,
    legal_deadlines,
    plan,
    withdrawal_consequences,
)
from domain.plans.client import deposit_eur
from domain.quote import QuoteContext, quote
from domain.rules.deadlines import (
    PayDayPolicy,
    latest_pay_on,
    pay_on,
    payment_seen_by,
    promised_pay_on,
    statement_by,
)

D = Decimal
EXAMPLES = Path(__file__).parents[2] / "examples"
DAY_ONE = date(2026, 2, 2)
EIGHT = datetime(2026, 2, 2, 7, tzinfo=UTC)  # 08:00 in Brussels


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def example(name: str) -> JobDeclaration:
    return load_declaration((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))


def changed(declaration: JobDeclaration, **changes: object) -> JobDeclaration:
    return JobDeclaration.model_validate(declaration.model_dump(exclude_unset=True) | changes)


def planned(declaration: JobDeclaration, at: datetime = EIGHT, context: QuoteContext | None = None) -> JobPlan:
    context = context or QuoteContext()
    refs = PlanRefs(
        entity="coop",
        member_id="p-member",
        client_id="c-1",
        client_version=1,
        people={slug: f"p-{slug}" for slug in declaration.slugs},
        declared_at=at,
        context=context,
    )
    return plan(declaration, quote(declaration, at.date(), context), refs, at.date())


# --- instants


def test_the_concert_leaves_the_client_until_five_days_before() -> None:
    # Friday 20 March, 15:00 in winter time is 14:00 UTC
    made = planned(example("concert"))

    assert (made.first_start_at, made.last_end_at) == (utc("2026-03-20T14:00"), utc("2026-03-20T21:30"))
    assert made.agree_by == utc("2026-03-15T14:00")
    assert made.confirm_by == utc("2026-03-18T14:00")
    assert made.agreement is not None
    assert made.agreement.remind_at == (utc("2026-03-13T14:00"), utc("2026-03-14T14:00"))
    assert not made.short_notice


def test_each_person_is_reminded_called_and_called_loudly() -> None:
    contract = planned(example("concert")).employment_contract["bob"]

    assert contract.remind_at == (utc("2026-03-18T14:00"), utc("2026-03-19T14:00"), utc("2026-03-20T10:00"))
    assert contract.answer_by == contract.starts_at == utc("2026-03-20T14:00")


def test_silence_counts_as_declared_at_ten_on_the_second_day() -> None:
    assert planned(example("concert")).report_by == utc("2026-03-22T09:00")


def over_the_clock_change() -> JobDeclaration:
    """Saturday 28 March, 20:00 to 04:00: at 02:00 the clock goes to 03:00."""
    days = [{"date": "2026-03-28", "starts": "20:00", "ends": "04:00", "place": "Liège"}]
    return changed(example("concert"), days=days)


def test_a_night_over_the_change_of_the_clocks_is_an_hour_shorter() -> None:
    made = planned(over_the_clock_change())

    assert (made.first_start_at, made.last_end_at) == (utc("2026-03-28T19:00"), utc("2026-03-29T02:00"))


def test_instants_after_the_change_are_read_from_summer_time() -> None:
    # the night ends on Sunday 29 March; two days later at 10:00 is 08:00 UTC in summer time
    made = planned(over_the_clock_change())

    assert made.report_by == utc("2026-03-31T08:00")
    assert made.agree_by == utc("2026-03-23T19:00")  # five times 24 hours before
    # the last day is the 28th: + 7 is Saturday 4 April, and Good Friday the 3rd is no bank day
    assert made.wages["ann"].pay_on == date(2026, 4, 2)


def test_a_job_on_the_day_after_the_change_starts_an_hour_earlier_in_utc() -> None:
    days = [{"date": "2026-03-30", "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    made = planned(changed(example("concert"), days=days))

    assert made.first_start_at == utc("2026-03-30T13:00")
    assert made.employment_contract["ann"].remind_at[0] == utc("2026-03-28T13:00")


def test_short_notice_halves_the_time_and_leaves_out_the_reminders_that_are_past() -> None:
    # declared 40 hours before: half of that for the agreement; the 48-hour reminder is past
    made = planned(example("concert"), utc("2026-03-18T22:00"))

    assert made.short_notice
    assert made.agree_by == utc("2026-03-19T18:00")
    assert made.confirm_by == made.agree_by
    assert made.employment_contract["ann"].remind_at == (utc("2026-03-19T14:00"), utc("2026-03-20T10:00"))


def test_pay_is_promised_within_seven_days_of_each_persons_last_day() -> None:
    wages = planned(example("shoot")).wages

    assert (wages["fay"].last_day_on, wages["fay"].pay_on) == (date(2026, 4, 22), date(2026, 4, 29))
    assert (wages["gus"].last_day_on, wages["gus"].pay_on) == (date(2026, 4, 23), date(2026, 4, 30))


def test_wages_are_loud_after_the_latest_lawful_day() -> None:
    # fourth working day after April: 1 May is a holiday; 2 (Saturday), 4, 5, 6 May; the statement of that Wednesday
    # comes on Thursday morning, at the latest at ten, in summer time
    wage = planned(example("shoot")).wages["dana"]

    assert wage.answer_by == utc("2026-05-07T08:00")
    assert wage.remind_at == (utc("2026-05-05T22:00"),)  # should no statement have woken it: five days after


CLOSED_2026 = {(1, 1), (4, 3), (4, 6), (5, 1), (12, 25)}
"""The weekdays of 2026 on which no bank works. Source: ECB, TARGET closing days; the sixth is a Saturday."""


def next_bank_day(on: date) -> date:
    day = on + timedelta(days=1)
    while day.weekday() >= 5 or (day.month, day.day) in CLOSED_2026 or day == date(2027, 1, 1):
        day += timedelta(days=1)
    return day


def test_on_no_day_of_2026_does_a_wage_stop_waiting_before_the_statement_that_shows_it() -> None:
    """The promise and the law keep their day; what the bank did on it is known the next bank morning."""
    just_there = 0
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365)):
        worked = [JobDay(date=day, starts=time(18), ends=time(22))]
        policy = PayDayPolicy()
        booked_on, latest_on = pay_on(worked, policy), bank_day_on_or_before(latest_pay_on(worked, policy))
        shown_on = next_bank_day(booked_on)
        assert booked_on <= promised_pay_on(worked, policy)
        given_up_at = statement_by(latest_on)
        assert given_up_at >= instant(shown_on, time(10)) > instant(shown_on, time(7)), day
        assert day_in_brussels(given_up_at) == next_bank_day(latest_on), f"{day}: no day later than needed"
        just_there += booked_on == latest_on
    assert just_there == 42, "days on which the promised day is the last lawful one"


def test_a_payment_ordered_before_easter_is_seen_after_it() -> None:
    # Thursday 2 April; Friday and Monday no bank works: the file leaves on Tuesday, is booked on Wednesday and
    # shown on Thursday morning
    assert payment_seen_by(date(2026, 4, 2)) == utc("2026-04-09T08:00")
    assert payment_seen_by(date(2026, 3, 17)) == utc("2026-03-20T09:00")


# --- orders


def test_the_concert_becomes_one_order_per_van_traveller_contract_and_wage() -> None:
    made = planned(example("concert"))

    assert list(made.van_rental) == ["van"]
    assert list(made.travel) == ["ann", "chloe"]
    assert list(made.employment_contract) == list(made.wages) == ["ann", "bob", "chloe"]
    assert list(made.expenses) == ["bob", "ann"]
    assert list(made.invoicing) == ["invoice"]
    assert made.special_request == {}


def test_things_are_fetched_before_and_given_back_after() -> None:
    made = planned(example("concert"))
    van, ticket = made.van_rental["van"], made.travel["ann"]

    assert (van.from_at, van.until_at) == (utc("2026-03-20T12:00"), utc("2026-03-20T23:30"))
    assert van.ceiling_eur == D("118.40")
    assert van.hold_until_at == utc("2026-03-18T15:00")
    assert (ticket.arrive_by_at, ticket.return_at) == (utc("2026-03-20T13:00"), utc("2026-03-20T22:00"))


def test_the_fund_reserves_services_pay_and_vat() -> None:
    asked = planned(example("concert")).prefinancing

    assert asked is not None
    assert (asked.services_eur, asked.wages_eur, asked.vat_eur) == (D("480.25"), D("1763.73"), D("144.00"))
    assert asked.recovered_from == "client"


def test_an_advance_on_a_signed_subsidy_is_recovered_from_the_subsidy() -> None:
    asked = planned(example("shoot")).prefinancing

    assert asked is not None
    assert (asked.recovered_from, asked.subsidy_document) == ("subsidy", "subsidy-promise.pdf")


def test_a_plan_holds_no_name_address_or_number_of_a_person() -> None:
    text = planned(example("concert")).model_dump_json()

    for private in ("Ann Peeters", "Bob Lambert", "Chloé", "crew.example", "Nora", "client.example", "470 00"):
        assert private not in text


def test_the_contract_names_the_function_in_its_own_language() -> None:
    contracts = planned(example("concert")).employment_contract

    assert (contracts["bob"].function, contracts["chloe"].function) == ("musicien", "lichttechnicus")


def test_somebody_under_contract_on_those_days_gets_an_assignment_note() -> None:
    crew = [one.model_dump(exclude_unset=True) for one in example("concert").crew]
    crew = [one | ({"status": "standing_contract"} if one["item"] == "bob" else {}) for one in crew]
    made = planned(changed(example("concert"), crew=crew))

    assert made.employment_contract["bob"].status == "standing_contract"
    assert ("dimona", "bob") not in [(one.kind, one.item) for one in legal_deadlines(made)]


def test_what_all_inclusive_filled_in_is_ordered() -> None:
    lights = {"items": [{"article": "par-led", "quantity": 2}]}
    made = planned(changed(example("workshop"), equipment=lights))

    assert made.insurance is not None
    assert made.insurance.covers == ("equipment_all_risk",)
    assert (made.insurance.declared_value_eur, made.insurance.ceiling_eur) == (D("378.00"), D("30.00"))


def test_a_van_the_member_arranges_is_no_order() -> None:
    van = {"choice": "myself", "driver": "bob", "kilometres": 220}

    assert planned(changed(example("concert"), van_rental=van)).van_rental == {}


def test_a_yes_that_comes_later_is_not_asked_before_go() -> None:
    later = {"how": "later", "why_later": "The festival signs all at once"}
    made = planned(changed(example("concert"), agreement=later))

    assert made.agreement is None
    assert [rule.rule for rule in made.approvals] == ["agreement_later"]


def test_a_quote_that_lacks_something_is_never_planned() -> None:
    with pytest.raises(CannotPlan, match="title"):
        planned(changed(example("concert"), title=None))


def test_a_foreign_companys_number_is_its_vat_number() -> None:
    declared = example("shoot").client
    assert declared is not None
    kept = declared_client(declared, "c-2", 1)

    assert (kept.enterprise_number, kept.country, kept.payment_days) == ("FR40303265045", "FR", 30)


# --- invoices


def test_one_invoice_bears_the_total_of_the_quote() -> None:
    invoice = planned(example("concert")).invoicing["invoice"]

    assert (invoice.net_eur, invoice.vat_eur, invoice.total_eur) == (D("2400.00"), D("144.00"), D("2544.00"))
    assert (invoice.issue_on, invoice.due_on) == (date(2026, 3, 20), date(2026, 4, 19))
    assert (invoice.purchase_order, invoice.collect) == ("PO-2026-0147", True)


def test_a_deposit_is_due_when_its_agreed_term_is_over_and_the_balance_shows_the_whole_price() -> None:
    # 30 % of 10,500.00; agreed by 15 April, so invoiced on the 16th: 30 days, whenever the job begins
    documents = planned(example("shoot")).invoicing
    deposit, balance = documents["deposit"], documents["balance"]

    assert (deposit.net_eur, deposit.issue_on, deposit.due_on) == (
        D("3150.00"),
        date(2026, 4, 16),
        date(2026, 5, 16),
    )
    assert deposit.lines[0].label == "Acompte de 30 % : Documentary shoot on the coast"
    assert (balance.total_eur, balance.prepaid_eur) == (D("10500.00"), D("3150.00"))
    assert balance.vat_mention == "reverse_charge"


def test_ten_days_agreed_are_ten_days_for_a_deposit_too() -> None:
    """Seen: payment term 10 days, issued on the 7th, due on the 10th, and interest from the 11th."""
    declared = example("shoot")
    client = declared.client.model_copy(update={"payment_days": 10}) if declared.client else None
    wish = {"deposit_percent": 30, "deposit_on": "2026-04-07"}
    deposit = planned(changed(declared.model_copy(update={"client": client}), invoicing=wish)).invoicing["deposit"]
    assert (deposit.issue_on, deposit.due_on) == (date(2026, 4, 7), date(2026, 4, 17))


def test_the_vat_of_deposit_and_rest_adds_up_to_the_vat_of_the_whole() -> None:
    # 999.99 at 21 %: 210.00; deposit 33 % = 329.9967 -> 330 whole euros: 69.30; rest 669.99: 140.70
    declared = changed(
        example("workshop"),
        price_eur="999.99",
        price_includes_vat=False,
        invoicing={"deposit_percent": 33},
    )
    documents = planned(declared).invoicing

    assert (documents["deposit"].net_eur, documents["deposit"].vat_eur) == (D("330.00"), D("69.30"))
    assert documents["balance"].vat_eur == D("210.00")


@pytest.mark.parametrize(
    ("price", "percent", "documents"),
    [
        ("2400.60", 100, {"deposit": "2400.60"}),  # not 2,401.00, and nothing is left for a balance
        ("2400.60", 99, {"deposit": "2377.00", "balance": "2400.60"}),
        ("2400.40", 100, {"deposit": "2400.40"}),  # nor 2,400.00, with 40 cents for nobody
        ("2400.60", 1, {"deposit": "24.00", "balance": "2400.60"}),
    ],
)
def test_a_deposit_is_never_above_the_price_and_nothing_left_is_no_document(
    price: str, percent: int, documents: dict[str, str]
) -> None:
    declared = changed(
        example("workshop"),
        price_eur=price,
        price_includes_vat=False,
        invoicing={"deposit_percent": percent},
    )
    made = planned(declared)
    assert {item: str(document.net_eur) for item, document in made.invoicing.items()} == documents
    (last,) = [document for document in made.invoicing.values() if document.ends_the_schedule]
    assert last is list(made.invoicing.values())[-1]
    assert consequences(made, made).client_becomes_eur == last.total_eur


def test_a_price_agreed_with_vat_is_invoiced_as_agreed_by_deposit_and_balance_too() -> None:
    # 601.00 at 21 %: 496.69 + 104.30 = 600.99, 496.70 + 104.31 = 601.01
    agreed = {"price_eur": "601.00", "price_includes_vat": True, "vat": {"performance_or_licence": False}}
    (invoice,) = planned(changed(example("workshop"), **agreed)).invoicing.values()
    assert (invoice.net_eur, invoice.vat_eur, invoice.total_eur, invoice.vat_included) == (
        D("496.69"),
        D("104.31"),
        D("601.00"),
        True,
    )
    parts = planned(changed(example("workshop"), **agreed, invoicing={"deposit_percent": 30})).invoicing
    assert (parts["deposit"].total_eur, parts["balance"].total_eur) == (D("180.29"), D("601.00"))
    (ahead,) = planned(
        changed(example("workshop"), **agreed, invoicing={"deposit_percent": 100})
    ).invoicing.values()
    assert (ahead.kind, ahead.total_eur) == ("deposit", D("601.00"))


def test_a_deposit_rounded_to_whole_euros_never_passes_a_small_price() -> None:
    assert deposit_eur(D("0.60"), 90) == D("0.60")  # a whole euro would be above it
    assert deposit_eur(D("1.00"), 30) == D("0.00")  # 0.30 is no whole euro: nothing is asked ahead
    assert deposit_eur(D("2400.60"), 100) == D("2400.60")
    assert deposit_eur(D("2400.40"), 100) == D("2400.40")


def test_costs_the_client_bears_are_a_line_of_their_own() -> None:
    travel = {
        "travellers": ["ann"],
        "from_place": "Bruxelles-Midi",
        "to_place": "Liège",
        "borne_by": "client",
    }
    invoice = planned(changed(example("concert"), travel=travel)).invoicing["invoice"]

    assert [(line.label, line.net_eur) for line in invoice.lines] == [
        ("Concert at the company evening", D("2400.00")),
        ("Frais à charge du client", D("47.06")),  # 44.00 / 0.935
    ]


def test_own_takings_make_no_invoice_and_ask_nobody() -> None:
    made = planned(changed(example("workshop"), client={"kind": "own_takings"}))

    assert (made.invoicing, made.agreement) == ({}, None)


@settings(max_examples=60, deadline=None)
@given(
    price=st.decimals(min_value=400, max_value=9000, places=2),
    percent=st.one_of(st.none(), st.integers(1, 100)),
    answers=st.sampled_from([(True, False), (False, False)]),
)
def test_the_plan_bills_exactly_what_was_quoted(
    price: Decimal, percent: int | None, answers: tuple[bool, bool]
) -> None:
    vat = {"performance_or_licence": answers[0], "advertising": answers[1]}
    invoicing = {"deposit_percent": percent} if percent else {}
    declared = changed(example("workshop"), price_eur=price, price_includes_vat=False, vat=vat, invoicing=invoicing)
    made, side = planned(declared), quote(declared, DAY_ONE).client
    assert side is not None

    (whole,) = [document for document in made.invoicing.values() if document.ends_the_schedule]
    assert (whole.net_eur, whole.vat_eur, whole.total_eur) == (
        side.net.amount_eur,
        side.vat.amount_eur,
        side.total.amount_eur,
    )
    if percent and percent < 100:
        deposit = made.invoicing["deposit"]
        rest = whole.net_eur - deposit.net_eur
        rest_vat = (rest * whole.vat_rate_percent / 100).quantize(D("0.01"), "ROUND_HALF_UP")
        assert deposit.vat_eur + rest_vat == whole.vat_eur
    assert made.agreement is not None
    assert made.agreement.total_eur == side.total.amount_eur


# --- deadlines


def test_the_deadlines_of_the_plan_are_those_of_the_quote() -> None:
    for name in ("concert", "workshop", "shoot"):
        declared = example(name)

        assert tuple(legal_deadlines(planned(declared))) == quote(declared, DAY_ONE).deadlines


def test_the_first_thing_the_law_wants_is_the_contract_before_the_start() -> None:
    first = next(one for one in legal_deadlines(planned(example("concert"))) if one.legal)

    assert (first.kind, first.item, first.due_at) == ("contract_signed", "ann", utc("2026-03-20T14:00"))
    assert "3 July 1978" in first.basis


# --- moving


def test_an_unchanged_plan_has_no_consequences() -> None:
    made = planned(example("concert"))
    same = consequences(made, made)

    assert (same.changes, same.client_is_asked_again, same.asked_again, same.days_move) == ((), False, (), False)


def test_moving_the_day_asks_everybody_again_and_costs_the_same() -> None:
    days = [{"date": "2026-03-27", "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    moved = consequences(planned(example("concert")), planned(changed(example("concert"), days=days)))

    assert moved.days_move
    assert moved.client_is_asked_again
    assert moved.asked_again == ("ann", "bob", "chloe")
    assert (moved.client_was_eur, moved.client_becomes_eur) == (D("2544.00"), D("2544.00"))
    assert moved.costs_were_eur == moved.costs_become_eur == D("480.25")


def test_a_higher_price_asks_the_client_and_those_who_share_the_rest() -> None:
    # 200.00 more: 187.00 for pay after the fee; ann 2/3, chloe 1/3; bob's gross is fixed
    moved = consequences(planned(example("concert")), planned(changed(example("concert"), price_eur="2600.00")))

    assert moved.client_is_asked_again
    assert moved.asked_again == ("ann", "chloe")
    assert (moved.client_was_eur, moved.client_becomes_eur) == (D("2544.00"), D("2756.00"))
    assert moved.gross_was_eur == D("1175.82")
    assert not moved.days_move


def test_taking_somebody_off_names_what_falls_away() -> None:
    declared = example("concert")
    two = [person.model_dump(exclude_unset=True) for person in declared.crew[:2]]
    train = {"travellers": ["ann"], "from_place": "Bruxelles-Midi", "to_place": "Liège-Guillemins"}
    without = changed(declared, crew=two, travel=train)
    moved = consequences(planned(declared), planned(without))
    removed = {change.step for change in moved.changes if change.what == "removed"}

    assert moved.taken_off == ("chloe",)
    assert removed == {"travel:chloe", "employment_contract:chloe", "wages:chloe"}
    assert not moved.client_is_asked_again


def test_a_changed_contract_is_binding_and_a_changed_van_is_not() -> None:
    days = [{"date": "2026-03-27", "starts": "15:00", "ends": "22:30", "place": "Liège"}]
    moved = consequences(planned(example("concert")), planned(changed(example("concert"), days=days)))
    binding = {change.step: change.binding for change in moved.changes}

    assert (binding["employment_contract:ann"], binding["van_rental:van"]) == (True, False)


# --- stopping


def file(**states: str) -> JobFile:
    """A job whose steps stand like this; a double underscore stands for the colon."""
    steps = {}
    for name, state in states.items():
        service, _, item = name.partition("__")
        step = StepState(service=service, item=item or "-", state=state)  # type: ignore[arg-type]  # as text in a story
        steps[step.step] = step
    return JobFile(job_id="7K3QZ9A1BC", steps=steps)


def test_before_anybody_is_bound_a_withdrawal_is_free() -> None:
    held = file(agreement="done", prefinancing="held", van_rental__van="held", employment_contract__ann="parked")
    stopped = withdrawal_consequences(planned(example("concert")), held, date(2026, 3, 1))
    told = {effect.step: effect.outcome for effect in stopped.effects}

    assert told["van_rental:van"] == "released"
    assert told["travel:ann"] == "nothing"
    assert stopped.decisions == ()
    assert stopped.total.people_eur == ZERO


def test_a_signed_contract_is_a_decision_and_its_pay_may_stay_owed() -> None:
    signed = file(employment_contract__bob="done", van_rental__van="done")
    stopped = withdrawal_consequences(planned(example("concert")), signed, date(2026, 3, 10))
    told = {effect.step: (effect.outcome, effect.at_most_eur) for effect in stopped.effects}

    assert stopped.decisions == ("employment_contract:bob",)
    assert told["employment_contract:bob"] == ("terminate_or_owed", D("300.00"))
    assert told["van_rental:van"] == ("given_back", D("118.40"))
    assert stopped.total.loss_eur == D("300.00")
    assert not stopped.free


def test_a_contract_the_cooperative_has_signed_binds_even_before_it_is_declared() -> None:
    step = StepState(
        service="employment_contract",
        item="bob",
        state="trying",
        booking={"cooperative_signed_at": "2026-03-10T09:00:00Z"},
    )
    under_way = JobFile(job_id="7K3QZ9A1BC", steps={step.step: step})

    stopped = withdrawal_consequences(planned(example("concert")), under_way, date(2026, 3, 10))
    assert stopped.decisions == ("employment_contract:bob",)


def test_an_issued_invoice_is_corrected_by_a_credit_note() -> None:
    stopped = withdrawal_consequences(planned(example("shoot")), file(invoicing__deposit="done"), date(2026, 4, 17))
    told = {effect.step: effect.outcome for effect in stopped.effects}

    assert (told["invoicing:deposit"], told["invoicing:balance"]) == ("credit_note", "nothing")


def test_a_client_who_cancels_ten_days_before_owes_half() -> None:
    # the demonstration table: from 14 to 8 days before, 50 %
    agreed = file(agreement="done", employment_contract__bob="done")
    stopped = withdrawal_consequences(
        planned(example("concert")), agreed, date(2026, 3, 10), cancelled_by_client=True
    )

    assert stopped.client_owes is not None
    assert stopped.client_owes.amount_eur == D("1200.00")
    assert stopped.total.loss_eur == ZERO


def test_a_client_who_never_agreed_owes_nothing() -> None:
    stopped = withdrawal_consequences(
        planned(example("concert")), file(agreement="held"), date(2026, 3, 19), cancelled_by_client=True
    )

    assert stopped.client_owes is None


@settings(max_examples=40, deadline=None)
@given(hours=st.integers(1, 24 * 60))
def test_instants_stand_in_their_order_however_late_the_job_is_declared(hours: int) -> None:
    start = utc("2026-03-20T14:00")
    declared_at = start - timedelta(hours=hours)
    made = planned(example("concert"), declared_at)

    assert declared_at < made.agree_by <= made.confirm_by < start
    assert made.agreement is not None
    assert all(declared_at < at < made.agreement.answer_by for at in made.agreement.remind_at)
    for contract in made.employment_contract.values():
        assert all(declared_at < at < contract.answer_by for at in contract.remind_at)
