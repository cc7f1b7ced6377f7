"""Whoever forgot their password is sent a link that sets a new one, good once and for an hour."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Final

from domain.papers import PasswordLinkMail
from engine.calendar import wall_clock
from storage.people.entities import Entities
from storage.people.members import Members
from storage.people.people import People
from storage.security.accounts import Accounts, closed_link
from storage.security.audit import Audit, AuditEntry
from storage.security.password_requests import PasswordRequest, PasswordRequests, mail_key
from workers.site import OnSite

LASTS: Final = timedelta(hours=1)
PURPOSE = "password-links"


async def send_links(site: OnSite) -> int:
    """Send every link that was asked for; how many mails went out. PartnerDown when no mail leaves now."""
    requests, sent = PasswordRequests(site.database), 0
    for one in await requests.due():
        sent += await _send(site, one)
        await requests.done(one.request_id, site.clock.now())
    return sent


async def _send(site: OnSite, one: PasswordRequest) -> bool:
    """False when there is nobody, or no address. Tried again after a crash it is the same link in the same mail."""
    if one.person_id is None:
        return False
    person = await People(site.database).person(one.person_id)
    if not person.email:
        return False
    token = token_of(site.settings.keys().derive(PURPOSE), one.request_id)
    line = AuditEntry(at=site.clock.now(), who=one.person_id, role="link", what="account.link", why="by mail")
    await Audit(site.database).record(line)
    await Accounts(site.database).keep_link(one.person_id, closed_link(token), wall_clock() + LASTS)
    entity = await Entities(site.database).entity(await _entity(site, one.person_id))
    head = site.letterhead.mail(entity, language=person.language, to=person.given_name, job_title="")
    link = f"{site.settings.public_url.rstrip('/')}/password/{token}"
    await site.post.send(mail_key(one.request_id), person.email, PasswordLinkMail(**head, link=link))
    return True


def token_of(secret: bytes, request_id: str) -> str:
    """43 signs that only we can make of a request; nothing of them is kept but their hash."""
    made = hmac.new(secret, request_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


async def _entity(site: OnSite, person_id: str) -> str:
    """Who speaks to this person: the home entity of a member, else the first of the cooperative."""
    try:
        return (await Members(site.database).member(person_id)).entity
    except KeyError:
        return (await Entities(site.database).all())[0].slug
