"""Tells a person that what is known of them was changed: at the address that was known before."""

from domain.papers import DataChangedMail
from engine.words import say
from storage.people.entities import Entities
from storage.people.members import Members
from storage.people.people import People
from storage.people.person_changes import PersonChange, PersonChanges, mail_key
from workers.site import OnSite


async def tell_changes(site: OnSite) -> int:
    """Tell every change that was not told yet; how many mails went out. PartnerDown when no mail leaves now."""
    changes, sent = PersonChanges(site.database), 0
    for one in await changes.due():
        sent += await _tell(site, one)
        await changes.done(one.change_id, site.clock.now())
    return sent


async def _tell(site: OnSite, one: PersonChange) -> bool:
    """False when no address was known before."""
    if one.told_to is None:
        return False
    person = await People(site.database).person(one.person_id)
    entity = await Entities(site.database).entity(await _entity(site, one.person_id))
    head = site.letterhead.mail(entity, language=person.language, to=person.given_name, job_title="")
    changed = ", ".join(say(person.language, f"page.me.{name}") for name in one.fields)
    mail = DataChangedMail(**head, changed=changed, changed_at=one.at, used_from_at=one.used_from_at)
    await site.post.send(mail_key(one.change_id), one.told_to, mail)
    return True


async def _entity(site: OnSite, person_id: str) -> str:
    """Who speaks to this person: the home entity of a member, else the first of the cooperative."""
    try:
        return (await Members(site.database).member(person_id)).entity
    except KeyError:
        return (await Entities(site.database).all())[0].slug
