"""A rehearsal room by the day: one room for all the days, one job per room and day, however many ask at once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.workspace import STEP, Workspace
from api.wording.timeline import sentence
from domain.declaration import DeclarationUnreadable, JobDeclaration, load_declaration
from domain.job import JobFile, StepState
from domain.ledger import Account
from domain.orders import StepOrder
from domain.plan import JobPlan
from domain.planning import PlanRefs, consequences, plan, withdrawal_consequences
from domain.quote import Quote, QuoteContext, quote
from domain.services.workspace import NoRoomLeft, OwnRoom, RoomAboveCeiling, WorkspaceRequest
from storage.core.database import Database
from storage.execution.events import JobEvent
from storage.money.ledger import LedgerStore
from storage.services.workspace import RoomStore
from tests.services.conftest import TestClock

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOLD_UNTIL = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18)
FORGE = OwnRoom(slug="forge", name="La Forge", city="Bruxelles / Brussel", places=6, day_eur=Decimal("45.00"))
HALLE = OwnRoom(slug="halle", name="La Halle", city="Bruxelles / Brussel", places=30, day_eur=Decimal("70.00"))


def room_order(job: str = "K1", revision: int = 1, **wish: Any) -> StepOrder[WorkspaceRequest]:
    """Monday and Tuesday in Brussels, for four people."""
    request = WorkspaceRequest(
        **{
            "days": (MONDAY, TUESDAY),
            "city": "Bruxelles",
            "people": 4,
            "ceiling_eur": "144.00",
            "hold_until_at": HOLD_UNTIL,
            **wish,
        }
    )
    replaces = f"{job}/workspace/-/{revision - 1}" if revision > 1 else None
    return StepOrder(
        job_id=job, service="workspace", entity="brussels", revision=revision, replaces=replaces, request=request
    )


@pytest.fixture
async def rooms(database: Database) -> RoomStore:
    store = RoomStore(database)
    await store.put(FORGE)
    return store


@pytest.fixture
def service(rooms: RoomStore, clock: TestClock, ledger: LedgerStore) -> Workspace:
    return Workspace(rooms, ledger, clock)


# --- at work


async def test_a_room_is_held_confirmed_and_given_back(service: Workspace) -> None:
    held = await service.hold(room_order())
    assert (held.room, held.price_eur, held.confirmed) == ("La Forge", Decimal("90.00"), False)
    assert held.expires_at == HOLD_UNTIL
    assert (await service.confirm(room_order())).confirmed
    with pytest.raises(NoRoomLeft):
        await service.hold(room_order("K2"))
    assert (await service.release(room_order())).released
    assert (await service.hold(room_order("K2"))).room == "La Forge"


async def test_asking_twice_keeps_one_room(service: Workspace, rooms: RoomStore) -> None:
    await rooms.put(HALLE)
    assert await service.hold(room_order()) == await service.hold(room_order())
    assert await service.confirm(room_order()) == await service.confirm(room_order())
    assert (await service.hold(room_order())).confirmed
    assert (await service.hold(room_order("K2"))).room == "La Halle"


async def test_releasing_what_was_never_held_is_nothing_to_do(service: Workspace, ledger: LedgerStore) -> None:
    for _ in range(2):
        assert (await service.release(room_order())).released
    assert (await ledger.balances("K1")).amounts == {}


async def test_a_confirmed_room_is_in_the_jobs_books_once_and_comes_back_whole(
    service: Workspace, ledger: LedgerStore
) -> None:
    await service.hold(room_order())
    assert (await ledger.balances("K1")).amounts == {}
    for _ in range(2):
        await service.confirm(room_order())
    assert (await ledger.balances("K1")).of(Account.RESULT) == Decimal("90.00")
    for _ in range(2):
        await service.release(room_order())
    assert (await ledger.balances("K1")).of(Account.RESULT) == 0


async def test_the_cheapest_room_that_is_large_enough_is_taken(service: Workspace, rooms: RoomStore) -> None:
    await rooms.put(HALLE)
    assert (await service.hold(room_order(people=6))).room == "La Forge"
    large = await service.hold(room_order("K2", people=7))
    assert (large.room, large.price_eur) == ("La Halle", Decimal("140.00"))


async def test_one_room_serves_all_the_days_or_none(service: Workspace, rooms: RoomStore) -> None:
    await service.hold(room_order(days=(TUESDAY,)))
    with pytest.raises(NoRoomLeft, match="No room for 4 people is left in Bruxelles on 16-03-2026, 17-03-2026"):
        await service.hold(room_order("K2"))
    assert (await service.hold(room_order("K3", days=(MONDAY, WEDNESDAY)))).room == "La Forge"


@pytest.mark.parametrize("city", ["Brussel", "bruxelles ", "BRUXELLES"])
async def test_a_town_is_found_in_both_its_languages(service: Workspace, city: str) -> None:
    assert (await service.hold(room_order(city=city))).city == "Bruxelles / Brussel"


async def test_accents_are_not_needed_to_find_a_town(service: Workspace, rooms: RoomStore) -> None:
    await rooms.put(FORGE.model_copy(update={"slug": "quai", "name": "Le Quai", "city": "Liège / Luik"}))
    assert (await service.hold(room_order(city="liege"))).room == "Le Quai"


async def test_another_town_a_larger_crew_or_a_closed_room_is_a_refusal(
    service: Workspace, rooms: RoomStore
) -> None:
    for wish in ({"city": "Namur"}, {"people": 7}):
        with pytest.raises(NoRoomLeft) as caught:
            await service.hold(room_order(**wish))
        assert caught.value.decided_by == "member"
    await rooms.put(FORGE.model_copy(update={"in_service": False}))
    with pytest.raises(NoRoomLeft):
        await service.hold(room_order())


async def test_a_free_room_above_the_ceiling_is_the_members_decision(service: Workspace) -> None:
    with pytest.raises(RoomAboveCeiling, match=r"90\.00 EUR, above the ceiling of 89\.99 EUR"):
        await service.hold(room_order(ceiling_eur="89.99"))
    assert (await service.hold(room_order("K2", ceiling_eur="90.00"))).price_eur == Decimal("90.00")


# --- time


async def test_a_hold_that_ran_out_keeps_its_room_until_somebody_needs_it(
    service: Workspace, clock: TestClock
) -> None:
    await service.hold(room_order())
    clock.at = HOLD_UNTIL
    assert (await service.confirm(room_order())).confirmed


async def test_a_hold_that_ran_out_gives_way_and_its_job_gets_another_room(
    service: Workspace, rooms: RoomStore, clock: TestClock
) -> None:
    await service.hold(room_order())
    clock.at = HOLD_UNTIL
    assert (await service.hold(room_order("K2"))).room == "La Forge"
    with pytest.raises(NoRoomLeft):
        await service.confirm(room_order())
    await rooms.put(HALLE)
    taken = await service.confirm(room_order())
    assert (taken.room, taken.confirmed) == ("La Halle", True)


async def test_a_hold_taken_late_still_leaves_a_day_to_decide(service: Workspace, clock: TestClock) -> None:
    clock.at = HOLD_UNTIL + timedelta(days=2)
    assert (await service.hold(room_order())).expires_at == datetime(2026, 3, 12, 9, 0, tzinfo=UTC)


async def test_an_extended_hold_lasts_to_the_end_of_the_last_day(service: Workspace) -> None:
    await service.hold(room_order())
    extended = await service.extend(room_order())
    assert extended.expires_at == datetime(2026, 3, 17, 23, 0, tzinfo=UTC)  # Tuesday midnight in Brussels
    assert (await service.extend(room_order("K2", days=(WEDNESDAY,)))).expires_at == HOLD_UNTIL


async def test_a_moved_job_never_stands_in_its_own_way(service: Workspace, rooms: RoomStore) -> None:
    await service.hold(room_order())
    moved = room_order(revision=2, days=(TUESDAY, WEDNESDAY))
    assert (await service.hold(moved)).room == "La Forge"
    await service.release(room_order())  # the process releases the old order afterwards
    assert (await service.confirm(moved)).confirmed
    old = await rooms.find(room_order().key)
    assert old is not None
    assert old.state == "released"
    assert (await service.hold(room_order("K2", days=(MONDAY,)))).room == "La Forge"


async def test_a_moved_job_keeps_its_room_although_a_cheaper_one_is_free(
    service: Workspace, rooms: RoomStore
) -> None:
    await rooms.put(HALLE)
    await service.hold(room_order(people=10))
    await service.confirm(room_order(people=10))
    moved = await service.hold(room_order(revision=2, days=(WEDNESDAY,)))
    assert (moved.room, moved.price_eur, moved.confirmed) == ("La Halle", Decimal("70.00"), True)


async def test_a_move_that_finds_no_room_leaves_the_old_one_kept(service: Workspace, rooms: RoomStore) -> None:
    await service.hold(room_order())
    await service.hold(room_order("K2", days=(WEDNESDAY,)))
    with pytest.raises(NoRoomLeft):
        await service.hold(room_order(revision=2, days=(TUESDAY, WEDNESDAY)))
    kept = await rooms.find(room_order().key)
    assert kept is not None
    assert kept.state == "held"


# --- many at once


async def test_sixty_jobs_at_once_get_exactly_the_two_rooms_there_are(either_database: Database) -> None:
    store = RoomStore(either_database)
    await store.put(FORGE)
    await store.put(HALLE)
    kept = await asyncio.gather(*(store.hold(room_order(f"K{n}"), NOW) for n in range(60)))
    assert sorted(room.room for room in kept if room) == ["La Forge", "La Halle"]


async def test_sixty_stays_that_overlap_never_share_a_room_and_a_day(either_database: Database) -> None:
    store = RoomStore(either_database)
    await store.put(FORGE)
    await store.put(HALLE)
    stays = [(MONDAY + timedelta(days=n % 10), MONDAY + timedelta(days=n % 10 + 1)) for n in range(60)]
    orders = [room_order(f"K{n}", days=stay) for n, stay in enumerate(stays)]
    kept = await asyncio.gather(*(store.hold(order, NOW) for order in orders))
    days = [(room.room, on) for room, stay in zip(kept, stays, strict=True) if room for on in stay]
    assert len(days) == len(set(days))
    assert len(days) >= 12  # two rooms, eleven days, stays of two days: at least three stays fit in each


async def test_a_hold_is_confirmed_or_taken_by_another_never_both(either_database: Database) -> None:
    store = RoomStore(either_database)
    await store.put(FORGE)
    for n in range(10):
        days = (MONDAY + timedelta(days=n),)
        mine, rival = room_order(f"K{n}", days=days), room_order(f"R{n}", days=days)
        await store.hold(mine, NOW)
        confirmed, taken = await asyncio.gather(store.confirm(mine.key), store.hold(rival, HOLD_UNTIL))
        assert (confirmed is None) != (taken is None)


async def test_the_database_itself_refuses_a_second_booking_of_the_same_day(either_database: Database) -> None:
    from sqlalchemy import insert
    from sqlalchemy.exc import IntegrityError

    from storage.services.workspace import kept_days

    store = RoomStore(either_database)
    await store.put(FORGE)
    await store.hold(room_order(), NOW)
    await store.hold(room_order("K2", days=(WEDNESDAY,)), NOW)
    with pytest.raises(IntegrityError):
        async with either_database.writing() as connection:
            await connection.execute(
                insert(kept_days).values(room="forge", kept_on=MONDAY, order_key=room_order("K2").key)
            )


# --- declared

LECTURE = """
title: Lecture
description: A lecture on tides
client:
  name: Brasserie du Canal (fictive)
  enterprise_number: "1000000021"
  email: nora@client.example
  address: {street: Quai du Batelage, postal_code: "1000", city: Bruxelles}
days:
  - {date: 2026-03-16, starts: 09:00, ends: 17:00, place: Bruxelles}
  - {date: 2026-03-17, starts: 09:00, ends: 17:00, place: Bruxelles}
price_eur: 1000.00
vat: {performance_or_licence: false}
crew: [{item: ann, member: true, function: consultant}]
"""
DAY_ONE = date(2026, 2, 2)


def lecture(workspace: str | None) -> JobDeclaration:
    return load_declaration(LECTURE + (f"workspace: {workspace}\n" if workspace else ""))


def quoted(workspace: str | None) -> Quote:
    return quote(lecture(workspace), DAY_ONE)


def planned(workspace: str | None) -> JobPlan:
    refs = PlanRefs(
        entity="brussels",
        member_id="p-ann",
        client_id="c-1",
        client_version=1,
        people={"ann": "p-ann"},
        declared_at=datetime(2026, 2, 2, 7, 0, tzinfo=UTC),
        context=QuoteContext(),
    )
    return plan(lecture(workspace), quoted(workspace), refs, DAY_ONE)


def test_a_room_for_two_days_is_priced_at_90_euro_and_leaves_527_33_gross() -> None:
    # 2 x 45.00 = 90.00; the ceiling is 60 % higher, 144.00, and its room stays reserved
    # 1,000.00 - 65.00 fee - 144.00 = 791.00; / 1.50 = 527.333 -> 527.33
    made = quoted("{city: Bruxelles}")
    (line,) = (line for line in made.services if line.service == "workspace")
    assert (line.price.amount_eur, line.ceiling.amount_eur) == (Decimal("90.00"), Decimal("144.00"))
    assert (line.item, line.borne_by) == ("-", "job")
    assert made.wage_budget is not None
    assert made.wage_budget.amount_eur == Decimal("791.00")
    assert made.pay_of("ann").gross.amount_eur == Decimal("527.33")


def test_a_room_the_client_bears_lowers_nobodys_pay_but_by_its_margin() -> None:
    made = quoted("{city: Bruxelles, borne_by: client}")
    assert made.client is not None
    assert made.wage_budget is not None
    assert made.client.on_top.amount_eur == Decimal("96.26")  # 90.00 / 0.935 = 96.2566
    assert made.wage_budget.amount_eur == Decimal("881.00")  # 935.00 less the 54.00 kept up to the ceiling


def test_a_room_that_is_not_wanted_costs_and_orders_nothing() -> None:
    assert quoted("{city: Bruxelles, choice: myself}").pay_of("ann").gross.amount_eur == Decimal("623.33")
    assert planned("{city: Bruxelles, choice: myself}").workspace is None
    assert planned(None).workspace is None


def test_the_order_names_days_city_people_and_ceiling() -> None:
    made = planned("{city: Bruxelles, days: [2026-03-17, 2026-03-16], people: 5, ceiling_eur: 200.00}").workspace
    assert made is not None
    assert made.days == (MONDAY, TUESDAY)
    assert (made.city, made.people, made.ceiling_eur) == ("Bruxelles", 5, Decimal("200.00"))
    assert made.hold_until_at == datetime(2026, 3, 14, 9, 0, tzinfo=UTC)  # 48 hours before 09:00, and one more


def test_left_out_the_room_is_for_the_crew_on_the_days_of_the_job() -> None:
    made = planned("{city: Bruxelles}").workspace
    assert made is not None
    assert (made.days, made.people) == ((MONDAY, TUESDAY), 1)


def test_a_room_without_a_city_is_still_missing_one() -> None:
    assert [lack.field for lack in quoted("{people: 4}").missing] == ["workspace.city"]


def test_a_room_on_a_day_nobody_works_is_noticed() -> None:
    made = quoted("{city: Bruxelles, days: [2026-03-15, 2026-03-16]}")
    rooms = [notice.params for notice in made.warnings if notice.code == "room_unworked"]
    assert rooms == [{"on": "2026-03-15"}]


def test_a_day_written_twice_is_told() -> None:
    with pytest.raises(DeclarationUnreadable, match="workspace: 2026-03-16 is there twice"):
        lecture("{city: Bruxelles, days: [2026-03-16, 2026-03-16]}")


def test_asking_the_adviser_about_a_room_asks_for_a_yes() -> None:
    made = quoted("{city: Bruxelles, choice: ask_adviser}")
    assert [asked.params["services"] for asked in made.approvals if asked.rule == "advice"] == ["workspace"]


def test_a_moved_job_shows_that_the_room_becomes_dearer() -> None:
    found = consequences(planned("{city: Bruxelles, days: [2026-03-16]}"), planned("{city: Bruxelles}"))
    (change,) = (change for change in found.changes if change.step == "workspace")
    assert (change.what, change.was_eur, change.becomes_eur) == ("changed", Decimal("72.00"), Decimal("144.00"))
    assert not change.binding


def test_a_withdrawn_job_gives_its_room_back() -> None:
    made = planned("{city: Bruxelles}")
    done = StepState(service="workspace", state="done")
    known = JobFile(job_id="K1", steps={"workspace": done})
    effects = withdrawal_consequences(made, known, date(2026, 3, 12)).effects
    assert [effect.outcome for effect in effects if effect.step == "workspace"] == ["given_back"]


# --- the step


def test_the_story_names_the_room_in_the_readers_language() -> None:
    told = {"room": "La Forge", "city": "Bruxelles / Brussel", "price": "90.00"}
    event = JobEvent(job_id="K1", seq=1, at=NOW, kind="workspace.confirm", step="workspace", params=told)
    assert sentence(event, "en") == "Room La Forge (Bruxelles / Brussel) confirmed: €90.00."
    assert sentence(event, "fr") == "Salle La Forge (Bruxelles / Brussel) confirmée : 90,00\xa0€."


def test_the_step_states_its_verbs() -> None:
    assert [verb.name for verb in STEP.verbs] == [
        "hold",
        "release",
        "extend",
        "confirm",
        "book_by_hand",
        "give_back_by_hand",
    ]
    assert STEP.skippable
    assert not STEP.essential


def test_a_plan_from_before_there_were_rooms_is_read_without_one() -> None:
    old = planned(None).model_dump(mode="json", exclude={"workspace"})
    assert JobPlan.model_validate(old).workspace is None
