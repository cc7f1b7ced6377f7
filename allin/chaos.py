"""Chaos on purpose: drawn lives, kills and faults from a seed, on an installation of its own; then all is checked.

Loopback only, in a folder of its own: nothing here can reach an installation that matters.
"""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import httpx2

from allin.chaos_lives import Door, Gone, Living, chosen, welcome
from allin.chaos_money import bills
from allin.client.terminal import Stop
from allin.embedded.data_folder import DataFolder, Running
from domain.message import Message
from engine.calendar import DEMO_FIRST_DAY

KINDS = ("409", "422", "500", "503", "cut", "execute_then_fail", "delay", "duplicate_webhook", "late_webhook")
"""Everything partners may do wrong; `execute_then_fail` does the work and loses the answer."""
HOW_OFTEN = (1, 3)
READY_WITHIN = 120.0
PAUSE = 0.1
MORNING = DEMO_FIRST_DAY.time()
BY_HAND = "86400"
"""Seconds a day takes by itself: the days are turned one by one, also while somebody who is asked says nothing."""

Victim = Literal["everything", "temporal", "watch"]
"""`everything` is worker, API, clock and simulated partners: they share a process."""
Say = Callable[[str], None]


class Kill(Message):
    """A kill -9, this long after everything is up again from the last one."""

    after_seconds: float
    victim: Victim


class Plan(Message):
    """What will go wrong; the same seed gives the same plan."""

    seed: int
    jobs: int
    faults: tuple[dict[str, Any], ...]
    kills: tuple[Kill, ...]


def plan(
    seed: int, jobs: int, kills: int, partners: tuple[str, ...], faults: int | None = None, *, in_turn: bool = False
) -> Plan:
    """Draw from the seed: so many faults (two for each partner when it is not said), and the kills.

    `in_turn`: each victim comes in its turn instead of being drawn.
    """
    dice = random.Random(seed)  # noqa: S311  # dice that fall the same way again, not a secret
    struck = sorted(partners) * 2 if faults is None else [dice.choice(sorted(partners)) for _ in range(faults)]
    drawn_faults = [_fault(dice, partner) for partner in sorted(struck)]
    victims: tuple[Victim, ...] = ("everything", "temporal", "watch")
    drawn = [Kill(after_seconds=round(dice.uniform(4, 12), 1), victim=dice.choice(victims)) for _ in range(kills)]
    if in_turn:
        drawn = [one.model_copy(update={"victim": victims[n % len(victims)]}) for n, one in enumerate(drawn)]
    return Plan(seed=seed, jobs=jobs, faults=tuple(drawn_faults), kills=tuple(drawn))


def _fault(dice: random.Random, partner: str) -> dict[str, Any]:
    kind = dice.choice(KINDS)
    more: dict[str, Any] = {"retry_after": 1} if kind == "503" else {}
    more |= {"answer": dice.choice(("504", "cut"))} if kind == "execute_then_fail" else {}
    times, seed = dice.randint(*HOW_OFTEN), dice.randint(1, 10**6)
    return {
        "partner": partner,
        "fault": kind,
        "times": times,
        "seconds": 0.5,
        "probability": 0.7,
        "seed": seed,
    } | more


class Chaos:
    """One run."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        jobs: int,
        kills: int,
        say: Say,
        faults: int | None = None,
        *,
        in_turn: bool = False,
    ) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise Stop(f"{folder} is not empty: chaos makes an installation of its own")
        self.folder = DataFolder(folder)
        self.killed: Counter[Victim] = Counter()
        self.replayed: Counter[str] = Counter()
        self.lives = [Living(life) for life in chosen(seed, jobs)]
        self.late = False
        """Whether the time given was over before every life was."""
        self.effects: list[dict[str, Any]] = []
        self._wanted, self._faults, self._in_turn = (seed, jobs, kills), faults, in_turn
        self._say, self._port = say, _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._door = Door(f"http://127.0.0.1:{self._port}")

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def sandbox(self) -> str:
        """Where its partners are."""
        running = self._running()
        return f"http://127.0.0.1:{running.sandbox_port}" if running else ""

    def run(self, limit: float, while_open: Callable[["Chaos"], None] = lambda _: None) -> Plan:
        """Start, break and mend until every life is over or the time is; then `while_open` looks around."""
        until = time.monotonic() + limit
        try:
            self._start()
            drawn = plan(*self._wanted, partners=self._partners(), faults=self._faults, in_turn=self._in_turn)
            asyncio.run(welcome(self.folder.path, [one.life for one in self.lives], DEMO_FIRST_DAY))
            self._tell_people()
            self._break_partners(drawn)
            kills, last = list(drawn.kills), time.monotonic()
            while kills or not all(one.over for one in self.lives):
                if time.monotonic() > until:
                    self.late = True
                    break
                if due := bool(kills and time.monotonic() - last > kills[0].after_seconds):
                    self._kill(kills.pop(0).victim)
                self._mend()
                last = time.monotonic() if due else last
                self._live()
                time.sleep(PAUSE)
            self._mend()
            self.effects = self._ask_sandbox("GET", "/admin/effects")["effects"]
            while_open(self)
        finally:
            self._stop()
        return drawn

    # -- the installation --------------------------------------------------------------------------------------

    def _start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "allin",
            "up",
            "--demo",
            "--day",
            BY_HAND,
            "--port",
            str(self._port),
        ]
        self.folder.path.mkdir(parents=True, exist_ok=True)
        with (self.folder.path / "up.log").open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603  # this very program
                [*command, "--data", str(self.folder.path)], stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )
        until = time.monotonic() + READY_WITHIN
        while self._running() is None:
            if self._process.poll() is not None or time.monotonic() > until:
                raise Stop(f"the installation did not start; see {self.folder.path / 'up.log'}")
            time.sleep(0.1)

    def _running(self) -> Running | None:
        found = self.folder.running()
        return found if found and self._process and found.pid == self._process.pid else None

    def _kill(self, victim: Victim) -> None:
        if self._process is None or (running := self._running()) is None:
            return
        self._say(f"kill -9 {victim}")
        self.killed[victim] += 1
        if victim == "watch":
            if (watch := _child(running.pid, "watch")) is not None:
                os.kill(watch, signal.SIGKILL)
            return
        os.kill(running.pid if victim == "everything" else running.temporal_pid, signal.SIGKILL)
        self._process.wait(30)

    def _mend(self) -> None:
        """Whatever ended is started again, as a supervisor would."""
        if self._process is not None and self._process.poll() is not None:
            self._start()

    def _stop(self) -> None:
        self._door.close()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    # -- the partners ------------------------------------------------------------------------------------------

    def _ask_sandbox(self, method: str, path: str, body: object | None = None) -> Any:
        if not self.sandbox:
            raise Stop("the installation is not running")
        answer = httpx2.request(method, f"{self.sandbox}{path}", json=body, trust_env=False, timeout=20)
        return answer.raise_for_status().json()

    def _partners(self) -> tuple[str, ...]:
        told = self._ask_sandbox("GET", "/admin/operations")["operations"]
        return tuple({one["partner"] for one in told})

    def _break_partners(self, drawn: Plan) -> None:
        for fault in drawn.faults:
            self._ask_sandbox("POST", "/admin/faults", fault)
        self._say(f"seed {drawn.seed}: {len(drawn.faults)} faults at partners, {len(drawn.kills)} kills")

    # -- the people --------------------------------------------------------------------------------------------

    def _tell_people(self) -> None:
        for one in self.lives:
            for manner in one.behaving():
                self._ask_sandbox("POST", "/admin/people", manner)
            one.planned(self._ask_sandbox)

    def own_words(self) -> list[str]:
        """Names, streets and cities that the simulated people entered: they stand on papers as they are."""
        courses = [one.life.course for one in self.lives]
        emails = sorted({one.email for course in courses for one in course.people} | {*self._members()})
        told = [self._ask_sandbox("GET", f"/admin/people/{email}")["identity"] for email in emails]
        return [one[name] for one in told for name in ("given_name", "family_name", "street", "city")]

    def _members(self) -> list[str]:
        return [one.life.member.email for one in self.lives]

    def _bear(self, one: Living) -> None:
        """The job is declared; partners misbehave towards it as its life says, unless the run is calm."""
        new = one.job_id is None
        one.declare(self._door)
        if new and one.job_id is not None and self._faults != 0:
            for fault in one.life.course.faults:
                self._told_sandbox("POST", "/admin/faults", fault.model_dump(mode="json") | {"about": one.job_id})

    def _pay(self) -> None:
        """Money comes in as it was drawn, once a day."""
        paying = [one for one in self.lives if one.job_id and one.has_money_drawn and not one.over]
        issued = asyncio.run(bills(self.folder.path, [str(one.job_id) for one in paying])) if paying else []
        for one in paying:
            one.pay(issued, self._told_sandbox)

    def _told_sandbox(self, method: str, path: str, body: object = None) -> Any:
        """The same as asking; Gone when the partners are away with whoever was killed."""
        try:
            return self._ask_sandbox(method, path, body)
        except (httpx2.TransportError, Stop) as error:
            raise Gone(str(error)) from error

    def _live(self) -> None:
        """Everybody declares, acts and decides; whoever meets a closed door comes back in a moment."""
        try:
            for one in self.lives:
                self._bear(one)
                one.act(self._door)
                for manner in one.behaving():
                    self._told_sandbox("POST", "/admin/people", manner)
                one.settle(self._door)
            self._decide()
            self._pay()
            turned = self._door.ask("omar", "POST", "/api/demo/clock", json={"do": "next_day"})
        except (Gone, ValueError):
            return  # nobody is there just now; asked again in a moment
        if turned.is_success:
            today = datetime.combine(date.fromisoformat(turned.json()["today"]), MORNING, UTC)
            for one in self.lives:
                one.now = today

    def _decide(self) -> None:
        """What is parked is answered as its life says."""
        mine = {one.job_id: one for one in self.lives if one.job_id}
        for step in self._door.told("omar", "/api/ops/parked?limit=100")["steps"]:
            if step["job_id"] in mine and (kind := mine[step["job_id"]].decide(self._door, step)):
                self.replayed[kind] += 1


def _child(pid: int, word: str) -> int | None:
    """The child of a process whose command line holds a word."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            if word in Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0"):
                return int(child)
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
