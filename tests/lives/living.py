"""Lives lived: several side by side in one cooperative, each with its own people, until all have ended."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

from sqlalchemy import func, select
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause

from allin.embedded.demo_data import APPROVERS
from allin.lives.dice import Dice
from allin.lives.drawing import ENTITIES
from allin.lives.life import Life
from allin.lives.mornings import morning, verifies
from allin.lives.seen import Seen, see
from domain.people import Person
from domain.periods import instant
from domain.rules.debt_collection import HOUSE_POLICY
from engine.time_skipping import OPEN, advance
from storage.jobs.tables import job_steps, jobs
from storage.people.people import People
from storage.security.accounts import Accounts, SignInAccount
from storage.services.debt_collection import collections
from storage.services.invoicing import invoices
from tests.lives import acting
from tests.lives.alive import ENDED, Alive, Door
from tests.lives.coming import declare
from tests.process.world import World, world
from workers.answers import answers_desk
from workers.bank_desk import bank_desk, nudger
from workers.morning import morning_round

HORIZON_DAYS = 700
"""A year to pay and a bailiff's whole way take less; what hangs is seen long before."""
QUIET_DAYS = 45
"""Whose story does not grow for so long after its last day, and whose money was due as long ago, hangs."""
RESTS = timedelta(days=sum(HOUSE_POLICY.model_dump().values()))
"""A debt of which nobody of ours reminds the client rests through every stage before it is asked about."""
LINGERING = timedelta(days=30)
"""After a job has ended its money may still move: it is looked after so long."""
NEAR = timedelta(days=3)
SMALLEST, USUAL_STEP, NEAR_STEP, LATE_STEP = (timedelta(hours=n) for n in (3, 24, 12, 96))
FAILED_OFTEN = 2
"""An engine's task that failed more often than this will fail for ever."""
TAKEN_UP_AGAIN = frozenset(
    {
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE,
    }
)
"""Something arrived while the task was answered: the server asks for it once more, and no code failed."""
LOOK_SECONDS = 0.08
RESTLESS = select(
    select(func.coalesce(func.sum(jobs.c.seq), 0)).scalar_subquery(),
    select(func.count()).select_from(job_steps).where(job_steps.c.state == "trying").scalar_subquery(),
    select(func.count()).where(jobs.c.job_id.not_in(select(job_steps.c.job_id))).scalar_subquery(),
)
"""How much is told, what is tried, and which jobs have not begun."""
LOOKS = 6
"""How often somebody comes back within one turn for what is being drawn up."""


@dataclass
class Living:
    """Some lives in one world."""

    world: World
    lives: list[Alive]
    door: Door
    passes: int = 0
    seconds: float = 0
    verified: bool = True
    """Whether the bank says whose account it is, this morning."""
    problems: list[str] = field(default_factory=list)
    """What the bank desk could not do."""
    causes: list[str] = field(default_factory=list)
    """Why tasks of processes failed."""

    async def live(self, horizon_days: int = HORIZON_DAYS) -> list[Alive]:
        """Declare them all and let time pass until everything has ended, or the horizon is reached."""
        began = time.monotonic()
        for alive in self.lives:
            await declare(self.world, self.door, alive)
        end = self.world.calendar.now() + timedelta(days=horizon_days)
        while self.world.calendar.now() < end:
            await self._settle()
            self.door.look_up()
            for alive in self.lives:
                await self._act(alive)
            left = [alive for alive in self.lives if alive.open or alive.lingers]
            if not left:
                break
            await self._pass(self._step(left))
        for alive in self.lives:
            if alive.open:
                alive.hangs(await self._standing(alive, f"after {horizon_days} days"))
        self.seconds = time.monotonic() - began
        return self.lives

    async def _act(self, alive: Alive) -> None:
        """Everybody's part in one life; whose story stands still for long although all act, hangs."""
        now = self.world.calendar.now()
        if alive.open:
            await acting.act(self.world, self.door, alive)
        if not alive.open:
            await acting.afterwards(self.world, self.door, alive, now, LINGERING)
        elif await self._quiet(alive, now):
            alive.hangs(await self._standing(alive, "and nothing happens"))

    async def _quiet(self, alive: Alive, now: datetime) -> bool:
        """Whether its story has not grown for so long that nobody can be awaited any more.

        A client may have a year to pay: nothing is late before that. A debt that nobody is sent to collect, or
        that the member collects alone, rests for months before it is asked whether it is written off.
        """
        job, long = alive.job, timedelta(days=QUIET_DAYS)
        if job is None or max(job.last_change_at, job.plan.last_end_at) + long > now:
            return False
        collected = select(func.count()).where(
            collections.c.job_id == job.job_id, collections.c.closed_at.is_(None)
        )
        wanted = select(func.max(invoices.c.due_on), collected.scalar_subquery())
        async with self.world.site.database.reading() as connection:
            due_on, owed = (await connection.execute(wanted.where(invoices.c.job_id == job.job_id))).one()
        if owed:
            long += RESTS
        return job.last_change_at + long < now and (due_on is None or due_on + long < now.date())

    async def _standing(self, alive: Alive, why: str) -> str:
        """Where a life stands: what is parked, what waits and for whom."""
        assert alive.job is not None
        told = []
        for row in await self.world.house.steps.of_job(alive.job.job_id):
            if row.state in ("parked", "waiting", "trying", "held"):
                waits = f" for {row.file.waiting.who}" if row.file.waiting else ""
                told.append(f"{row.step} {row.state}{waits}" + (f" ({row.error_type})" if row.error_type else ""))
        return f"{alive.job.state} {why}: {', '.join(sorted(told)) or 'nothing is open'}"

    def _step(self, left: Sequence[Alive]) -> timedelta:
        """How long until something is worth looking at."""
        now = self.world.calendar.now()
        longest = max((_patience(alive, now) for alive in left), key=lambda step: -step)
        wanted = [at - now for alive in left for at in alive.due if at > now]
        return max(SMALLEST, min([longest, *wanted]))

    async def seen(self) -> Seen:
        """Everything that is known afterwards, here and at the partners."""
        world = self.world
        effects = (await world.partners("GET", "/admin/effects"))["effects"]
        failures = {alive.job_id or "-": 1 for alive in self.lives if alive.dead}
        failures |= await self._failed_tasks()
        partners = world.sandbox.state.desk.store
        return await see(world.site.database, world.calendar.now(), effects, partners, failures)

    async def _failed_tasks(self) -> dict[str, int]:
        """How often a task of a process failed, by its history."""
        found: dict[str, int] = {}
        async for one in self.world.client.list_workflows(f"TaskQueue='{self.world.queue}'"):
            history = await self.world.client.get_workflow_handle(one.id, run_id=one.run_id).fetch_history()
            failed = [
                event.workflow_task_failed_event_attributes
                for event in history.events
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
            ]
            ours = [told for told in failed if told.cause not in TAKEN_UP_AGAIN]
            self.causes += [f"{one.id}: {told.cause} {told.failure.message[:200]}" for told in ours]
            if ours:
                found[one.id] = len(ours)
        return found

    async def _pass(self, by: timedelta) -> None:
        """Time passes for everybody; people, partners and the bank desk have their turn."""
        world, self.passes = self.world, self.passes + 1
        await self._settle()
        day = world.calendar.now().date()
        which = f"{OPEN} AND TaskQueue='{world.queue}'"
        behind = await advance(world.client, world.calendar, lambda _: None, by, which=which, patience=8)
        for workflow_id in behind:
            await self._ended_when_looping(workflow_id)
        await self._turn()
        if (today := world.calendar.now().date()) != day:
            await self._morning(today)

    async def _morning(self, today: date) -> None:
        """Payments leave and statements come, some mornings late or in the wrong order."""
        how = morning(self.lives[0].life.seed, today)
        if how == "late":
            return
        offered = verifies(self.lives[0].life.seed, today)
        if offered != self.verified:
            self.verified = offered
            await self.world.partners("POST", "/admin/bank/verification", json={"offered": offered})
        if how in ("newest_first", "again"):
            await self._by_hand(today, again=how == "again")
        desk, nudge = bank_desk(self.world.site), nudger(self.world.client)
        answers = answers_desk(self.world.site, self.world.client)
        done = await morning_round(today, desk, nudge, approvers=APPROVERS, answers=answers)
        self.problems += [f"{today}: {problem}" for problem in done.problems]

    async def _by_hand(self, today: date, *, again: bool) -> None:
        """Somebody hands in the files of one account's last days: the newest first, or some once more."""
        days = [today - timedelta(days=n) for n in (1, 2, 3)]
        entity = Dice(self.lives[0].life.seed, today.toordinal(), "by hand").one(*ENTITIES)
        iban = (await self.world.house.entities.entity(entity)).iban
        for on in days[1:] if again else days:
            content = await self.world.file(f"/bank/accounts/{iban}/statements?date={on}")
            answer = await self.door.ask("fatima", "POST", "/api/bank/statements", content=content)
            if answer.status_code >= 500:
                self.problems.append(f"{today}: statement of {on}: {answer.status_code} {answer.text[:200]}")

    async def _settle(self, within: float = 4) -> None:
        """Until nothing is tried and no story grows; one look is one statement, for there are thousands."""
        before, quiet = None, 0
        for _ in range(int(within / LOOK_SECONDS)):
            async with self.world.site.database.reading() as connection:
                now = tuple((await connection.execute(RESTLESS)).one())
            quiet = quiet + 1 if now == before and now[1:] == (0, 0) else 0
            if quiet == 2:
                return
            before = now
            await asyncio.sleep(LOOK_SECONDS)

    async def _ended_when_looping(self, workflow_id: str) -> None:
        """A process whose code fails again and again is a finding; it would hold up everybody else."""
        handle = self.world.client.get_workflow_handle(workflow_id)
        task = (await handle.describe()).raw_description.pending_workflow_task
        if task.attempt <= FAILED_OFTEN:
            return
        await handle.terminate("its code fails again and again")
        for alive in self.lives:
            if alive.job_id and alive.job_id in await self._jobs_of(workflow_id):
                alive.broken(f"workflow task of {workflow_id.split('-')[0]} failed {task.attempt} times")

    async def _jobs_of(self, workflow_id: str) -> list[str]:
        known = await self.world.house.steps.job_of(workflow_id)
        return [known or workflow_id.removeprefix("job-")]

    async def _turn(self) -> None:
        for _ in range(LOOKS):
            told = await self.world.partners(
                "POST", "/admin/tick", json={"now": self.world.calendar.now().isoformat()}
            )
            if not told["failed_acts"]:
                return
            await self._settle(within=0.5)


def _patience(alive: Alive, now: datetime) -> timedelta:
    """Small steps near a start, large ones while money is awaited."""
    job = alive.job
    if job is None or job.state in ("paid_out", "collecting", "disputed"):
        return LATE_STEP
    return NEAR_STEP if abs(job.plan.first_start_at - now) < NEAR else USUAL_STEP


@asynccontextmanager
async def world_of(lives: Sequence[Life], address: str, database_url: str, folder: Path) -> AsyncIterator[Living]:
    """A cooperative born on the day these lives begin."""
    born_at = instant(lives[0].begins_on, clock(8))
    async with world(address, database_url, folder, born_at=born_at, grace=timedelta(0), watched=False) as here:
        yield await opened(here, lives)


async def opened(world: World, lives: Sequence[Life]) -> Living:
    """Lives in a world that was born on their day; finance people and a second person of operations are there."""
    door = Door(world)
    olga = Person(person_id="olga", given_name="Olga", family_name="Maes", email="olga@all-inclusive.example")
    await People(world.site.database).save(olga, world.calendar.now(), demo=True)
    await Accounts(world.site.database).save(
        SignInAccount(person_id="olga", login="olga", roles=("ops",), demo=True)
    )
    return Living(world, [Alive(life) for life in lives], door)


__all__ = ["ENDED", "Alive", "Living", "opened"]
