"""Who is who in a moved job: a crew item stands for one person, and is never given to another."""

import unicodedata
from collections.abc import Mapping, Set

from domain.declaration import JobDeclaration
from domain.identifiers import free_crew_slug
from domain.job import JobFile
from domain.orders import crew_of, split_step, step_name
from domain.parties import CrewMember
from domain.plan import JobPlan

CONTRACT = "employment_contract"
GIVEN_UP = frozenset({"missed", "skipped", "failed", "superseded"})
"""States in which a contract was never made and is not made any more."""


class PersonUnclear(ValueError):
    """A moved crew does not say clearly who is who. The message is the sentence, `item` the crew member."""

    def __init__(self, item: str, why: str) -> None:
        self.item = item
        super().__init__(f"crew {item}: {why}")


def holders(plan: JobPlan, file: JobFile, declared: Mapping[str, str]) -> dict[str, str]:
    """The person of every crew item this job ever had, also of those who left. `declared`: as it stands now."""
    found = {
        crew_of(state.item): str(state.request["person_id"])
        for state in file.steps.values()
        if state.request.get("person_id") is not None
    }
    return found | {item: one.person_id for item, one in plan.employment_contract.items()} | dict(declared)


def left_for_good(plan: JobPlan, file: JobFile) -> frozenset[str]:
    """The items whose contract has ended, or was never made: who comes back comes back under a new item."""
    gone = [
        state.item
        for state in file.steps.values()
        if state.service == CONTRACT and (state.state in GIVEN_UP or _terminated(file, state.item))
    ]
    return frozenset(item for item in gone if item not in plan.employment_contract)


def _terminated(file: JobFile, item: str) -> bool:
    step = step_name(CONTRACT, item)
    return step in file.bound and file.steps[step].state == "undone"


def asked_about(plan: JobPlan, file: JobFile) -> frozenset[str]:
    """The items of those who signed, left, and whose contract is being asked about."""
    return frozenset(
        split_step(name)[1]
        for name, state in file.steps.items()
        if state.service == CONTRACT
        and state.item not in plan.employment_contract
        and state.undoing
        and state.problem is not None
        and name in file.bound
    )


def one_item_each(
    declaration: JobDeclaration, people: Mapping[str, str], held: Mapping[str, str], over: Set[str]
) -> JobDeclaration:
    """The declaration with each person under an item of their own.

    Whoever is on the job already keeps their item. Another person under a used item gets a new one, and drivers,
    travellers and expenses follow the person. `people`: person id by declared item.
    """
    renamed = _renamed(declaration, people, held, over)
    if all(old == new for old, new in renamed.items()):
        return declaration
    return _with_items(declaration, renamed)


def _renamed(
    declaration: JobDeclaration, people: Mapping[str, str], held: Mapping[str, str], over: Set[str]
) -> dict[str, str]:
    mine = {person: item for item, person in held.items() if item not in over}
    rows = {row.item: row for row in declaration.crew}
    found = {item: item for item in rows if item not in over and held.get(item) == people[item]}
    for item, row in rows.items():
        if item in found:
            continue
        used = {*found.values(), *held}
        own = mine.get(people[item])
        if own is not None and own not in found.values():
            found[item] = own
        elif item in used:
            found[item] = free_crew_slug(_short(row), used | set(rows))
        else:
            found[item] = item
    return found


def _short(row: CrewMember) -> str:
    """`dora` for Dora Maes."""
    first = (row.name or row.item).split()[0]
    plain = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()
    return plain or row.item


def _with_items(declaration: JobDeclaration, renamed: Mapping[str, str]) -> JobDeclaration:
    vans = tuple(
        van.model_copy(update={"driver": renamed[van.driver]}) if van.driver else van
        for van in declaration.van_rental
    )
    travel = tuple(
        trip.model_copy(update={"travellers": tuple(renamed[one] for one in trip.travellers)})
        if trip.travellers
        else trip
        for trip in declaration.travel
    )
    spent = declaration.expenses
    if spent is not None and spent.lines:
        lines = tuple(line.model_copy(update={"crew": renamed[line.crew]}) for line in spent.lines)
        spent = spent.model_copy(update={"lines": lines})
    crew = tuple(row.model_copy(update={"item": renamed[row.item]}) for row in declaration.crew)
    changes = {"crew": crew, "van_rental": vans, "travel": travel, "expenses": spent}
    told = {name: value for name, value in changes.items() if name in declaration.model_fields_set}
    return declaration.model_copy(update=told)


def clear_persons(
    declaration: JobDeclaration,
    people: Mapping[str, str],
    before: JobDeclaration,
    people_before: Mapping[str, str],
    asked: Mapping[str, str],
) -> None:
    """Raise PersonUnclear when a row names another person with the address of somebody on the job, or brings
    back somebody whose signed contract is being asked about. `asked`: person id by item.
    """
    known = {people_before[row.item]: row.name for row in before.crew if row.name}
    for row in declaration.crew:
        person = people[row.item]
        name = known.get(person)
        if name is not None and row.name and _plain(name) != _plain(row.name):
            raise PersonUnclear(
                row.item,
                f"this is how {name} is reached, and {row.name} is somebody else; give {row.name} an address of "
                f"their own, or keep the name: {name} corrects it under their own data",
            )
        if person in asked.values():
            raise PersonUnclear(
                row.item,
                f"{row.name or row.item} has left this job, and what becomes of the contract is being asked; "
                "that is answered first",
            )


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())
