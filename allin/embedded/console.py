"""The embedded stack at a terminal: where to look, whom to be, and the example job's story as it happens."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from allin.client.api import Remote
from allin.client.live_story import ENDED, Stopwatch, format_line
from allin.client.options import folder_of
from allin.client.terminal import BEGAN, DONE, REFUSED, Stop, refuse
from allin.commands.jobs import declare_once, key_of
from allin.commands.quote import read
from allin.embedded import demo_data
from allin.embedded.stack import Stack, StackOptions, stack
from allin.stopping import INTERRUPTED, signals
from domain.people import Language
from storage.security.accounts import Accounts

TELLER = "ann"
"""The demonstration's member, in whose name the example job is declared."""


class Story:
    """The example job: declared through the API, told as it happens."""

    def __init__(self, file: Path, language: Language, limit: int, leaving: bool) -> None:
        self.leaving = leaving
        self.ending: str | None = None
        """The kind of the story's last line, once it is told."""
        self._file = file
        self._language = language
        self._limit = limit
        self._watch = Stopwatch(BEGAN)

    async def follow(self, running: Stack) -> int | None:
        """Tell it to its end; the exit code when the program is to be left then."""
        telling = asyncio.to_thread(self._declare_and_follow, running.running.address, running)
        try:
            await asyncio.wait_for(telling, self._limit)
        except TimeoutError:
            self._say(f"the job was not closed within {self._limit} s; `allin job` shows its steps")
        except Stop as stop:
            self._say(str(stop))
        if not self.leaving:
            return None
        return DONE if self.ending == "job.closed" else REFUSED

    @staticmethod
    def _say(why: str) -> None:
        print(f"allin: {why}", file=sys.stderr, flush=True)

    def _declare_and_follow(self, address: str, running: Stack) -> None:
        folder = folder_of(running.here.settings.data)
        with Remote(address, folder, self._language, acting_as=TELLER) as remote:
            declaration = read(self._file)
            job, fresh = declare_once(remote, declaration, key_of(declaration))
            if not fresh:
                print("Declared when this installation was started before; its story so far:", flush=True)
            print(f"{job['title']}: {address}/jobs/{job['job_id']}\n", flush=True)
            for line in remote.follow(job["job_id"]):
                if line is None:
                    continue
                print(format_line(line, self._language, self._watch), flush=True)
                if line.kind in ENDED:
                    self.ending = line.kind
                    print(f"\n{job['title']}: {line.text} ({self._watch})", flush=True)
                    return


async def run(wanted: StackOptions, story: Story | None) -> int:
    """Everything, until a part ends or a signal comes; a signal while starting undoes what was started."""
    stopped, ready = signals(), asyncio.Event()
    living = asyncio.create_task(_lived(wanted, story, stopped, ready))
    early = {asyncio.create_task(each.wait()) for each in (stopped, ready)}
    await asyncio.wait({living, *early}, return_when=asyncio.FIRST_COMPLETED)
    if living.done() or ready.is_set():
        return await living
    print("stopping", flush=True)
    living.cancel()
    await asyncio.wait({living})
    return INTERRUPTED


async def _lived(wanted: StackOptions, story: Story | None, stopped: asyncio.Event, ready: asyncio.Event) -> int:
    watch = Stopwatch(BEGAN)
    async with stack(wanted) as running:
        ready.set()
        _welcome(running, wanted, watch, nobody=not wanted.demo and await _nobody(running))
        telling = asyncio.create_task(story.follow(running)) if story else None
        stopping = asyncio.create_task(running.until_stopped(stopped))
        code = await _first(stopping, telling)
        if not stopped.is_set() and code is None:
            print("stopping", flush=True)
    return DONE if code is None else code


async def _nobody(running: Stack) -> bool:
    return not await Accounts(running.here.database).somebody()


async def _first(stopping: "asyncio.Task[str | None]", telling: "asyncio.Task[int | None] | None") -> int | None:
    """Whichever comes first: a reason to stop, or the end of the story."""
    if telling is not None:
        await asyncio.wait({stopping, telling}, return_when=asyncio.FIRST_COMPLETED)
        if telling.done() and (code := telling.result()) is not None:
            stopping.cancel()
            return code
    why = await stopping
    if telling is not None:
        telling.cancel()
    if why is not None:
        refuse(why)
    return None


def _welcome(running: Stack, wanted: StackOptions, watch: Stopwatch, *, nobody: bool) -> None:
    """Where to look, and whom to be."""
    say: Callable[[str], None] = print
    say(f"\nAll Inclusive: {running.running.address}    (ready after {watch.seconds:.1f} s, process {os.getpid()})")
    say(f"partners:      http://127.0.0.1:{running.running.sandbox_port}")
    if running.temporal_ui:
        say(f"Temporal:      {running.temporal_ui}")
    if wanted.demo:
        say(f"today:         {running.here.calendar.now():%A %d %B %Y}")
        people = ", ".join(f"{each.login} ({each.about})" for each in demo_data.PEOPLE)
        say(f"sign in as:    {people}")
    if nobody:
        say("sign in:       nobody can yet: `allin db account LOGIN --role ops --name ... --email ...`")
    print(f"data:          {running.here.settings.data}\n", flush=True)
