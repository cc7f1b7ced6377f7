"""The people, entities, vans, rooms and stock of the demonstration. Everybody and everything here is fictive."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import httpx2

from domain.people import Address, Entity, Language, Person
from domain.services.equipment import StockArticle
from domain.services.van_rental import OwnVan
from domain.services.workspace import OwnRoom
from storage.core.database import Database
from storage.people.entities import Entities
from storage.people.members import Autonomy, Member, Members
from storage.people.people import People
from storage.security.accounts import Accounts, Role, SignInAccount
from storage.services.equipment import StockStore
from storage.services.van_rental import FleetStore
from storage.services.workspace import RoomStore

BRUSSELS, WALLONIA, FLANDERS = "brussels", "wallonia", "flanders"

ENTITIES = (
    Entity(
        slug=BRUSSELS,
        name="All Inclusive Bruxelles (fictive)",
        legal_form="SC agréée",
        enterprise_number="1000000120",
        address=Address(street="Rue de la Coopération", house_number="7", postal_code="1060", city="Bruxelles"),
        seat="brussels",
        court="RPM Bruxelles",
        iban="BE71096123456769",
        bic="GKCCBEBB",
        email="bruxelles@all-inclusive.example",
        invoice_prefix="BXL",
        joint_committee="200",
    ),
    Entity(
        slug=WALLONIA,
        name="All Inclusive Liège (fictive)",
        legal_form="SC agréée",
        enterprise_number="1000000219",
        address=Address(street="Quai des Métiers", house_number="3", postal_code="4000", city="Liège"),
        seat="wallonia",
        court="RPM Liège",
        iban="BE15001765432130",
        bic="GEBABEBB",
        email="liege@all-inclusive.example",
        invoice_prefix="LIE",
        joint_committee="200",
    ),
    Entity(
        slug=FLANDERS,
        name="All Inclusive Gent (fictief)",
        legal_form="erkende CV",
        enterprise_number="1000000318",
        address=Address(street="Coöperatiekaai", house_number="21", postal_code="9000", city="Gent"),
        seat="flanders",
        court="RPR Gent",
        iban="BE20310246813556",
        bic="BBRUBEBB",
        email="gent@all-inclusive.example",
        invoice_prefix="GNT",
        joint_committee="200",
    ),
)


class DemoPerson(NamedTuple):
    """Somebody to sign in as."""

    login: str
    given_name: str
    family_name: str
    roles: tuple[Role, ...]
    language: Language = "fr"
    about: str = ""
    autonomy: Autonomy = "standard"
    entity: str = BRUSSELS
    profile: str | None = None

    @property
    def email(self) -> str:
        """A fictive address."""
        return f"{self.login}@all-inclusive.example"


PEOPLE = (
    DemoPerson("ann", "Ann", "Peeters", ("member",), "fr", "singer", profile="live-arts"),
    DemoPerson("milo", "Milo", "Verbeke", ("member",), "nl", "teacher", entity=FLANDERS, profile="teaching"),
    DemoPerson("sofia", "Sofia", "Conti", ("member",), "fr", "film-maker", "autonomous", WALLONIA, "film"),
    DemoPerson("iris", "Iris", "Lemaire", ("advisor",), "fr", "adviser of all three"),
    DemoPerson("omar", "Omar", "Haddad", ("ops",), "fr", "operations"),
    DemoPerson("fatima", "Fatima", "Benali", ("finance",), "fr", "finance"),
    DemoPerson("filip", "Filip", "De Smet", ("finance",), "nl", "finance"),
    DemoPerson("aude", "Aude", "Renard", ("auditor",), "fr", "auditor"),
)
ADVISER = "iris"
APPROVERS = ("fatima", "filip")
"""The two finance people whose yes releases a payment batch; in the demonstration they always say it."""

FLEET = (
    OwnVan(plate="1-DEM-001", name="Kangoo", seats=2, load_kg=600),
    OwnVan(plate="1-DEM-002", name="Vito", seats=3, load_kg=900),
    OwnVan(plate="1-DEM-003", name="Vito", seats=3, load_kg=900),
)
ROOMS = (
    OwnRoom(slug="forge", name="La Forge", city="Bruxelles / Brussel", places=6, day_eur=Decimal("45.00")),
    OwnRoom(slug="halle", name="La Halle", city="Bruxelles / Brussel", places=30, day_eur=Decimal("70.00")),
    OwnRoom(slug="quai", name="Le Quai", city="Liège / Luik", places=12, day_eur=Decimal("45.00")),
    OwnRoom(slug="kaai", name="De Kaai", city="Gent / Gand", places=12, day_eur=Decimal("45.00")),
)
STOCK = (
    StockArticle(
        article="par-led", name="LED par 64", quantity=24, day_eur=Decimal("6.00"), value_eur=Decimal("189.00")
    ),
    StockArticle(
        article="mixer-16",
        name="16-channel mixer",
        quantity=2,
        day_eur=Decimal("22.00"),
        value_eur=Decimal("640.00"),
    ),
    StockArticle(
        article="mic-vocal",
        name="Vocal microphone",
        quantity=8,
        day_eur=Decimal("4.00"),
        value_eur=Decimal("109.00"),
    ),
    StockArticle(
        article="tripod", name="Tripod", quantity=3, day_eur=Decimal("12.00"), value_eur=Decimal("420.00")
    ),
)
"""No lighting desk on purpose: the example job rents one outside."""

LATE_CLIENT = {
    "email": "nora.claes@client.example",
    "role": "client",
    "after_hours": 3,
    "pays_after_days": 16,
    "participant": "0208:1000000021",
}
"""The example client pays sixteen days late: after the first reminder, before a formal notice."""


async def seed(database: Database, at: datetime) -> None:
    """Write the demonstration's world down; a second time changes nothing a person has entered."""
    await Entities(database).seed(ENTITIES)
    known = {account.person_id for account in await Accounts(database).demo()}
    adviser_first = sorted(PEOPLE, key=lambda person: person.login != ADVISER)
    for person in adviser_first:
        if person.login not in known:
            await _welcome(database, person, at)
    for van in FLEET:
        await FleetStore(database).put(van)
    for room in ROOMS:
        await RoomStore(database).put(room)
    for article in STOCK:
        await StockStore(database).put(article)


async def _welcome(database: Database, person: DemoPerson, at: datetime) -> None:
    await People(database).save(
        Person(
            person_id=person.login,
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email,
            language=person.language,
        ),
        at,
        demo=True,
    )
    if "member" in person.roles:
        await Members(database).save(
            Member(
                person_id=person.login,
                autonomy=person.autonomy,
                adviser_id=ADVISER,
                entity=person.entity,
                profile=person.profile,
                since_on=date(2024, 1, 1),
            )
        )
    account = SignInAccount(person_id=person.login, login=person.login, roles=person.roles, demo=True)
    await Accounts(database).save(account)


async def tell_the_sandbox(http: httpx2.AsyncClient) -> None:
    """How the simulated people behave; members and the example client are told, strangers behave sensibly."""
    members = [
        {
            "email": person.email,
            "role": "member",
            "given_name": person.given_name,
            "family_name": person.family_name,
            "language": person.language,
        }
        for person in PEOPLE
        if "member" in person.roles
    ]
    for each in (*members, LATE_CLIENT):
        (await http.post("/admin/people", json=each)).raise_for_status()
