"""Every verb and every decision in every state of a step, in any order: whatever the course, it comes to rest.

`ALLIN_STEP_LIVES=2000 pytest tests/process/test_step_machine.py` plays that many courses, drawn anew each time.
"""

import os
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.job import Decision, JobFile, Remembered, StepState
from tests.process.play import STEPS, Change, Got, Order, Play, PlayInput, Proposed, Wish
from tests.process.stage import Errand, Stage

LIVES = int(os.environ.get("ALLIN_STEP_LIVES", "0"))
AS_FOUND = "ALLIN_STEP_AS_FOUND" in os.environ
"""A course that fails is told as it was drawn: making it short takes minutes."""
TAKES = {"booking.hold", "asking.ask", "contract.offer"}
BINDS = {"booking.pay", "booking.buy", "contract.sign", "contract.declare", "invoice.issue", "invoice.send"}
GIVES_BACK = {"booking.give_back", "asking.drop", "contract.withdraw"}
CORRECTS = {"contract.terminate", "invoice.credit"}
ANSWERS = {"asking.accept", "contract.signs"}
KINDS = ("replay", "edited", "by_hand", "skip", "fail", "postpone", "until_partner")
HOW = st.sampled_from(("ok", "ok", "ok", "refused", "lost", "down", "ours", "paused", "not yet"))
COLOURS = st.sampled_from(("red", "blue", "green"))
SERVICES = st.sampled_from(tuple(STEPS))
ENDED = {"done", "held", "missed", "skipped", "failed", "undone", "superseded"}


class Partners:
    """Everybody outside: what each order took, whatever was answered."""

    def __init__(self) -> None:
        self.taken: dict[str, list[str]] = defaultdict(list)
        """What is there now, by service: the keys of orders that took and were not given back."""
        self.done: Counter[str] = Counter()
        self.given_back: set[str] = set()
        self.signed: set[str] = set()
        """Contracts that bind: nothing takes them back but an agreement of both."""
        self.wrong: list[str] = []

    def refuses(self, kind: str, order: Order) -> str | None:
        """What no partner does, whoever asks for it."""
        if (kind == "contract.withdraw" and order.key in self.signed) or (
            kind == "contract.offer" and order.replaces in self.signed and order.key not in self.taken["contract"]
        ):
            return "AlreadySigned"
        return None

    def act(self, kind: str, key: str) -> None:
        """An effect happens; sent again, an order is the same order."""
        service = kind.split(".")[0]
        if kind in TAKES and key not in self.taken[service]:
            if key in self.given_back:
                self.wrong.append(f"{kind} {key}: taken again after it was given back")
            self.taken[service].append(key)
        if kind in BINDS:
            if key in self.given_back:
                self.wrong.append(f"{kind} {key}: bound after it was given back")
            self.done[f"{kind} {key}"] = 1
        if kind == "contract.sign":
            self.signed.add(key)
        if kind == "contract.terminate":
            self.signed.discard(key)
        if kind in GIVES_BACK:
            self.given_back.add(key)
            self.taken[service] = [each for each in self.taken[service] if each != key]
        if kind in CORRECTS:
            self.done[f"{kind} {key}"] = 1


class Machine(RuleBasedStateMachine):
    """One process, and everybody who may act on it."""

    @initialize(
        services=st.lists(SERVICES, unique=True, min_size=1),
        until=st.sampled_from((None, 2, 20)),
        longest=st.sampled_from((0, 12, 40)),
    )
    def begin(self, services: list[str], until: int | None, longest: int) -> None:
        """Some services are wanted."""
        self.partners = Partners()
        self.news: list[tuple[str, str | None, dict[str, str]]] = []
        self.decided: list[str] = []
        self.left_by_hand: set[str] = set()
        """Whose giving back a person ended: they saw to it."""
        self.by_hand: set[str] = set()
        """Verb and order key of what a person did while the rest goes on."""
        self.colours: dict[str, set[str]] = {}
        """What was wanted last, and what it was edited to since."""
        self.n = 0
        self.stage = Stage(Play, PlayInput(job_id="J", longest_history=longest))
        for service in services:
            self.wish(service, "red", until)
        self.notes()

    # -- people --------------------------------------------------------------------------------------------------

    @rule(service=SERVICES, colour=COLOURS, until=st.sampled_from((None, 2, 20)))
    def wish(self, service: str, colour: str, until: int | None) -> None:
        """Wanted, or wanted otherwise."""
        if self.say("change", self.changed(service, colour, until)):
            self.colours[service] = {colour}

    @rule(service=SERVICES)
    def not_wanted(self, service: str) -> None:
        """Not wanted any more."""
        self.say("change", Change(service=service, wish=None))

    @rule(service=st.sampled_from(("booking", "asking")), colour=COLOURS, in_one_stroke=st.booleans())
    def propose(self, service: str, colour: str, in_one_stroke: bool) -> None:
        """Perhaps wanted otherwise; somebody is asked."""
        change = self.changed(service, colour, 20)
        if self.say("propose", Proposed(change=change, in_one_stroke=in_one_stroke)):
            self.colours.setdefault(service, set()).add(colour)

    @rule(yes=st.booleans())
    def answer_move(self, yes: bool) -> None:
        """Who is asked about a move answers."""
        self.say("answer_move", yes)

    @rule(what=st.sampled_from(("go", "extend", "answered", "an hour", "stop")), service=SERVICES)
    def something_small(self, what: str, service: str) -> None:
        """Told to buy, to prolong, to look; an hour passes; once it has lived a while: withdrawn."""
        if what == "answered":
            self.stage.signal("answered", service)
            self.notes()
        elif what == "an hour":
            self.stage.now = min([self.stage.now + timedelta(hours=1), *self.stage.timers.values()])
        elif what != "stop" or self.stage.tasks > 25:
            self.say(what)

    @precondition(lambda self: self.parked())
    @rule(data=st.data(), kind=st.sampled_from(KINDS), colour=COLOURS, moved=st.booleans())
    def decide(self, data: st.DataObject, kind: str, colour: str, moved: bool) -> None:
        """Somebody decides about a parked step; perhaps the job is moved in the same breath."""
        state = self.one_parked(data)
        told = self.decision(state, kind, colour)
        if not moved:
            self.decides(state, told)
            return
        before = state.model_copy()
        first, second = (
            self.stage.said("decide", told),
            self.stage.said("change", self.changed(state.service, "white", 9)),
        )
        self.stage.play(first, second)
        self.count(before, told, self.stage.taken[first.do_update.protocol_instance_id])
        if self.stage.taken[second.do_update.protocol_instance_id] is None:
            self.colours[state.service] = {"white", *self.edited(told)}
        self.notes()

    @precondition(lambda self: self.parked())
    @rule(data=st.data())
    def decide_while_withdrawn(self, data: st.DataObject) -> None:
        """Somebody decides, and the job is withdrawn in the same breath."""
        state = self.one_parked(data)
        told = self.decision(state, "replay", "red")
        first, before = self.stage.said("decide", told), state.model_copy()
        self.stage.play(first, self.stage.said("stop"))
        self.count(before, told, self.stage.taken[first.do_update.protocol_instance_id])
        self.notes()

    @rule(service=SERVICES, edited=st.booleans())
    def redo(self, service: str, edited: bool) -> None:
        """What is done is to be done anew."""
        state = self.states().get(service)
        if state is not None:
            told = self.decision(state, "edited" if edited else "replay", "green")
            if self.say("redo", told):
                self.colours.setdefault(service, set()).update(self.edited(told))

    # -- partners and the clock ----------------------------------------------------------------------------------

    @precondition(lambda self: self.errands())
    @rule(data=st.data(), how=HOW)
    def answers(self, data: st.DataObject, how: str) -> None:
        """An activity ends, one way or another."""
        self.end(self.one_errand(data), how)

    @precondition(lambda self: self.stage.timers)
    @rule()
    def time_passes(self) -> None:
        """Until the next thing that is waited for."""
        self.ring()

    @precondition(lambda self: self.errands())
    @rule(data=st.data(), how=HOW)
    def another_answers(self, data: st.DataObject, how: str) -> None:
        """As above: partners act more often than people."""
        self.end(self.one_errand(data), how)

    @precondition(lambda self: self.parked())
    @rule(data=st.data(), kind=st.sampled_from(KINDS), colour=COLOURS)
    def another_decides(self, data: st.DataObject, kind: str, colour: str) -> None:
        """As above, and nothing else in the same breath."""
        state = self.one_parked(data)
        self.decides(state, self.decision(state, kind, colour))

    # -- how it is done ------------------------------------------------------------------------------------------

    def changed(self, service: str, colour: str, until: int | None) -> Change:
        """A wish, with its last moment in so many days."""
        now = self.stage.now
        wish = Wish(colour=colour, answer_by=now + timedelta(days=5), remind_at=(now + timedelta(days=1),))
        return Change(service=service, wish=wish, until=None if until is None else now + timedelta(days=until))

    def one_parked(self, data: st.DataObject) -> StepState:
        """Whoever waits for a person."""
        parked = {each.step: each for each in self.parked()}
        return parked[data.draw(st.sampled_from(sorted(parked)), label="parked")]

    def one_errand(self, data: st.DataObject) -> Errand:
        """Something that is tried."""
        errands = {f"{each.kind} #{each.seq}": each for each in self.errands()}
        return errands[data.draw(st.sampled_from(list(errands)), label="errand")]

    def say(self, name: str, *arguments: Any) -> bool:
        """An update; whether it was accepted."""
        if self.stage.ended:
            return False
        why = self.stage.say(name, *arguments)
        self.notes()
        return why is None

    def decision(self, state: StepState, kind: str, colour: str) -> Decision:
        """A decision on a step as it stands."""
        self.n += 1
        more: dict[str, Any] = {}
        if kind == "edited":
            kind, more = "replay", {"request": state.request | {"colour": colour}}
        elif kind == "by_hand":
            more = {"evidence": "letter.pdf", "result": None if state.undoing else {"thing": "by hand"}}
        elif kind == "postpone":
            more = {"until_at": self.stage.now + timedelta(days=3)}
        elif kind == "until_partner":
            kind, more = "postpone", {"until_partner": "them", "until_at": self.stage.now + timedelta(days=9)}
        base = {"operation_id": f"op-{self.n}", "step": state.step, "kind": kind, "expected_attempt": state.attempt}
        return Decision.model_validate(base | {"by": "olga", "role": "ops", "reason": "because"} | more)

    def edited(self, told: Decision) -> set[str]:
        """The colour a decision asks for."""
        return {told.request["colour"]} if told.request else set()

    def decides(self, state: StepState, told: Decision) -> None:
        """A person decides."""
        before = state.model_copy()
        self.count(before, told, self.stage.say("decide", told))
        self.notes()

    def count(self, state: StepState, told: Decision, why_not: str | None) -> None:
        """Remember what was accepted about a step as it stood."""
        if why_not is not None:
            return
        self.decided.append(told.operation_id)
        self.colours.setdefault(state.service, set()).update(self.edited(told))
        if state.undoing and told.kind in ("skip", "by_hand"):
            self.left_by_hand.add(state.service)
        if not state.undoing and told.kind == "by_hand":
            self.by_hand.add(f"{state.service}.{state.operation} J/{state.service}/-/{state.revision}")

    def end(self, errand: Errand, how: str) -> None:
        """An activity ends."""
        order = errand.argument(Order)
        if errand.cancelled and how == "refused":
            self.stage.cancel(errand)
        elif how in ("ok", "lost") and (no := self.partners.refuses(errand.kind, order)):
            self.stage.refuse(errand, no)
        elif errand.kind in ANSWERS and how in ("lost", "down", "not yet"):
            self.stage.refuse(errand, "NotYet")
        elif how == "ok":
            self.partners.act(errand.kind, order.key)
            ends = order.request.answer_by if errand.kind in ("booking.hold", "booking.extend") else None
            signed = order.key in self.partners.signed
            self.stage.answer(errand, Got(thing=order.request.colour, expires_at=ends, signed=signed))
        elif how == "lost":
            if not errand.local:  # what is done at hand is a transaction of ours: cut off, it was not done
                self.partners.act(errand.kind, order.key)
            self.stage.lose(errand)
        else:
            kinds = {"refused": "NoneLeft", "paused": "PartnerPaused", "ours": "InfrastructureDown"}
            kind = kinds.get(how, "PartnerDown")
            self.stage.refuse(errand, kind, {"params": {"partner": "them"}})
        self.notes()

    def ring(self) -> None:
        """The next timer."""
        self.stage.ring(min(self.stage.timers, key=lambda seq: (self.stage.timers[seq], seq)))
        self.notes()

    def notes(self) -> None:
        """The tables are told at once."""
        while notes := [each for each in self.stage.errands.values() if each.kind == "remember"]:
            told: Remembered = notes[0].argument(Remembered)
            self.news += [(each.kind, each.step, each.params) for each in told.news]
            self.stage.answer(notes[0])

    def errands(self) -> list[Errand]:
        """What is tried now."""
        return list(self.stage.errands.values())

    def states(self) -> dict[str, StepState]:
        """Every step, from the process itself."""
        play: Play = self.stage.workflow
        return play.states()

    def parked(self) -> list[StepState]:
        """Whatever waits for a person."""
        return [] if self.stage.ended else [each for each in self.states().values() if each.state == "parked"]

    # -- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_taken_twice_or_after_it_was_given_back(self) -> None:
        """Each order takes once; what is signed is never given back by itself."""
        if hasattr(self, "partners"):
            assert self.partners.wrong == []

    def teardown(self) -> None:
        """Whatever happened, it comes to rest, and then nothing is left over."""
        if not hasattr(self, "stage") or self.stage.dead:
            return
        try:
            self.come_to_rest()
            self.nothing_is_left_over(JobFile.model_validate_json(self.stage.result.data))
            told = Counter(params["operation"] for kind, _, params in self.news if kind.startswith("step.decided."))
            assert told == Counter(self.decided), "each decision that was taken is told once, and no other"
            assert self.stage.played_again() == self.stage.asked, "the same happenings lead to the same course"
        finally:
            self.stage.close()

    def come_to_rest(self) -> None:
        """Everybody behaves from now on: it must end."""
        for turn in range(300):
            if self.stage.ended:
                return
            if errands := self.errands():
                self.end(errands[0], "ok")
            elif self.parked() and turn % 4:
                kinds = ("replay", "by_hand", "skip") if turn < 100 else ("by_hand",)
                for state in self.parked():
                    self.decides(state, self.decision(state, kinds[turn % len(kinds)], "red"))
            elif turn % 4 == 0 and self.stage.timers:
                self.ring()
            else:
                self.say("finish")
        told = {name: (each.state, each.operation, each.undoing) for name, each in self.states().items()}
        raise AssertionError(f"it does not come to rest: {told}")

    def nothing_is_left_over(self, file: JobFile) -> None:
        """What is done is there once, under its own order; what is not is given back, or a person saw to it."""
        for name, state in file.steps.items():
            assert state.state in ENDED, f"{name} is {state.state}"
            assert not state.undoing
            assert state.postponed_until_at is None
            kept = set(self.partners.taken[name])
            if name in self.left_by_hand:
                continue
            key = f"J/{name}/-/{state.revision}"
            if state.state in ("done", "held") or name in file.bound:
                allowed = {key}
            elif STEPS[name].essential and not file.stopping:
                continue
            else:
                allowed = set()
            assert kept <= allowed, (
                f"{name} is {state.state} in revision {state.revision}, and {kept} is still there"
            )
            answered = STEPS[name].is_asking() and name not in file.bound  # a yes outlives its closed question
            if state.state == "done" and not state.by_hand and STEPS[name].hold and not answered:
                assert kept == allowed, f"{name} is done, and nothing is there"
            self.is_what_was_wanted(file, state)
        if file.stopping:
            assert file.undo == []
        for key in self.partners.signed:
            name, revision = key.split("/")[1], int(key.split("/")[-1])
            assert name in file.bound, f"{key} is signed, and nobody knows"
            assert file.steps[name].revision == revision or name in self.left_by_hand

    def is_what_was_wanted(self, file: JobFile, state: StepState) -> None:
        """What is done is what was wanted last, with every verb that it needs."""
        if state.state == "done" and state.step not in file.bound:
            colour = state.request["colour"]
            assert colour in self.colours[state.step], f"{state.step} is {colour}, not {self.colours[state.step]}"
        if state.state != "done" or (state.by_hand and not state.by_hand_verbs):
            return
        for verb in STEPS[state.step].confirm:
            did = f"{state.step}.{verb.name} J/{state.step}/-/{state.revision}"
            assert self.partners.done[did] or did in self.by_hand, f"{state.step} is done without {did}"


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=LIVES or 100,
    stateful_step_count=40,
    derandomize=not LIVES,
    database=None,
    deadline=None,
    phases=(Phase.generate,) if AS_FOUND else tuple(Phase),
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
