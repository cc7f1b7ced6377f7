"""Whose order a client's link opens: a job moved to another client is closed to the one it was made for."""

from api.container import Container
from api.errors import Wrong
from domain.orders import order_key
from domain.people import Client
from storage.jobs.documents import StoredDocument
from storage.security.links import LinkAudience, LinkRow, LinkUnknown

AGREEMENT = "agreement"


async def opened(home: Container, token: str, audience: LinkAudience) -> LinkRow:
    """The link behind a token, also one that was answered; not-found or link-expired."""
    try:
        row = await home.links.find(token)
    except LinkUnknown:
        raise Wrong("not-found") from None
    if row.audience != audience:
        raise Wrong("not-found")
    return row


async def asked_move(home: Container, row: LinkRow) -> str | None:
    """The move whose terms this very link asks about."""
    try:
        state = (await home.steps.step(row.job_id, row.step)).file
    except KeyError:
        return None
    asked = order_key(row.job_id, state.service, state.item, state.revision)
    return state.request.get("move") if row.order_key == asked else None


async def of_client(home: Container, token: str) -> LinkRow:
    """The link of a client to an order that is theirs; not-found, or link-expired once the job is somebody else's.

    A change that waits for its yes is shown to the client it is asked of, and to nobody else.
    """
    row = await opened(home, token, "client")
    asked = await home.jobs.proposed(row.job_id, await asked_move(home, row))
    if asked.plan.client_id != row.subject_id:
        raise Wrong("link-expired", "this job is done for another client now")
    return row


async def client_of(home: Container, row: LinkRow) -> Client:
    """The client as this job names them: what other jobs say of the same enterprise changes nothing here."""
    asked = await home.jobs.proposed(row.job_id, await asked_move(home, row))
    version = max([asked.plan.client_version, await _corrected(home, row)])
    return await (home.clients.client(row.subject_id, version) if version else home.clients.latest(row.subject_id))


async def _corrected(home: Container, row: LinkRow) -> int:
    """The version that somebody put into the question itself, by a corrected replay; 0 when nobody did."""
    try:
        request = (await home.steps.step(row.job_id, row.step)).file.request
    except KeyError:
        return 0
    return int(request.get("client_version") or 0) if request.get("client_id") == row.subject_id else 0


async def papers(home: Container, row: LinkRow) -> list[StoredDocument]:
    """The papers for the client behind a link, the oldest first.

    Of a job that was another client's before, only what was made for this one.
    """
    found = [one for one in await home.documents.of_job(row.job_id) if _for_clients(one, row)]
    links = [one for one in await home.links.of_job(row.job_id) if one.audience == "client"]
    own = [one for one in links if one.subject_id == row.subject_id]
    if len(own) == len(links):
        return found
    asked, since = {one.order_key for one in own}, min(one.made_at for one in own)
    in_force = (await home.jobs.job(row.job_id)).plan.client_id == row.subject_id
    return [
        one
        for one in found
        if (one.order_key in asked if one.step == AGREEMENT else in_force and one.filed_at >= since)
    ]


def _for_clients(paper: StoredDocument, row: LinkRow) -> bool:
    return "client" in paper.audience and paper.subject_id in (None, row.subject_id)
