"""Making a failing life small: leave one thing out, see whether it still fails, and go on from there."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from pydantic import ValidationError

from allin.lives.life import Course, Life, Manner
from domain.declaration import JobDeclaration

Fails = Callable[[Life], Awaitable[bool]]
ESSENTIAL = frozenset({"title", "client", "days", "crew", "price_eur", "description", "vat", "profile"})
"""Fields without which there is no job to speak of."""

SEVERAL = (
    "moves", "faults", "kills", "decisions", "payments", "changes_of_mind", "dimona", "returns", "claims",
    "incidents",    "answers", "holders",
)  # fmt: skip


async def shrunk(life: Life, fails: Fails, tries: int = 60) -> Life:
    """The smallest life found that still fails; `fails` lives one and looks. At most so many are tried."""
    smaller = True
    while smaller and tries > 0:
        smaller = False
        for candidate in candidates(life):
            tries -= 1
            if await fails(candidate):
                life, smaller = candidate, True
                break
            if tries <= 0:
                break
    return life


def candidates(life: Life) -> Iterator[Life]:
    """Every life that is this one with one thing less, the largest parts first."""
    yield from (life.model_copy(update={"course": course}) for course in _courses(life.course))
    for declaration in _declarations(life.declaration):
        if _declared(declaration):
            yield life.model_copy(update={"declaration": declaration})


def _declared(declaration: dict[str, Any]) -> bool:
    try:
        JobDeclaration.model_validate(declaration)
    except ValidationError:
        return False
    return True


def _courses(course: Course) -> Iterator[Course]:
    """A course with one event less, or with somebody who does what was hoped."""
    if course != Course(people=course.people):
        yield Course(people=course.people)
    whole = Course()
    for name in SEVERAL:
        drawn = getattr(course, name)
        for n in range(len(drawn)):
            yield course.model_copy(update={name: (*drawn[:n], *drawn[n + 1 :])})
    for name in ("withdraw", "report", "approving"):
        if getattr(course, name) != getattr(whole, name):
            yield course.model_copy(update={name: getattr(whole, name)})
    for n, manner in enumerate(course.people):
        hoped = Manner(**manner.model_dump(include={"email", "role", "given_name", "family_name"}))
        if manner != hoped:
            people = (*course.people[:n], hoped, *course.people[n + 1 :])
            yield course.model_copy(update={"people": people})


def _declarations(declaration: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A declaration with one wish, person, day or detail less."""
    for name in [name for name in declaration if name not in ESSENTIAL]:
        yield _without(declaration, name)
    for name in ("crew", "days"):
        for n in range(len(declaration.get(name, []))):
            left = [one for m, one in enumerate(declaration[name]) if m != n]
            if left:
                yield {**declaration, name: left}
    for name, told in declaration.items():
        for smaller in _details(told):
            yield {**declaration, name: smaller}


def _details(told: Any) -> Iterator[Any]:
    """The same value with one detail less."""
    if isinstance(told, dict):
        yield from (_without(told, name) for name in told)
    elif isinstance(told, list):
        for n, one in enumerate(told):
            for smaller in _details(one):
                yield [*told[:n], smaller, *told[n + 1 :]]


def _without(told: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != name}
