"""What clients and crew do or leave undone: they refuse, pay late or never, never sign, name a closed account."""

import asyncio
from collections import Counter
from decimal import Decimal

import pytest

from domain.bank import Nudge
from storage.execution.attempts import Attempts
from storage.money.ledger import LedgerStore
from storage.services.employment_contract import CallList
from storage.services.invoicing import Invoices
from tests.process.small import (
    ANN,
    BOB,
    CLIENT,
    DAY,
    HOUR,
    NO_EXPENSES,
    NOTHING_BOOKED,
    START,
    alone,
    crew,
    declare,
    engaged,
    played,
    states,
)
from tests.process.world import World
from workers.bank_desk import nudger


async def subjects(house: World, address: str) -> list[str]:
    """The subjects in somebody's mailbox, oldest first."""
    box = await house.partners("GET", f"/mail/mailboxes/{address}")
    return [mail["subject"] for mail in reversed(box["messages"])]


async def stages(house: World, job_id: str) -> list[tuple[str, str, str]]:
    """What was done about the invoice: the stage, its day, what was claimed."""
    events = await house.house.events.since(job_id, 0, 1000)
    told = [event for event in events if event.kind.startswith("debt_collection.")]
    return [(event.kind.partition(".")[2], event.at.date().isoformat(), event.params["claimed"]) for event in told]


async def open_balances(house: World, job_id: str) -> dict[str, Decimal]:
    balances = await LedgerStore(house.site.database).balances(job_id)
    return {account.value: amount for account, amount in balances.open.items()}


async def test_a_client_who_refuses_releases_everything(house: World) -> None:
    await house.person(CLIENT, role="client", behaviour="refuses", reason="we found somebody cheaper")
    van = {"driver": "bob", "pick_up": "Bruxelles", "kilometres": 220, "load_kg": 1000}
    job_id = await declare(house, van_rental=van, travel=None)
    for step in ("van_rental:van", "equipment", "prefinancing"):
        await house.until_step(job_id, step, "held")
    await house.pass_time(4 * HOUR)
    parked = await house.until_step(job_id, "agreement", "parked")
    assert parked.problem is not None
    assert (parked.problem.type, parked.problem.decided_by) == ("ClientRefused", "member")
    assert parked.problem.params == {"reason": "we found somebody cheaper"}

    await house.decide(job_id, "agreement", "fail", who="ann")
    await house.until(job_id, lambda job: job.state == "refused")
    ended = await states(house, job_id)
    assert ended.pop("agreement") == "failed"
    assert set(ended.values()) == {"undone"}
    assert {"agreement.withdraw_question", "prefinancing.void"} <= set(await house.kinds(job_id))
    for partner, taken, given_back in (
        ("vans", "package", "rollback"),
        ("supplier", "reservation", "cancellation"),
    ):
        kinds = Counter(effect["kind"] for effect in await house.effects(partner))
        assert (kinds[taken], kinds[given_back]) == (1, 1)
    assert await open_balances(house, job_id) == {}


async def test_a_client_who_pays_on_the_due_day_is_never_reminded(house: World) -> None:
    job_id = await alone(house)
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "closed", step=2 * DAY, days=30)
    kinds = await house.kinds(job_id)
    assert not [kind for kind in kinds if kind.startswith("debt_collection.")]
    assert kinds.count("job.collection.paid") == 1
    assert await subjects(house, CLIENT) == [
        "Votre accord pour « Concert at the company evening »",
        "Merci : « Concert at the company evening » est confirmé",
    ]
    assert await open_balances(house, job_id) == {}


async def test_a_client_who_pays_after_formal_notice_pays_the_lawful_interest(house: World) -> None:
    await house.person(CLIENT, role="client", pays_after_days=22)
    job_id = await alone(house)
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "closed", step=4 * DAY, days=60)
    assert await stages(house, job_id) == [
        ("remind", "2026-02-23", "2544.00"),
        ("remind", "2026-03-02", "2544.00"),
        # 2,544.00 x 10.5 % x 20 days / 365 = 14.64, and 40.00: law of 2 August 2002, articles 5 and 6
        ("formal_notice", "2026-03-12", "2598.64"),
    ]
    assert (await subjects(house, CLIENT))[2:] == [
        "Petit rappel : facture BXL-2026-000001",
        "Deuxième rappel : facture BXL-2026-000001",
        "Mise en demeure : facture BXL-2026-000001",
    ]
    assert [effect["kind"] for effect in await house.effects("registered-mail")] == ["letter"]
    booked = {entry.text: entry for entry in await LedgerStore(house.site.database).entries(job_id)}
    late = booked["Interest and costs paid by the client"]
    assert {posting.account.value: str(posting.amount_eur) for posting in late.postings} == {
        "client_credit": "54.64",
        "late_income": "-54.64",
    }
    assert await open_balances(house, job_id) == {}


async def test_a_client_who_never_pays_ends_as_a_loss_with_a_named_bearer(house: World) -> None:
    await house.person(CLIENT, role="client", pays_after_days=None, on_summons="silent")
    job_id = await alone(house)
    await played(house, job_id)
    await house.live_until(job_id, lambda job: job.state == "collecting", step=4 * DAY, days=20)
    for kind, problem, decision in (
        ("lawyer", "BailiffNeedsDecision", {"decided": True}),
        ("bailiff", "BailiffNeedsDecision", {"decided": True}),
        ("seizure", "SeizureNeedsDecision", {"decided": True}),
        ("write-off", "NothingToBeHad", {"decided": True, "borne_by": "sector"}),
    ):
        await house.live_until(job_id, lambda job: job.parked, step=15 * DAY, days=150)
        (step,) = [name for name in await states(house, job_id) if name.endswith(f"-{kind}")]
        parked = await house.until_step(job_id, step, "parked")
        assert parked.problem is not None
        assert (parked.problem.type, parked.problem.decided_by) == (problem, "finance")
        for given_up in ("skip", "fail") if kind == "write-off" else ():  # nobody would be asked again
            with pytest.raises(AssertionError, match="StillOwed"):
                await house.decide(job_id, step, given_up, who="fatima")
        await house.decide(job_id, step, "replay", who="fatima", request=parked.request | decision)
        await house.until_step(job_id, step, "done")

    job = await house.until(job_id, lambda job: job.state == "written_off")
    assert list(job.file.collections.values()) == ["written_off"]
    effects = (await house.partners("GET", "/admin/effects"))["effects"]
    happened = Counter((effect["partner"], effect["kind"]) for effect in effects)
    assert happened["registered-mail", "letter"] == 1
    assert (happened["lawyer", "dossier"], happened["bailiff", "dossier"]) == (1, 2)
    assert happened["lawyer", "withdrawal"] == 1
    said = [kind.removeprefix("debt.counsel.") for kind in await house.kinds(job_id) if "counsel" in kind]
    assert said == [
        "accepted", "accepted", "summons_served", "not_contested", "enforceable", "accepted", "nothing_found",
        "withdrawn", "withdrawn",
    ]  # fmt: skip
    assert [stage for stage, _, _ in await stages(house, job_id)] == [
        "remind", "remind", "formal_notice", "hand_over", "hand_over", "hand_over", "write_off"
    ]  # fmt: skip
    booked = {entry.text: entry for entry in await LedgerStore(house.site.database).entries(job_id)}
    assert {posting.account.value: str(posting.amount_eur) for posting in booked["Written off"].postings} == {
        "receivable": "-2544.00",
        "sector": "2388.00",  # the price without its VAT, and the fee nobody will ever pay
        "vat_to_collect": "144.00",
        "vat_due": "-144.00",
        "fee_to_collect": "156.00",
        "prefinanced": "991.89",  # what the fund paid ahead when the wage left the bank: it is made whole
        "fund_claims": "-991.89",
        "bank": "-991.89",
        "fund": "991.89",
    }
    assert await open_balances(house, job_id) == {}


async def test_who_never_signs_is_reminded_called_and_told_not_to_start(house: World) -> None:
    await house.person(BOB, role="collaborator", behaviour="silent")
    job_id = await declare(house, crew=crew("ann", "bob"), **NOTHING_BOOKED, **NO_EXPENSES)
    await engaged(house, job_id)
    calls = CallList(house.site.database)
    levels: list[list[str]] = []
    for before in (47, 23, 3):
        await house.reach(START - before * HOUR, step=8 * DAY)
        await house.until_step(job_id, "employment_contract:bob", "waiting")
        levels.append([call.level for call in await calls.open()])
    assert levels == [[], ["call"], ["call", "loud"]]
    await house.reach(START + HOUR)
    await house.until_step(job_id, "employment_contract:bob", "missed")
    job = await house.until(job_id, lambda job: job.state == "taking_place")
    assert job.file.off_the_job == ["bob"]
    assert await calls.open() == []
    assert await subjects(house, BOB) == [
        "Ann Peeters vous propose un travail : Concert at the company evening",
        *["À signer avant de commencer : Concert at the company evening"] * 3,
        "Ne commencez pas : Concert at the company evening",
    ]

    await house.live_until(job_id, lambda job: job.state == "closed", step=4 * DAY, days=30)
    ended = await states(house, job_id)
    assert ended["wages:ann"] == "done"
    assert "wages:bob" not in ended
    kinds = await house.kinds(job_id)
    assert (kinds.count("step.reminded"), kinds.count("job.taken_off")) == (3, 1)
    assert len(await house.effects("dimona")) == 1
    assert await open_balances(house, job_id) == {}


async def test_a_refused_declaration_is_made_anew_once_its_cause_is_gone(house: World) -> None:
    await house.partners("POST", "/admin/dimona/results", json={"result": "B", "code": "SANDBOX-SSIN"})
    job_id = await alone(house)
    await engaged(house, job_id)
    parked = await house.until_step(job_id, "employment_contract:ann", "parked")
    assert parked.problem is not None
    assert parked.problem.type == "DimonaRefused"
    assert parked.problem.params == {"anomalies": "SANDBOX-SSIN Numéro national incorrect"}
    await house.decide(job_id, "employment_contract:ann", "replay")
    done = await house.until_step(job_id, "employment_contract:ann", "done")
    assert done.booking is not None
    assert done.booking["dimona_result"] == "A"
    declared = (await house.partners("GET", "/admin/effects?partner=dimona"))["effects"]
    assert len({one["key"] for one in declared}) == len(declared) == 2


async def test_somebody_still_refused_at_the_start_is_taken_off(house: World) -> None:
    refused = {"result": "B", "times": 5, "ssin": None}
    job_id = await declare(house, crew=crew("ann", "bob"), **NOTHING_BOOKED, **NO_EXPENSES)
    await house.pass_time(4 * HOUR)
    await house.until_step(job_id, "employment_contract:bob", "waiting")
    bob = (await house.partners("GET", f"/admin/people/{BOB}"))["identity"]["national_number"]
    await house.partners("POST", "/admin/dimona/results", json=refused | {"ssin": bob})
    await house.pass_time(3 * HOUR)
    await house.until_step(job_id, "employment_contract:bob", "parked")
    await house.reach(START + HOUR, step=8 * DAY)
    job = await house.until(job_id, lambda job: job.state == "taking_place")
    assert job.file.off_the_job == ["bob"]
    asked = await house.until_step(job_id, "employment_contract:bob", "parked")
    assert asked.problem is not None
    assert (asked.problem.type, asked.problem.decided_by) == ("SignedContract", "advisor")
    await house.decide(job_id, "employment_contract:bob", "answer", answer="end", who="iris")
    await house.until_step(job_id, "employment_contract:bob", "undone")
    assert "employment_contract.terminate" in await house.kinds(job_id)
    assert "Ne commencez pas : Concert at the company evening" in (await subjects(house, BOB))[-2:]


async def test_a_wage_that_came_back_goes_out_once_to_the_new_account(house: World) -> None:
    old = (await house.partners("GET", f"/admin/people/{ANN}"))["identity"]["iban"]
    await house.partners("POST", "/admin/bank/returns", json={"iban": old, "reason": "AC04"})
    job_id = await alone(house)
    await played(house, job_id)
    await house.reach(START + 6 * DAY, step=4 * DAY)
    await house.live_until(job_id, lambda job: job.parked, step=DAY, days=9)
    parked = await house.until_step(job_id, "wages:ann", "parked")
    assert parked.problem is not None
    assert (parked.problem.type, parked.problem.params) == ("PaymentReturned", {"reason": "AC04"})
    with pytest.raises(AssertionError, match="StillOwed"):  # what somebody has earned is never given up
        await house.decide(job_id, "wages:ann", "fail")
    offered = await house.ask("omar", "GET", f"/api/jobs/{job_id}/steps/wages:ann")
    assert (offered["rules"]["fail"], offered["rules"]["by_hand"]) == ("never", "two")

    await house.ask("ann", "POST", "/api/me", json={"iban": "BE15001765432130"})  # nobody has to say it again
    await house.live_until(job_id, lambda job: job.state == "closed", step=2 * DAY, days=20)
    assert (await states(house, job_id))["wages:ann"] == "done"
    kinds = Counter(effect["kind"] for effect in await house.effects("bank"))
    assert (kinds["payment"], kinds["return"]) == (2, 1)
    assert await open_balances(house, job_id) == {}


async def test_books_that_stay_open_are_looked_at_once_for_each_thing_the_bank_tells(house: World) -> None:
    await house.person(CLIENT, role="client", pays_after_days=None)
    job_id = await alone(house)
    await played(house, job_id)
    (invoice,) = await Invoices(house.site.database).of_job(job_id)
    iban = (await house.house.entities.entity(invoice.entity)).iban
    paid = {"iban": iban, "amount_eur": "2644.00", "structured_communication": invoice.payment_reference}
    await house.partners("POST", "/admin/bank/credits", json=paid)  # 2,544.00 was asked for
    await house.live_until(job_id, lambda job: job.parked, step=DAY, days=20)
    parked = await house.until_step(job_id, "prefinancing", "parked")
    assert parked.problem is not None
    assert parked.problem.params["accounts"] == "client_credit -100.00"

    looked = await settlings(house, job_id)
    await nudger(house.client)(Nudge(workflow_id=f"job-{job_id}", step="prefinancing"))
    await asyncio.sleep(3)
    assert await settlings(house, job_id) == looked + 1
    assert await house.until_step(job_id, "prefinancing", "parked") == parked

    refund = {"kind": "refund", "amount_eur": "100.00", "reason": "paid twice by mistake"}
    await house.ask("fatima", "POST", f"/api/bank/credits/{job_id}", json=refund)
    await house.live_until(job_id, lambda job: job.state == "closed", step=DAY, days=20)
    assert await open_balances(house, job_id) == {}


async def settlings(house: World, job_id: str) -> int:
    """How often the fund tried to close the books."""
    tries = await Attempts(house.site.database).of_job(job_id)
    return sum(one.operation == "prefinancing.settle" for one in tries)


async def test_pressed_twice_or_sent_again_it_is_one_job(house: World) -> None:
    pressed = await asyncio.gather(*(alone(house, key="pressed-twice") for _ in range(2)))
    job_id = await alone(house, key="pressed-twice")
    assert pressed == [job_id, job_id]
    listed = await house.ask("ann", "GET", "/api/jobs")
    assert [job["job_id"] for job in listed["jobs"]] == [job_id]
    await house.until_step(job_id, "agreement", "waiting")
    assert (await house.kinds(job_id)).count("job.declared") == 1
    assert len(await house.effects("mail")) == 1
    runs = [run.id async for run in house.client.list_workflows(f"TaskQueue='{house.queue}'")]
    assert runs == [f"job-{job_id}"]
