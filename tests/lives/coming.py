"""Somebody comes in: an account of their own, the manners of everybody around them, and the declaration."""

from allin.embedded.demo_data import ADVISER
from allin.lives.life import Life, Manner, Returning, Who
from domain.people import Person
from storage.people.members import Member, Members
from storage.people.people import People
from storage.security.accounts import Accounts, SignInAccount
from tests.lives import replying
from tests.lives.alive import Alive, Door, named
from tests.process.world import World


async def declare(world: World, door: Door, alive: Alive) -> None:
    """The member comes in, everybody's manners are told, and the job is declared."""
    life = alive.life
    await welcome(world, life.member)
    for manner in life.course.people:
        await behaves(world, life, manner)
    for returning in life.course.returns:
        await comes_back(world, returning)
    await replying.holders(world, life)
    for told in life.course.dimona:
        ssin = (await world.partners("GET", f"/admin/people/{told.email}"))["identity"]["national_number"]
        plan = {"result": told.result, "times": told.times, "ssin": ssin}
        await world.partners("POST", "/admin/dimona/results", json=plan)
    for claiming in life.course.claims:
        await world.partners("POST", "/admin/insurer/claims", json=claiming.model_dump())
    for fault in life.course.faults:
        about = {"about": alive.wanted_id} | fault.model_dump(mode="json")
        await world.partners("POST", "/admin/faults", json=about)
    with named(alive.wanted_id):
        answer = await door.ask(
            life.member.slug,
            "POST",
            "/api/jobs",
            json=life.declaration,
            headers={"idempotency-key": f"life-{life.name}"},
        )
    alive.declared(answer, world.calendar.now())


async def behaves(world: World, life: Life, manner: Manner) -> None:
    """How somebody behaves; where the life says how money comes in, the client pays nothing by itself."""
    told = manner.model_dump(mode="json")
    if manner.role == "client" and life.course.payments:
        told["pays_after_days"] = None
    await world.partners("POST", "/admin/people", json=told)


async def comes_back(world: World, returning: Returning) -> None:
    """Somebody has closed the account: the first payments to it are returned."""
    known = await world.partners("GET", f"/admin/people/{returning.email}")
    plan = {"iban": known["identity"]["iban"], "times": returning.times, "first": returning.first}
    await world.partners("POST", "/admin/bank/returns", json=plan)


async def welcome(world: World, who: Who) -> None:
    """A member of the cooperative with an account of their own."""
    database, at = world.site.database, world.calendar.now()
    person = Person(
        person_id=who.slug,
        given_name=who.given_name,
        family_name=who.family_name,
        email=who.email,
        language=who.language,
    )
    await People(database).save(person, at, demo=True)
    member = Member(
        person_id=who.slug,
        autonomy=who.autonomy,
        adviser_id=ADVISER,
        entity=who.entity,
        profile=who.profile,
        since_on=at.date(),
    )
    await Members(database).save(member)
    await Accounts(database).save(SignInAccount(person_id=who.slug, login=who.slug, roles=("member",), demo=True))
