"""How parked steps are answered on a real installation: first as drawn, then as somebody sensible would."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

import httpx2

from allin.lives import Life, choosing
from allin.lives.dice import Dice
from allin.lives.editing import by_hand, edited
from allin.lives.life import Deciding
from domain.questions import ANSWERS

PATHS = {"replay": "replay", "edited": "replay", "by_hand": "complete", "skip": "skip", "fail": "fail"}
LOOK_AGAIN = ("silent", "postpone", "postpone_partner")
"""Answers that leave a step parked: here they only make it wait for the next look."""
Heard = Callable[[str, httpx2.Response], None]
"""Keeps what a door answered: what was asked for, and the answer."""
SECONDS = ("iris", "fatima", "olga")


class Asking(Protocol):
    """Everybody's way in."""

    def ask(self, who: str, method: str, path: str, **request: Any) -> httpx2.Response:
        """One request by one person."""
        ...

    def told(self, who: str, path: str) -> Any:
        """What somebody is shown."""
        ...


class Answers:
    """What is decided in one life."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._looked: Counter[str] = Counter()
        self._drawn = 0
        self._refused = 0

    def decide(self, door: Asking, job_id: str, step: dict[str, Any], on: date, heard: Heard) -> str | None:
        """Answer a parked step on a business day; what was decided, None when it waits for the next look."""
        problem, dice = step["problem"] or {}, Dice(self._life.seed, self._life.n, step["step"])
        drawn = self._next(problem, self._looked[step["step"]], dice)
        self._looked[step["step"]] += 1
        if drawn.kind in LOOK_AGAIN:
            return None
        path = f"/api/jobs/{job_id}/steps/{step['step']}"
        reason = f"drawn {drawn.kind} on {on:%d %B}"  # the same words about the same try are the same decision
        body: dict[str, Any] = {"reason": reason, "expected_attempt": step["attempt"]}
        told = door.told("omar", path) if drawn.kind in ("edited", "by_hand") else {}
        if drawn.kind == "edited":
            body["request"] = edited(told, drawn.factor)
        if drawn.kind == "by_hand":
            proof = f"{path}/evidence?name=proof-{step['attempt']}.pdf"
            body["evidence"] = door.ask("omar", "POST", proof, content=b"%PDF-1.7").json().get("name", "")
            result = by_hand(told, dice.one(None, None, "40.00"), on)
            body |= {"result": result} if result is not None else {}
        body |= {} if drawn.kind in PATHS else {"answer": drawn.kind}
        named = problem.get("decided_by", "ops")
        for who in choosing.decider(named, self._life.member.slug, dice):
            answer = door.ask(who, "POST", f"{path}/{PATHS.get(drawn.kind, 'answer')}", json=body)
            if answer.is_success and "proposal_id" in answer.json():
                answer = self._by_second(door, answer.json()["proposal_id"], who)
            if answer.is_success:
                return drawn.kind
            heard(f"{drawn.kind} of {step['step']}", answer)
        return None

    def _next(self, problem: dict[str, Any], times: int, dice: Dice) -> Deciding:
        """The next drawn decision; a question gets one of its own answers."""
        course, kind = self._life.course.decisions, problem.get("type", "")
        asked = tuple(one for one in ANSWERS.get(kind, ()) if one != "postpone")
        if self._drawn < len(course) and not asked:
            self._drawn += 1
            return course[self._drawn - 1]
        told = (problem.get("params") or {}).get("accounts", "")
        return choosing.decision(kind, asked, told, times, dice)

    def _by_second(self, door: Asking, proposal_id: str, first: str) -> httpx2.Response:
        """A second person agrees, or says no as drawn: whoever may."""
        no = self._refused < self._life.course.second_says_no
        self._refused += no
        path = f"/api/ops/proposals/{proposal_id}/{'refuse' if no else 'confirm'}"
        for who in SECONDS:
            if who != first:
                answer = door.ask(who, "POST", path, json={"reason": "not like this" if no else "seen"})
                if answer.status_code != httpx2.codes.FORBIDDEN:
                    break
        return answer
