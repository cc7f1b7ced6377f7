"""Chaos on purpose: kills and faults drawn from a seed, on an installation of its own; then all is checked.

Loopback only, in a folder of its own: nothing here can reach an installation that matters.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx2

from allin.commands.quote import EXAMPLES, read
from allin.data_folder import DataFolder, Running
from allin.remote import Remote
from allin.terminal import Stop
from domain.message import Message

KINDS = ("409", "422", "500", "503", "cut", "execute_then_fail", "delay", "duplicate_webhook", "late_webhook")
"""Everything partners may do wrong; `execute_then_fail` does the work and loses the answer."""
HOW_OFTEN = (1, 3)
FIRST_DAY, PAYS_WITHIN_DAYS = date(2026, 2, 16), 8
DECIDERS = {"ops": "omar", "advisor": "iris", "finance": "fatima", "member": "ann"}
ENDED = frozenset({"closed", "written_off", "withdrawn", "refused"})
READY_WITHIN = 120.0
PAUSE = 0.5

Victim = Literal["everything", "temporal"]
Say = Callable[[str], None]


class Kill(Message):
    """A kill -9, this long after the last one."""

    after_seconds: float
    victim: Victim


class Plan(Message):
    """What will go wrong; the same seed gives the same plan."""

    seed: int
    jobs: int
    faults: tuple[dict[str, Any], ...]
    kills: tuple[Kill, ...]


def plan(seed: int, jobs: int, kills: int, partners: tuple[str, ...]) -> Plan:
    """Draw from the seed: about two faults per partner, and the kills."""
    dice = random.Random(seed)  # noqa: S311  # dice that fall the same way again, not a secret
    faults = [_fault(dice, partner) for partner in sorted(partners) for _ in range(2)]
    victims: tuple[Victim, ...] = ("everything", "temporal")
    drawn = [Kill(after_seconds=round(dice.uniform(4, 12), 1), victim=dice.choice(victims)) for _ in range(kills)]
    return Plan(seed=seed, jobs=jobs, faults=tuple(faults), kills=tuple(drawn))


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

    def __init__(self, folder: Path, seed: int, jobs: int, kills: int, seconds_a_day: float, say: Say) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise Stop(f"{folder} is not empty: chaos makes an installation of its own")
        self.folder = DataFolder(folder)
        self.killed: Counter[Victim] = Counter()
        self.replayed: Counter[str] = Counter()
        self.job_ids: dict[str, str] = {}
        self.effects: list[dict[str, Any]] = []
        self._wanted = (seed, jobs, kills)
        self._day, self._say, self._port = seconds_a_day, say, _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._remotes: dict[str, Remote] = {}

    def run(self, limit: float) -> Plan:
        """Start, break and mend until every job has ended; Stop when that takes too long."""
        until = time.monotonic() + limit
        try:
            self._start()
            drawn = plan(*self._wanted, partners=self._partners())
            self._break_partners(drawn)
            kills, last = list(drawn.kills), time.monotonic()
            while kills or len(self.job_ids) < drawn.jobs or not self._all_ended():
                if time.monotonic() > until:
                    raise Stop(f"seed {drawn.seed}: not every job ended within {limit:.0f} s: {self._states()}")
                if kills and time.monotonic() - last > kills[0].after_seconds:
                    self._kill(kills.pop(0).victim)
                    last = time.monotonic()
                self._mend()
                self._declare(drawn.jobs)
                self._decide()
                time.sleep(PAUSE)
            self.effects = self._ask_sandbox("GET", "/admin/effects")["effects"]
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
            str(self._day),
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
        os.kill(running.pid if victim == "everything" else running.temporal_pid, signal.SIGKILL)
        self._process.wait(30)

    def _mend(self) -> None:
        """Whatever ended is started again, as a supervisor would."""
        if self._process is not None and self._process.poll() is not None:
            self._start()

    def _stop(self) -> None:
        for remote in self._remotes.values():
            remote.__exit__()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    # -- the partners ------------------------------------------------------------------------------------------

    def _ask_sandbox(self, method: str, path: str, body: object | None = None) -> Any:
        running = self._running()
        if running is None:
            raise Stop("the installation is not running")
        address = f"http://127.0.0.1:{running.sandbox_port}{path}"
        answer = httpx2.request(method, address, json=body, trust_env=False, timeout=20)
        return answer.raise_for_status().json()

    def _partners(self) -> tuple[str, ...]:
        told = self._ask_sandbox("GET", "/admin/operations")["operations"]
        return tuple({one["partner"] for one in told})

    def _break_partners(self, drawn: Plan) -> None:
        for fault in drawn.faults:
            self._ask_sandbox("POST", "/admin/faults", fault)
        self._say(f"seed {drawn.seed}: {len(drawn.faults)} faults at partners, {len(drawn.kills)} kills")

    # -- the people --------------------------------------------------------------------------------------------

    def _as(self, person: str) -> Remote:
        if person not in self._remotes:
            address = f"http://127.0.0.1:{self._port}"
            self._remotes[person] = Remote(address, self.folder, "en", acting_as=person)
        return self._remotes[person]

    def _declare(self, jobs: int) -> None:
        """Each job under its own key: asked again after a crash, it is the same job."""
        body = read(EXAMPLES / "concert.yaml").model_dump(mode="json", exclude_unset=True)
        for n in range(jobs):
            key = f"chaos-{self._wanted[0]}-{n}"
            if key in self.job_ids:
                continue
            body["days"][0]["date"] = (FIRST_DAY + timedelta(days=n)).isoformat()
            body["client"]["payment_days"] = PAYS_WITHIN_DAYS
            try:
                answer = self._as("ann").post("/api/jobs", body, headers={"idempotency-key": key})
            except Stop:
                return  # nobody is there just now; asked again in a moment
            self.job_ids[key] = answer["job_id"]

    def _decide(self) -> None:
        """What is parked is tried again by whoever decides about it."""
        try:
            parked = self._as("omar").get("/api/ops/parked")["steps"]
        except Stop:
            return
        for step in parked:
            self._replay(step)

    def _replay(self, step: dict[str, Any]) -> None:
        name = f"{step['job_id']} {step['step']}"
        decider = DECIDERS[(step["problem"] or {}).get("decided_by", "ops")]
        body = {"reason": "tried again after chaos", "expected_attempt": step["attempt"]}
        for person in dict.fromkeys((decider, "omar")):
            try:
                self._as(person).post(f"/api/jobs/{step['job_id']}/steps/{step['step']}/replay", body)
            except Stop:
                continue  # not theirs to decide, or nobody is there just now
            self.replayed[name] += 1
            return

    def _states(self) -> Counter[str]:
        try:
            told = self._as("omar").get("/api/jobs", limit=100)
        except Stop:
            return Counter({"unknown": len(self.job_ids)})
        return Counter(job["state"] for job in told["jobs"])

    def _all_ended(self) -> bool:
        states = self._states()
        return set(states) <= ENDED and sum(states.values()) >= len(self.job_ids)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
