"""What must hold between us and partners: social security, railway and bank have what is in force, and no more."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from allin.lives.seen import Finding, Row, Seen
from domain.ledger import Account
from domain.money import ZERO
from domain.orders import short_reference
from domain.periods import day_in_brussels
from domain.suspense import NO_JOB
from storage.execution.events import job_events
from storage.execution.orders import orders
from storage.jobs.tables import job_steps, jobs
from storage.money.bank_tables import bank_entries, bank_statements
from storage.money.ledger import ledger_entries, ledger_postings
from storage.people.entities import entities
from storage.people.people import people
from storage.services.employment_contract import engagements

OVER = ("withdrawn_at", "taken_off_at", "terminated_on", "amended_by", "assigned_to")
MOVED_AT_THE_BANK = re.compile(r"/(receipt|recall|suspense|paid)/|:(booked|returned)(-\d+)?$")
"""Entries that a statement brought; other money leaves by card, cash or a partner's own invoice."""
AT_THE_BANK = (Account.BANK.value, Account.FUND.value)
"""What a client pays and the fund gets back stays on the same bank account."""


def _by_hand(seen: Seen) -> set[tuple[str, str]]:
    """Steps about which somebody said that it was done outside: partners do not know of that."""
    told = ("step.decided.by_hand", "step.decided.skip", "step.decided.fail", "step.settled.kept")
    return {(row["job_id"], row["step"]) for row in seen.of(job_events) if row["kind"] in told}


def social_security_has_the_contracts(seen: Seen) -> Iterator[Finding]:
    """Each contract in force is declared for its days, person and employer, and nothing else is declared."""
    if seen.kept is None:
        return
    outside = _by_hand(seen)
    mine = [row for row in seen.of(engagements) if (row["job_id"], _contract(row)) not in outside]
    periods = {str(one["id"]): one for one in seen.kept.periods}
    for row in mine:
        if any(row[name] for name in OVER):
            continue
        if row.get("dimona_parts") is not None:
            yield from _declared_in_parts(seen, row, periods)
        elif row["dimona_period"] is not None:
            yield from _declared_as_signed(seen, row, periods.get(row["dimona_period"]))
    stands = [row for row in seen.of(engagements) if not any(row[name] for name in OVER[:2])]
    standing = {number for row in stands for number in _numbers(row)}
    ended = {number: row for row in mine if any(row[name] for name in OVER[:2]) for number in _numbers(row)}
    for number, row in sorted(ended.items(), key=lambda each: str(each[0])):
        if number in periods and number not in standing and not periods[number]["cancelled"]:
            yield Finding("dimona", row["job_id"], f"{row['item']} is declared and does not work")


def _contract(row: Row) -> str:
    return f"employment_contract:{row['item']}"


def _numbers(row: Row) -> list[str]:
    """Its own periods at social security."""
    parts = row.get("dimona_parts") or ()
    return [number for number in (row["dimona_period"], *(one["period"] for one in parts)) if number]


def _declared_in_parts(seen: Seen, row: Row, periods: dict[str, Row]) -> Iterator[Finding]:
    """Each part is there as it was declared, and the first and the last day fall in a period of the same person."""
    for part in row["dimona_parts"]:
        there, told = periods.get(part["period"]), (part["first_on"], part["last_on"])
        if there is None or there["cancelled"] or (there["startDate"], there["endDate"]) != told:
            yield Finding("dimona", row["job_id"], f"{row['item']}: {' to '.join(told)} is not declared so")
    number = next((one["national_number"] for one in seen.of(people) if one["person_id"] == row["person_id"]), None)
    alive = [one for one in periods.values() if one["worker"]["ssin"] == number and not one["cancelled"]]
    for day in sorted({str(row["first_on"]), str(row["last_on"])}):
        if not any(one["startDate"] <= day <= one["endDate"] for one in alive):
            yield Finding("dimona", row["job_id"], f"{row['item']} works on {day} and is not declared for it")


def _declared_as_signed(seen: Seen, row: Row, there: Row | None) -> Iterator[Finding]:
    if there is None or there["cancelled"]:
        yield Finding("dimona", row["job_id"], f"{row['item']} works and social security has nothing")
        return
    signed, told = f"{row['first_on']} to {row['last_on']}", f"{there['startDate']} to {there['endDate']}"
    if signed != told:
        yield Finding("dimona", row["job_id"], f"{row['item']} signed for {signed}, declared is {told}")
    employer = next((one["enterprise_number"] for one in seen.of(entities) if one["slug"] == row["entity"]), None)
    if there["employer"]["enterpriseNumber"] != employer:
        yield Finding("dimona", row["job_id"], f"{row['item']} is declared by another employer")
    number = next((one["national_number"] for one in seen.of(people) if one["person_id"] == row["person_id"]), None)
    if there["worker"]["ssin"] != number:
        yield Finding("dimona", row["job_id"], f"{row['item']} is declared under another person's number")


def tickets_are_for_who_travels(seen: Seen) -> Iterator[Finding]:
    """Every ticket that is paid for belongs to a journey that takes place, on its day; and each has its ticket."""
    if seen.kept is None:
        return
    outside, job_of = _by_hand(seen), {row["short"]: row["job_id"] for row in seen.of(orders)}
    wanted = _journeys(seen)
    for booking in seen.kept.journeys:
        if booking["bookedOffers"][0]["admissions"][0]["status"] != "FULFILLED":
            continue
        row = wanted.pop(booking["id"], None)
        job_id = job_of.get(booking["externalRef"], "-")
        if row is None:
            if not any(place[0] == job_id and str(place[1]).startswith("travel") for place in outside):
                yield Finding("tickets", job_id, "a ticket is paid for and nobody travels on it")
        elif (on := day_in_brussels(_at(booking["trips"][0]["endTime"]))) != (asked := _wanted_on(row)):
            yield Finding("tickets", job_id, f"{row['step']} is for {asked}, the ticket is for {on}")
    for row in wanted.values():
        if (row["job_id"], row["step"]) not in outside:
            yield Finding("tickets", row["job_id"], f"{row['step']} is done and the railway has no ticket")


def _journeys(seen: Seen) -> dict[str, Row]:
    """Journeys that are done and stand, by the railway's number."""
    rows = [row for row in seen.of(job_steps) if row["service"] == "travel" and row["state"] == "done"]
    bought = [(row["file"].get("booking") or {}, row) for row in rows if not row["file"].get("by_hand")]
    return {booking["booking_id"]: row for booking, row in bought if booking.get("confirmed")}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _wanted_on(row: Row) -> object:
    return day_in_brussels(_at(row["file"]["request"]["arrive_by_at"]))


def statements_tell_what_moved(seen: Seen) -> Iterator[Finding]:
    """What the bank moved on the days of our statements is what they say, account by account."""
    if seen.kept is None:
        return
    told, last_on = _told(seen)
    for iban, amount in sorted(told.items()):
        lines = [one for one in seen.kept.bank_lines if one["iban"] == iban and one["on"] <= str(last_on[iban])]
        moved = sum((Decimal(one["amount_eur"]) for one in lines), ZERO)
        if moved != amount:
            yield Finding("bank", "-", f"...{iban[-4:]} moved by {moved}, its statements say {amount}")


def books_follow_the_statements(seen: Seen) -> Iterator[Finding]:
    """Of each legal entity the books say what its statements say, to the cent."""
    told, _ = _told(seen)
    if not told:
        return
    entity_of = {row["entity"]["iban"]: row["slug"] for row in seen.of(entities)}
    said: dict[str, Decimal] = defaultdict(Decimal)
    for iban, amount in told.items():
        said[entity_of.get(iban, iban)] += amount
    booked = _booked(seen, entity_of)
    for entity in sorted({*said, *booked}):
        if said[entity] != booked[entity]:
            yield Finding("bank", "-", f"{entity}: the statements say {said[entity]}, the books {booked[entity]}")


def _told(seen: Seen) -> tuple[dict[str, Decimal], dict[str, object]]:
    """What the statements say that are settled, and the last day of them, by account."""
    rows = {row["id"]: row for row in seen.of(bank_statements) if row["settled_at"] is not None}
    told: dict[str, Decimal] = {row["iban"]: ZERO for row in rows.values()}
    last_on: dict[str, object] = {}
    for row in rows.values():
        last_on[row["iban"]] = max(row["on"], last_on.get(row["iban"], row["on"]))
    for entry in seen.of(bank_entries):
        if entry["statement"] in rows:
            told[rows[entry["statement"]]["iban"]] += entry["amount_eur"]
    return told, last_on


def _booked(seen: Seen, entity_of: dict[str, str]) -> dict[str, Decimal]:
    """What statements moved on the books' bank account, by entity."""
    of_job = {row["job_id"]: row["entity"] for row in seen.of(jobs)}
    job_of = {row["key"]: row["job_id"] for row in seen.of(ledger_entries)}
    statements = {row["id"]: row for row in seen.of(bank_statements)}
    suspended = {_place(statements[row["statement"]], row): row for row in seen.of(bank_entries)}
    booked: dict[str, Decimal] = defaultdict(Decimal)
    for row in seen.of(ledger_postings):
        key = row["entry_key"]
        if row["account"] not in AT_THE_BANK or not MOVED_AT_THE_BANK.search(key):
            continue
        if job_of.get(key) == NO_JOB:
            iban = str(statements[suspended[key.rpartition("/")[2]]["statement"]]["iban"])
            booked[entity_of.get(iban, iban)] += row["amount_eur"]
        else:
            booked[of_job.get(str(job_of.get(key)), "-")] += row["amount_eur"]
    return booked


def _place(statement: Row, entry: Row) -> str:
    on, name = statement["on"], statement["statement_id"]
    return short_reference(f"{statement['iban']}/{on}/{name}/{entry['position']}")


RULES = (
    social_security_has_the_contracts,
    tickets_are_for_who_travels,
    statements_tell_what_moved,
    books_follow_the_statements,
)
