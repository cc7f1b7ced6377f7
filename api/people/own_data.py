"""What people enter about themselves: checked, kept, and the contracts that wait for it told."""

from datetime import date, timedelta

from schwifty import IBAN
from stdnum.be import bis, nn

from api.container import Container
from api.errors import FieldProblem, Wrong
from api.links.service import OwnData
from api.partners.nudges import nudge
from domain.people import Address, Person
from domain.printing import texts_in, unprintable

KNOWN_ALREADY = "this is known already: sign in to change it, or ask your adviser"
"""Why a mailed link does not change a field."""
ON_PAPER = {"given_name", "family_name", "street", "house_number", "postal_code", "city", "email", "phone"}
"""What is printed on a contract or a pay statement as it was written."""


async def enter(home: Container, person_id: str, data: OwnData, role: str = "person") -> Person:
    """Keep what a signed-in person enters about themselves, after checking the numbers.

    Whichever door it came through, every contract that waited for it can now be drawn up.
    """
    person = await _kept(home, person_id, data, role)
    if person.complete:
        for link in await home.links.asking(person_id, home.now()):
            await nudge(home, link.job_id, link.step)
    return person


async def enter_by_link(home: Container, person_id: str, data: OwnData) -> Person:
    """Keep what somebody enters behind a mailed link: what is missing, and never what is known for certain.

    Whoever reads the mail holds the link. An e-mail address is never changed by one; nothing that is known is,
    once the person has an account or has signed a contract: they sign in, or ask their adviser.
    """
    checked(data)
    person = await home.people.person(person_id)
    fixed = {"email"} if await _only_invited(home, person_id) else set(OwnData.model_fields)
    known = _by_field(person)
    given = {name: value for name, value in _plain(data).items() if value is not None and name in fixed}
    if differs := [name for name, value in given.items() if known.get(name) not in (None, "", value)]:
        fields = [FieldProblem(where=name, why=KNOWN_ALREADY, code="known_already") for name in differs]
        raise Wrong("invalid", errors=fields)
    return await enter(home, person_id, data, "link")


async def _only_invited(home: Container, person_id: str) -> bool:
    """Whether this is somebody new: no account, and nothing signed yet."""
    try:
        account = await home.accounts.account(person_id)
    except KeyError:
        return not await home.links.has_signed(person_id)
    return not account.active and not await home.links.has_signed(person_id)


def _by_field(person: Person) -> dict[str, object]:
    place = person.address.model_dump() if person.address else {}
    return {**person.model_dump(), **place, "birth_date": person.birth_on}


def _plain(data: OwnData) -> dict[str, object]:
    """What was typed, as it is kept."""
    given = data.model_dump(include=set(OwnData.model_fields) - {"language"})
    return given | {
        "national_number": _digits(data.national_number),
        "iban": IBAN(data.iban).compact if data.iban else None,
    }


def checked(data: OwnData) -> None:
    """Raise invalid when a number is wrong in itself."""
    if wrong := [*_flaws(data)]:
        raise Wrong("invalid", errors=wrong)


async def _kept(home: Container, person_id: str, data: OwnData, role: str) -> Person:
    checked(data)
    person = await home.people.person(person_id)
    number = _digits(data.national_number)
    return await home.people.enter(
        person_id,
        home.now(),
        given_name=data.given_name,
        family_name=data.family_name,
        national_number=number,
        birth_on=data.birth_date or _birth(number),
        iban=IBAN(data.iban).compact if data.iban else None,
        address=_address(data, person.address),
        email=data.email,
        phone=data.phone,
        language=data.language,
        cools=timedelta(hours=home.settings.account_cools_hours),
        role=role,
    )


def typed(person: Person, data: OwnData) -> Person:
    """A person with what was typed, right or wrong, to fill a form with; never kept."""
    given = data.model_dump(exclude_none=True, include=set(Person.model_fields))
    place = data.model_dump(exclude_none=True, include=set(Address.model_fields))
    known = person.address.model_dump() if person.address else dict.fromkeys(Address.model_fields, "")
    return person.model_copy(update={**given, "address": Address.model_construct(**{**known, **place})})


def _digits(number: str | None) -> str | None:
    return "".join(sign for sign in number if sign.isdigit()) if number else None


def _birth(number: str | None) -> date | None:
    """The birth date a national number tells, when it tells one."""
    return nn.get_birth_date(number) if number and nn.is_valid(number) else None


def _flaws(data: OwnData) -> list[FieldProblem]:
    found = []
    number = _digits(data.national_number)
    if number is not None and not (nn.is_valid(number) or bis.is_valid(number)):
        found.append(FieldProblem(where="national_number", why="the check digits do not fit"))
    elif data.birth_date and (_birth(number) or data.birth_date) != data.birth_date:
        found.append(
            FieldProblem(where="birth_date", why="the national number says another", code="birth_date.other")
        )
    for name, told in texts_in(data.model_dump(include=ON_PAPER, exclude_none=True)):
        if signs := unprintable(told):
            found.append(FieldProblem(where=name, why=f"“{signs}” cannot be printed", code="unprintable"))
    if data.iban and not IBAN(data.iban, allow_invalid=True).is_valid:
        found.append(FieldProblem(where="iban", why="this is not a valid IBAN"))
    return found


def _address(data: OwnData, known: Address | None) -> Address | None:
    parts = ("street", "house_number", "postal_code", "city", "country")
    given = {name: value for name in parts if (value := getattr(data, name)) is not None}
    if not given:
        return None
    whole = (known.model_dump() if known else {}) | given
    missing = [name for name in ("street", "postal_code", "city") if not whole.get(name)]
    if missing:
        raise Wrong("invalid", errors=[FieldProblem(where=name, why="is needed in an address") for name in missing])
    return Address.model_validate(whole)


def missing_data(person: Person) -> list[FieldProblem]:
    """What a contract still needs to know of a person."""
    needed = ("national_number", "birth_on", "iban", "address")
    return [FieldProblem(where=name, why="is not known yet") for name in needed if not getattr(person, name)]
