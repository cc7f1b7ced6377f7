"""To which account somebody is paid: a changed one first cools, so that whoever took it over is noticed before."""

from sqlalchemy import select

from domain.identifiers import account_mark
from domain.people import Person
from storage.core.database import Clock, Database
from storage.money.payment_tables import payments
from storage.people.people import People, people


class Payees:
    """Persons as the bank pays them; satisfies the People of whoever makes payment batches."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._people = People(database)

    async def person(self, person_id: str) -> Person:
        """One person with the account that is paid now; KeyError when unknown.

        While a new account cools it is the one before; unless a payment came back from that one: it is closed,
        and a finance person has said that it is paid again.
        """
        person = await self._people.person(person_id)
        columns = people.c.iban_before, people.c.iban_cools_until_at
        async with self._database.reading() as connection:
            row = (await connection.execute(select(*columns).where(people.c.person_id == person_id))).one()
            cooling = row.iban_cools_until_at is not None and self._clock.now() < row.iban_cools_until_at
            if not cooling or row.iban_before is None:
                return person
            back = select(payments.c.payment_id).where(
                payments.c.person_id == person_id,
                payments.c.account == account_mark(row.iban_before),
                payments.c.reason.is_not(None),
            )
            closed = await connection.scalar(back.limit(1)) is not None
        return person if closed else person.model_copy(update={"iban": row.iban_before})
