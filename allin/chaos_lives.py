"""Drawn lives on a real installation: each with its own people, through the HTTP API, as its course says."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from allin.chaos_money import Bill, due, transfers
from allin.embedded.demo_data import ADVISER
from allin.installation import opened
from allin.lives import Life, draw
from allin.lives.editing import by_hand, edited
from allin.lives.eras import USUAL
from allin.lives.life import Moment
from domain.people import Person
from domain.questions import ANSWERS
from engine.calendar import DEMO_FIRST_DAY
from engine.settings import load_settings
from storage.people.members import Member, Members
from storage.people.people import People
from storage.security.accounts import Accounts, SignInAccount

ENDED = frozenset({"closed", "written_off", "withdrawn", "refused"})
PATIENCE = httpx2.Timeout(60, connect=3)
SENSIBLE = ("replay", "replay", "by_hand", "skip", "fail")
"""What is tried once the drawn decisions are used up, one after the other each time a step parks again."""
PATHS = {"replay": "replay", "edited": "replay", "by_hand": "complete", "skip": "skip", "fail": "fail"}
LOOK_AGAIN = ("silent", "postpone", "postpone_partner")
"""Drawn answers that leave a step parked: here they only make it wait for the next look."""
DECIDERS = {"ops": "omar", "advisor": "iris", "finance": "fatima", "member": "iris"}
SECONDS = ("iris", "fatima", "olga")
Partners = Callable[[str, str, object], object]
"""Method, path and body of one request to the simulated partners."""


def chosen(seed: int, jobs: int) -> list[Life]:
    """The first lives of a seed that begin on the demonstration's first day; the same seed, the same lives."""
    found: list[Life] = []
    n = 0
    while len(found) < jobs:
        life = draw(seed, n)
        found += [life] if life.begins_on == USUAL else []
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
        self._seen: dict[str, datetime] = {}
        self._done: set[str] = set()
        self._parked: Counter[tuple[str, int]] = Counter()
        self._decided = 0

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
        key = (step["step"], step["attempt"])
        self._parked[key] += 1
        problem = step["problem"] or {}
        kind, factor = self._next(problem.get("type", ""))
        if kind in LOOK_AGAIN and self._parked[key] < len(SENSIBLE):
            return None
        path = f"/api/jobs/{self.job_id}/steps/{step['step']}"
        reason = f"drawn {kind} on {self.now:%d %B}"  # the same words about the same try are the same decision
        body: dict[str, Any] = {"reason": reason, "expected_attempt": step["attempt"]}
        told = door.told("omar", path) if kind in ("edited", "by_hand") else {}
        if kind == "edited":
            body["request"] = edited(told, factor)
        if kind == "by_hand":
            proof = f"{path}/evidence?name=proof-{step['attempt']}.pdf"
            body["evidence"] = door.ask("omar", "POST", proof, content=b"%PDF-1.7").json().get("name", "")
            body |= {"result": result} if (result := by_hand(told)) is not None else {}
        body |= {} if kind in PATHS else {"answer": kind}
        for who in dict.fromkeys((DECIDERS[problem.get("decided_by", "ops")], "omar")):
            answer = door.ask(who, "POST", f"{path}/{PATHS.get(kind, 'answer')}", json=body)
            if answer.is_success and "proposal_id" in answer.json():
                answer = _confirmed(door, answer.json()["proposal_id"])
            if answer.is_success:
                return kind
            self._heard(f"{kind} of {step['step']}", answer)
        return None

    def _next(self, problem: str) -> tuple[str, float]:
        """What is decided, and with an edited request by how much."""
        drawn, times = self.life.course.decisions, sum(self._parked.values())
        asked = [one for one in ANSWERS.get(problem, ()) if one != "postpone"]
        if asked:
            return asked[times % len(asked)], 1
        if self._decided < len(drawn):
            self._decided += 1
            return drawn[self._decided - 1].kind, drawn[self._decided - 1].factor
        possible = ("edited", *SENSIBLE) if problem == "AccountsNotSettled" else SENSIBLE
        return possible[times % len(possible)], 1

    @property
    def has_money_drawn(self) -> bool:
        """Whether its course says how the client's money comes in; else the client pays by itself."""
        return bool(self.life.course.payments)

    def pay(self, issued: Sequence[Bill], bank: Partners) -> None:
        """The client pays what is due today, as drawn."""
        mine = [bill for bill in issued if bill.job_id == self.job_id]
        for bill, how in due(self.life.course.payments, mine, self._paid, self.now.date()):
            for credit in transfers(bill, how):
                bank("POST", "/admin/bank/credits", credit)
            self._paid.add(bill.number)

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


def _confirmed(door: Door, proposal_id: str) -> httpx2.Response:
    for who in SECONDS:
        answer = door.ask(who, "POST", f"/api/ops/proposals/{proposal_id}/confirm", json={"reason": "seen"})
        if answer.status_code != 403:
            break
    return answer
