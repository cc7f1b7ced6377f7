"""A newcomer's walk: which of our files and functions one request passes, measured and not guessed.

python -m tests.walk              the figures of both walks
python -m tests.walk --each       and every function, in the order in which it is first passed
"""

import asyncio
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import httpx2

from storage.core.database import Database
from storage.core.migrate import upgrade
from tests.api.conftest import Door, a_door
from tests.api.jobs import parked_van
from tests.api.test_declaring import KEY, concert
from tests.databases import KEYS, sqlite_database

ROOT = Path(__file__).parent.parent
OUTSIDE = (".venv", "tests")
WALKING: ContextVar[bool] = ContextVar("walking", default=False)
"""Whether the task that runs belongs to the request; what sweeps by itself beside it does not."""


class Walk(NamedTuple):
    """What a request passes."""

    functions: tuple[str, ...]
    """`api/declaring/routes.py declare`, in the order in which they are first passed."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files they are in."""
        return tuple(dict.fromkeys(one.partition(" ")[0] for one in self.functions))


@contextmanager
def _noting(passed: dict[str, None]) -> Iterator[None]:
    seen: dict[CodeType, str | None] = {}
    asking = threading.get_ident()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and (WALKING.get() or threading.get_ident() != asking):
            code = frame.f_code
            if code not in seen:
                seen[code] = _ours(code)
            if (name := seen[code]) is not None:
                passed.setdefault(name)

    threading.setprofile(note)
    sys.setprofile(note)
    walking = WALKING.set(True)
    try:
        yield
    finally:
        WALKING.reset(walking)
        sys.setprofile(None)
        threading.setprofile(None)


def _ours(code: CodeType) -> str | None:
    path = Path(code.co_filename)
    if not path.is_relative_to(ROOT) or path.relative_to(ROOT).parts[0] in OUTSIDE:
        return None
    if code.co_name.startswith("<"):  # a comprehension or a lambda is read with the function around it
        return None
    return f"{path.relative_to(ROOT)} {code.co_qualname}"


async def walked(request: Callable[[], Awaitable[httpx2.Response]], expected: int) -> Walk:
    """One request, measured."""
    passed: dict[str, None] = {}
    with _noting(passed):
        answer = await request()
    assert answer.status_code == expected, answer.text
    return Walk(tuple(passed))


async def declaring(door: Door) -> Walk:
    """A job is declared by `POST /api/jobs`; an earlier one has read what is read once."""
    ann = await door.asking("ann")
    await ann.post("/api/jobs", json=concert(title="Before"), headers={"idempotency-key": "before"})
    return await walked(lambda: ann.post("/api/jobs", json=concert(), headers=KEY), 202)


async def looking_at_a_replay(door: Door) -> Walk:
    """The page of a parked step, from which it is tried again; looked at once before."""
    address = f"/jobs/{await parked_van(door.house)}/steps/van_rental:van"
    otto = await door.asking("otto")
    await otto.get(address)
    return await walked(lambda: otto.get(address), 200)


async def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_database(Path(folder))
        await upgrade(url)
        database = Database(url, KEYS)
        door = await a_door(database, Path(folder))
        for name, walk in (("POST /api/jobs", declaring), ("the replay page", looking_at_a_replay)):
            found = await walk(door)
            print(f"{name}: {len(found.files)} files, {len(found.functions)} functions")  # noqa: T201
            for one in found.functions if "--each" in sys.argv else ():
                print(f"  {one}")  # noqa: T201
        await database.close()


if __name__ == "__main__":
    asyncio.run(_main())
