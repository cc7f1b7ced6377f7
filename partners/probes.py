"""A harmless question to each partner, by which one sees whether it answers again. It changes nothing there.

Sources: OSDM 3.9.0 (GET /bookings), TOMP-API 2.0 (collections), Dimona REST v2 (GET a declaration), CSC API v2
section 11.1 (info); where the interface is ours, a lookup by a key that nobody has. Consulted 23-11-2026.
"""

from collections.abc import Mapping

import httpx2

from partners.http import TRY_LATER, is_broken

NOBODYS = "allin-is-anybody-there"
"""A reference no order of ours ever has."""
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "railway": ("GET", f"/bookings?externalRef={NOBODYS}"),
    "vans": ("GET", f"/collections/packages/items?reference={NOBODYS}"),
    "dimona": ("GET", f"/REST/dimona/v2/declarations/{NOBODYS}"),
    "signature": ("POST", "/csc/v2/info"),
    "insurer": ("GET", f"/policies?reference={NOBODYS}"),
    "supplier": ("GET", "/items"),
    "peppol": ("GET", "/participants/0208:0000000000"),
    "mail": ("GET", f"/messages?reference={NOBODYS}"),
    "registered-mail": ("GET", f"/letters?reference={NOBODYS}"),
    "bank": ("GET", f"/payments?msgId={NOBODYS}"),
    "lawyer": ("GET", f"/dossiers?reference={NOBODYS}"),
    "bailiff": ("GET", f"/dossiers?reference={NOBODYS}"),
}
"""Method and path per partner; a no ("who are you?", "no such booking") is an answer too."""


async def answers(partner: str, line: httpx2.AsyncClient) -> bool:
    """Whether a partner answers at all; past every switch, because asking is what the switch waits for."""
    method, path = QUESTIONS[partner]
    try:
        response = await line.request(method, path, json={} if method == "POST" else None)
    except (httpx2.TransportError, httpx2.DecodingError):
        return False
    return not (is_broken(response) or response.status_code in TRY_LATER)
