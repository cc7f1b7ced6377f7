"""The clients this house knows, found by name or number, with its own record of them."""

from dataclasses import dataclass

from api.container import Container
from api.declaring.parties import DEFAULT_PAYMENT_DAYS
from api.errors import Wrong
from api.pages.member.form_shape import Form
from domain.people import Client
from domain.quoting.context import ClientRecord
from storage.jobs.jobs import JobFilter

FEWEST = 2
"""Letters to type before anybody is looked for."""
SHOWN = 6
PUBLIC = ("company", "public_body")
"""Kinds of clients that stand in a public register."""


@dataclass(frozen=True)
class KnownClient:
    """One client as it is offered while typing."""

    client: Client
    record: ClientRecord
    fields: Form


async def find(home: Container, member_id: str, text: str) -> list[KnownClient]:
    """Clients by name or number; private persons only for members who have worked for them."""
    plain = text.strip()
    digits = "".join(sign for sign in plain if sign.isdigit())
    if len(plain) < FEWEST:
        return []
    wanted = digits if len(digits) >= len(plain) - 4 and len(digits) > FEWEST else plain
    found = await home.clients.search(wanted, SHOWN * 2)
    mine = [one for one in found if await _may_know(home, member_id, one)]
    return [await _known(home, await _of_member(home, member_id, one)) for one in mine[:SHOWN]]


async def chosen(home: Container, member_id: str, client_id: str) -> Client:
    """One client by its reference; not-found when there is none, and for whoever would not find it by name."""
    try:
        client = await home.clients.latest(client_id)
    except KeyError:
        raise Wrong("not-found") from None
    if not await _may_know(home, member_id, client):
        raise Wrong("not-found")
    return await _of_member(home, member_id, client)


async def _of_member(home: Container, member_id: str, client: Client) -> Client:
    """The client as this member declared them last; of anybody else's, what a public register says and no more.

    Whoever types an address for an enterprise types it for the own jobs: nobody else's order is mailed there.
    """
    wanted = JobFilter(client_id=client.client_id, member_id=member_id)
    for row in (await home.jobs.page(wanted, limit=1)).rows:
        version = (await home.jobs.job(row.job_id)).plan.client_version
        return await home.clients.client(client.client_id, version) if version else client
    return client.model_copy(update={"email": None, "contact": None, "payment_days": DEFAULT_PAYMENT_DAYS})


async def _may_know(home: Container, member_id: str, client: Client) -> bool:
    """An enterprise is in a public register; anybody else is known to the members who have worked for them."""
    return client.kind in PUBLIC or await _worked_for(home, member_id, client)


async def _worked_for(home: Container, member_id: str, client: Client) -> bool:
    wanted = JobFilter(client_id=client.client_id, member_id=member_id)
    return bool((await home.jobs.page(wanted, limit=1)).rows)


async def _known(home: Container, client: Client) -> KnownClient:
    record = await home.quote_balances.of_client(client.client_id, home.today())
    return KnownClient(client, record, as_fields(client))


def as_fields(client: Client) -> Form:
    """The fields of the form a known client fills in."""
    fields = {
        "client.kind": client.kind,
        "client.name": client.name,
        "client.email": client.email,
        "client.language": client.language,
        "client.payment_days": str(client.payment_days),
        "client.country": client.country,
        "client.enterprise_number" if client.country == "BE" else "client.vat_number": client.enterprise_number,
    }
    if client.address is not None:
        for name in ("street", "house_number", "postal_code", "city"):
            fields[f"client.address.{name}"] = getattr(client.address, name)
    return {name: value for name, value in fields.items() if value}
