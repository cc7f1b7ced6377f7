"""Sends the mails that bad news made due; what cannot be sent now is sent later, and nothing twice."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from time import monotonic

import structlog

from activities.letterhead import MailHead
from domain.errors import PartnerDown, PartnerPaused, PartnerRefused
from domain.notices import FOR_CLIENTS
from domain.orders import crew_of, split_step
from domain.papers import CalledOffMail, JobNewsMail, MoveNewsMail, OrderMovedMail, PrintedMail
from domain.people import Client, Language, Person
from engine.outages import outage
from engine.words import catalog, dressed, say
from storage.jobs.due_notices import DueNotice, Notices
from storage.jobs.jobs import Jobs, KeptJob
from storage.people.clients import Clients
from storage.people.entities import Entities
from storage.people.members import Members
from storage.people.people import People
from workers.forgotten_passwords import send_links
from workers.infrastructure import is_infrastructure
from workers.person_changes import tell_changes
from workers.site import OnSite
from workers.upkeep import upkeep

EVERY = 2.0
UPKEEP_EVERY = 60.0
"""Seconds between two looks whether the day's upkeep is still to be done."""
"""Seconds between two looks; news of a person is not urgent to the second."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def sending(site: OnSite) -> AsyncIterator[None]:
    """Send what is due for as long as the block lasts."""
    task = asyncio.create_task(_keep_sending(site))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_sending(site: OnSite) -> None:
    upkeep_at = 0.0
    while True:
        try:
            await send_due(site)
            await tell_changes(site)
            await send_links(site)
            if monotonic() >= upkeep_at:
                await upkeep(site)
                upkeep_at = monotonic() + UPKEEP_EVERY
        except (PartnerDown, PartnerPaused) as away:
            log.info("mail waits", why=str(away))
        except Exception as error:  # the sender outlives a database that is away; it says so now and then
            if not is_infrastructure(error):
                log.exception("notices failed")
            else:
                outage.tell(error, part="notices")
        await asyncio.sleep(EVERY)


async def send_due(site: OnSite) -> int:
    """Send every mail that is due; how many went out. A mail server that is away is asked again later."""
    sent = 0
    for one in await Notices(site.database).due():
        try:
            sent += await _send(site, one)
        except (PartnerDown, PartnerPaused):
            break
        except PartnerRefused as refused:
            log.warning("notice refused", key=one.key, why=str(refused))
        except Exception as error:  # one mail that cannot be written holds up nobody else's
            if is_infrastructure(error):
                raise
            log.exception("a notice could not be written", key=one.key)
            continue
        await Notices(site.database).done(one.key, site.clock.now())
    return sent


async def _send(site: OnSite, one: DueNotice) -> bool:
    """False when there is nobody to tell: no address, never asked, or it was their own answer."""
    job = await Jobs(site.database).job(one.job_id)
    if one.audience == "client":
        return await _to_client(site, one, job)
    if one.audience == "member":
        member = await People(site.database).person(job.member_id)
        if one.kind == "moved":
            return await _of_a_move(site, one, job, member)
        return await _to_person(site, one, job, member, await _news(site, one, job, member.language))
    if one.audience == "adviser":
        return await _to_adviser(site, one, job)
    contract = job.plan.employment_contract.get(crew_of(one.item or ""))
    if contract is None or contract.person_id in (job.member_id, one.params.get("by")):
        return False
    if one.kind == "moved":
        return await _of_a_move(site, one, job, await People(site.database).person(contract.person_id))
    return await _to_person(site, one, job, await People(site.database).person(contract.person_id), "")


async def _to_person(site: OnSite, one: DueNotice, job: KeptJob, person: Person, news: str) -> bool:
    if not person.email:
        return False
    head = await _head(site, job, person.language, person.given_name)
    link = f"{site.settings.public_url.rstrip('/')}/jobs/{job.job_id}"
    mail: PrintedMail = JobNewsMail(**head, link=link, news=news) if news else CalledOffMail(**head, signed=True)
    await site.post.send(one.key, person.email, mail)
    return True


async def _to_adviser(site: OnSite, one: DueNotice, job: KeptJob) -> bool:
    """The member's adviser, unless it is what they did themselves."""
    adviser_id = (await Members(site.database).member(job.member_id)).adviser_id
    if adviser_id is None or adviser_id == one.params.get("by"):
        return False
    adviser = await People(site.database).person(adviser_id)
    if one.kind == "money":
        return await _to_person(site, one, job, adviser, await _news(site, one, job, adviser.language))
    return await _of_a_move(site, one, job, adviser)


async def _of_a_move(site: OnSite, one: DueNotice, job: KeptJob, person: Person) -> bool:
    """A change that waits, is in force or fell; the crew is told nothing of why, and has no page of the job."""
    if not person.email:
        return False
    lang, crew = person.language, one.audience == "crew"
    stage = one.news.removeprefix("job.").partition(".")[0]
    mail = MoveNewsMail(
        **await _head(site, job, lang, person.given_name),
        link=None if crew else f"{site.settings.public_url.rstrip('/')}/jobs/{job.job_id}",
        news=say(lang, f"notice.crew.{stage}") if crew else _worded(f"story.{one.news}", one.params, lang),
        changes=_changes(one.params.get("changes", ""), lang, FOR_CLIENTS | {"crew"}),
    )
    await site.post.send(one.key, person.email, mail)
    return True


async def _to_client(site: OnSite, one: DueNotice, job: KeptJob) -> bool:
    links = await site.links.of_job(job.job_id)
    asked = [link for link in links if (link.audience, link.subject_id) == ("client", job.client_id)]
    client = await _client(site, job)
    if not asked or not client.email:
        return False
    if one.kind == "called_off" and await site.links.answer(asked[-1].order_key, "refused"):
        return False
    head = await _head(site, job, client.language, client.name)
    changes = _changes(one.params.get("changes", ""), client.language)
    mail: PrintedMail = OrderMovedMail(**head, changes=changes) if one.kind == "moved" else CalledOffMail(**head)
    await site.post.send(one.key, client.email, mail)
    return True


async def _client(site: OnSite, job: KeptJob) -> Client:
    """The client as this job names them: another job for the same enterprise moves no mail of this one."""
    kept, version = Clients(site.database), job.plan.client_version
    return await (kept.client(job.client_id, version) if version else kept.latest(job.client_id))


async def _head(site: OnSite, job: KeptJob, language: Language, to: str) -> MailHead:
    entity = await Entities(site.database).entity(job.entity)
    return site.letterhead.mail(entity, language=language, to=to, job_title=job.title)


async def _news(site: OnSite, one: DueNotice, job: KeptJob, lang: Language) -> str:
    """What happened, in the story's own words."""
    if one.kind in ("money", "called_off"):
        return _worded(f"story.{one.news}", one.params, lang)
    problem = one.params.get("problem")
    if problem:
        text = _worded(f"refusal.{problem}", one.params, lang)
    else:
        service, _ = split_step(one.params["step"])
        text = say(lang, f"notice.missed.{service}")
    contract = job.plan.employment_contract.get(crew_of(one.item or ""))
    if contract is None:
        return text
    person = await People(site.database).person(contract.person_id)
    return f"{person.name}: {text}"


def _worded(msgid: str, params: Mapping[str, str], lang: Language) -> str:
    values = {"reason": "-", **dressed(lang, params)}
    text = catalog(lang)[msgid].format_map(values)
    return text[:1].upper() + text[1:]


def _changes(changes: str, lang: Language, names: frozenset[str] = FOR_CLIENTS) -> str:
    """From what to what: only what is the reader's to know, a client's when nobody says otherwise."""
    found = []
    for part in changes.split("; "):
        name, _, values = part.partition(": ")
        if name in names:
            told = " → ".join(
                ", ".join(dressed(lang, {name: one})[name] for one in value.split(", "))
                for value in values.split(" → ")
            )
            found.append(f"{say(lang, f'history.field.{name}')}: {told}")
    return "; ".join(found)
