"""The stores are what the activities and the engine ask for, without knowing them."""

from activities.ports import Clients as ClientsPort
from activities.ports import Deadlines as DeadlinesPort
from activities.ports import Entities as EntitiesPort
from activities.ports import Links as LinksPort
from activities.ports import Papers as PapersPort
from activities.ports import People as PeoplePort
from engine.codec import KeyRing
from storage.core.database import Database
from storage.jobs.deadlines import Deadlines
from storage.jobs.documents import Documents
from storage.people.clients import Clients
from storage.people.entities import Entities
from storage.people.people import People
from storage.security.data_keys import DataKeys
from storage.security.links import Links
from tests.databases import KEYS, StillClock


def test_each_store_fits_its_port(sqlite_only: Database, clock: StillClock) -> None:
    """What mypy checks here is the point; that it also runs is a bonus."""
    entities: EntitiesPort = Entities(sqlite_only)
    clients: ClientsPort = Clients(sqlite_only)
    people: PeoplePort = People(sqlite_only)
    links: LinksPort = Links(sqlite_only, [b"s"], "https://allin.example", clock)
    papers: PapersPort = Documents(sqlite_only, clock)
    deadlines: DeadlinesPort = Deadlines(sqlite_only)
    ring: KeyRing = DataKeys(sqlite_only, KEYS, clock)
    assert all((entities, clients, people, links, papers, deadlines, ring))
