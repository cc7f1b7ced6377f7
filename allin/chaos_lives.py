"""Drawn lives on a real installation: each with its own people, through the HTTP API, as its course says."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from allin.chaos_deciding import Answers
from allin.chaos_desk import Desk
from allin.chaos_money import Bill, due, transfers
from allin.embedded.demo_data import ADVISER
from allin.installation import opened
from allin.lives import Life, draw
from allin.lives.eras import USUAL
from allin.lives.life import Moment
from allin.lives.possible import declarable
from allin.lives.replies import holder_of
from domain.people import Person
from engine.calendar import DEMO_FIRST_DAY
from engine.settings import load_settings
from storage.people.members import Member, Members
from storage.people.people import People
from storage.security.accounts import Accounts, SignInAccount

ENDED = frozenset({"closed", "written_off", "withdrawn", "refused"})
PATIENCE = httpx2.Timeout(60, connect=3)
RECALLED_AFTER = timedelta(days=3)
Partners = Callable[[str, str, object], Any]
"""Method, path and body of one request to the simulated partners."""


def chosen(seed: int, jobs: int) -> list[Life]:
    """The first lives of a seed that begin on the demonstration's first day, and that the bare quote allows;
    the same seed, the same lives."""
    found: list[Life] = []
    n = 0
    while len(found) < jobs:
        life = draw(seed, n)
        found += [life] if life.begins_on == USUAL and declarable(life) else []
        n += 1
    return found


async def welcome(data: Path, lives: Sequence[Life], at: datetime) -> None:
    """An account of their own for the member of each life, and a second person of operations."""
    async with opened(load_settings(data=data)) as here:
        for life in lives:
            who = life.member
            await People(here.database).save(
                Person(
                    person_id=who.slug,
                    given_name=who.given_name,
                    family_name=who.family_name,
                    email=who.email,
                    language=who.language,
                ),
                at,
                demo=True,
            )
            await Members(here.database).save(
                Member(
                    person_id=who.slug,
                    autonomy=who.autonomy,
                    adviser_id=ADVISER,
                    entity=who.entity,
                    profile=who.profile,
                    since_on=USUAL,
                )
            )
            account = SignInAccount(person_id=who.slug, login=who.slug, roles=("member",), demo=True)
            await Accounts(here.database).save(account)
        olga = Person(person_id="olga", given_name="Olga", family_name="Maes", email="olga@all-inclusive.example")
        await People(here.database).save(olga, at, demo=True)
        await Accounts(here.database).save(SignInAccount(person_id="olga", login="olga", roles=("ops",), demo=True))


class Gone(Exception):
    """Nobody answers just now: something was killed and is coming back."""


class Door:
    """Everybody's way in over the network; each signs in once."""

    def __init__(self, address: str) -> None:
        self._http = httpx2.Client(base_url=address, timeout=PATIENCE, trust_env=False)
        self._tokens: dict[str, str] = {}

    def ask(self, who: str, method: str, path: str, **request: Any) -> httpx2.Response:
        """One request by one person; Gone when nobody is there."""
        try:
            if who not in self._tokens:
                login = self._http.post("/api/session", json={"person": who}).raise_for_status()
                self._tokens[who] = login.json()["token"]
            headers = {"authorization": f"Bearer {self._tokens[who]}", **request.pop("headers", {})}
            return self._http.request(method, path, headers=headers, **request)
        except (httpx2.TransportError, httpx2.HTTPStatusError) as error:
            raise Gone(str(error)) from error

    def told(self, who: str, path: str) -> Any:
        """What somebody is shown; Gone when nobody can answer just now."""
        answer = self.ask(who, "GET", path)
        if not answer.is_success:
            raise Gone(f"{path}: {answer.status_code}")
        return answer.json()

    def close(self) -> None:
        """Everybody leaves."""
        self._http.close()


class Living:
    """One life under way."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.job_id: str | None = None
        self.state = ""
        self.refused: list[str] = []
        """Rules by which the quote said no."""
        self.complaints: list[str] = []
        """What no door should ever answer."""
        self.declaration: dict[str, Any] = dict(life.declaration)
        self.now = DEMO_FIRST_DAY
        """Business time, as the clock last said."""
        self._paid: set[str] = set()
        self._recalls: dict[str, date] = {}
        self._seen: dict[str, datetime] = {}
        self._done: set[str] = set()
        self._answers = Answers(life)
        self._desk = Desk(life)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return bool(self.refused) or self.state in ENDED or bool(self.job_id is None and self.complaints)

    def declare(self, door: Door) -> None:
        """Under its own key: asked again after a crash, it is the same job."""
        if self.job_id is not None or self.over:
            return
        headers = {"idempotency-key": f"life-{self.life.name}"}
        answer = door.ask(self.life.member.slug, "POST", "/api/jobs", json=self.life.declaration, headers=headers)
        if answer.is_success:
            self.job_id = answer.json()["job_id"]
            self._seen["declared"] = self.now
        elif answer.json().get("type", "").endswith("/quote-refuses"):
            quote = answer.json()["quote"]
            refusals = [one["rule"] for one in quote["refusals"]]
            self.refused = refusals + [f"missing {one['field']}" for one in quote["missing"]]
        else:
            self._heard("declare", answer)

    def act(self, door: Door) -> None:
        """Everything whose moment has come."""
        if self.job_id is None or self.over:
            return
        job = door.told("omar", f"/api/jobs/{self.job_id}")
        self.state = job["state"]
        for landmark in (self.state, *(("parked",) if job["parked"] else ())):
            self._seen.setdefault(landmark, self.now)
        for approval in job["approvals"]:
            self._approve(door, approval)
        self._member(door)

    def _approve(self, door: Door, approval: dict[str, Any]) -> None:
        granted, name = self.life.course.approving.granted, f"approval {approval['rule']}"
        if approval.get("granted") is None and granted is not None and name not in self._done:
            self._done.add(name)
            body = {"granted": granted, "reason": "looked at it"}
            path = f"/api/jobs/{self.job_id}/approvals/{approval['rule']}"
            self._heard(name, door.ask(ADVISER, "POST", path, json=body))

    def _member(self, door: Door) -> None:
        course, who, path = self.life.course, self.life.member.slug, f"/api/jobs/{self.job_id}"
        for n, move in enumerate(course.moves):
            if self._is_due(f"move {n}", move.at):
                wanted = {**self.declaration, **move.changes}
                wanted = {name: value for name, value in wanted.items() if value is not None}
                answer = door.ask(who, "POST", f"{path}/move", json={"declaration": wanted, "reason": "drawn move"})
                self.declaration = wanted if answer.is_success else self.declaration
                self._heard(f"move {n}", answer)
        if course.report is not None and self._is_due("report", course.report.at):
            body = {"outcome": course.report.outcome, "note": "drawn"}
            self._heard("report", door.ask(ADVISER, "POST", f"{path}/report", json=body))
        if course.withdraw is not None and self._is_due("withdraw", course.withdraw.at):
            self._heard("withdraw", door.ask(who, "POST", f"{path}/withdraw", json={"reason": "drawn"}))

    def _is_due(self, what: str, moment: Moment) -> bool:
        if what in self._done or moment.landmark not in self._seen:
            return False
        if self.now < self._seen[moment.landmark] + timedelta(hours=moment.hours):
            return False
        self._done.add(what)
        return True

    def decide(self, door: Door, step: dict[str, Any]) -> str | None:
        """Answer a parked step as drawn, afterwards as somebody sensible would; what was decided."""
        return self._answers.decide(door, str(self.job_id), step, self.now.date(), self._heard)

    def settle(self, door: Door) -> None:
        """What lies on the desk of finance people about this job, also when it has ended."""
        if self.job_id is not None:
            self._desk.settle(door, self.job_id, self.now.date(), self._heard)

    @property
    def has_money_drawn(self) -> bool:
        """Whether its course says how the client's money comes in; else the client pays by itself."""
        return bool(self.life.course.payments)

    def pay(self, issued: Sequence[Bill], bank: Partners) -> None:
        """The client pays what is due today, as drawn."""
        mine = [bill for bill in issued if bill.job_id == self.job_id]
        for id, on in list(self._recalls.items()):
            if on <= self.now.date():
                bank("POST", "/admin/bank/recalls", {"id": id})
                del self._recalls[id]
        for bill, how in due(self.life.course.payments, mine, self._paid, self.now.date()):
            for credit in transfers(bill, how):
                made = bank("POST", "/admin/bank/credits", credit)
                if how.how == "recalled":
                    self._recalls[made["id"]] = self.now.date() + RECALLED_AFTER
            self._paid.add(bill.number)

    def planned(self, sandbox: Partners) -> None:
        """What social security, the insurer and closed accounts make of this life, told before it begins."""
        for told in self.life.course.dimona:
            ssin = _known(sandbox, told.email)["national_number"]
            plan = {"result": told.result, "times": told.times, "ssin": ssin}
            sandbox("POST", "/admin/dimona/results", plan)
        for holding in self.life.course.holders:
            sandbox("POST", "/admin/bank/holders", holder_of(holding, _known(sandbox, holding.email)))
        for claiming in self.life.course.claims:
            sandbox("POST", "/admin/insurer/claims", claiming.model_dump())
        for one in self.life.course.returns:
            plan = {"iban": _known(sandbox, one.email)["iban"], "times": one.times, "first": one.first}
            sandbox("POST", "/admin/bank/returns", plan)

    def behaving(self) -> Iterator[dict[str, Any]]:
        """How its people behave from now on."""
        course = self.life.course
        minds = [one.manner for n, one in enumerate(course.changes_of_mind) if self._is_due(f"mind {n}", one.at)]
        for manner in (*(() if "people" in self._done else course.people), *minds):
            own_money = {"pays_after_days": None} if manner.role == "client" and self.has_money_drawn else {}
            yield manner.model_dump(mode="json") | own_money
        self._done.add("people")

    def _heard(self, what: str, answer: httpx2.Response) -> None:
        """A no in words is an answer; our own failure is a finding, unless somebody was just killed."""
        if answer.status_code >= 500 and answer.status_code != 503:
            self.complaints.append(f"{what}: {answer.status_code} {answer.text[:300]}")


def _known(sandbox: Partners, email: str) -> dict[str, Any]:
    """Who somebody is to the simulated partners."""
    told: dict[str, Any] = sandbox("GET", f"/admin/people/{email}", None)["identity"]
    return told
