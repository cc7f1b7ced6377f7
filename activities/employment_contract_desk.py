"""What every verb of an employment leans on: the parties, their papers, links and mails."""

import json
from datetime import datetime

from activities.dimona import Dimona
from activities.employment_contract_papers import Parties, contract_number, first_and_last_on
from activities.employment_contract_ports import CallList, Engagements, Level, SealPartner, Waker
from activities.letterhead import Letterhead, MailHead
from activities.ports import Deadlines, Entities, Jobs, Links, Papers, People, Post, Printer
from activities.step import Clock
from activities.together import together
from domain.errors import NotYet
from domain.orders import StepOrder
from domain.papers import CrewInvitationMail, Paper, PrintedMail
from domain.people import Link, LinkAnswer
from domain.periods import day_in_brussels
from domain.rules.asked_work import AskedWork
from domain.rules.language import contract_language
from domain.rules.student import quota_hours
from domain.services.employment_contract import (
    ContractAlreadyBinds,
    EmploymentContractRequest,
    EngagementOffer,
    KeptEngagement,
    LanguageNeedsAdviser,
    PersonRefused,
    Seal,
)

Order = StepOrder[EmploymentContractRequest]


class Engaging:
    """The cooperative's side of an employment."""

    def __init__(
        self,
        *,
        engagements: Engagements,
        call_list: CallList,
        seal_partner: SealPartner,
        dimona: Dimona,
        entities: Entities,
        people: People,
        jobs: Jobs,
        links: Links,
        papers: Papers,
        printer: Printer,
        post: Post,
        deadlines: Deadlines,
        letterhead: Letterhead,
        clock: Clock,
        wake: Waker,
    ) -> None:
        self._engagements = engagements
        self._call_list = call_list
        self._seal_partner = seal_partner
        self._dimona = dimona
        self._entities = entities
        self._people = people
        self._jobs = jobs
        self._links = links
        self._papers = papers
        self._printer = printer
        self._post = post
        self._deadlines = deadlines
        self._letterhead = letterhead
        self._clock = clock
        self._wake = wake

    async def _replace(self, order: Order) -> None:
        """A changed offer takes the place of the one before, unless that one binds already."""
        earlier = await self._engagements.of_order(order.replaces) if order.replaces else None
        if earlier is None or earlier.withdrawn_at or earlier.terminated_on:
            return
        if earlier.binding_at is not None:
            raise ContractAlreadyBinds
        await self._engagements.note(earlier.order_key, withdrawn_at=self._clock.now())
        await self._links.close(earlier.order_key)

    def _offered(self, order: Order) -> EngagementOffer:
        first_on, last_on = first_and_last_on(order.request)
        student, days = order.request.status == "student", order.request.days
        next_year = quota_hours(day for day in days if day.on.year > first_on.year)
        return EngagementOffer(
            order_key=order.key,
            job_id=order.job_id,
            item=order.item,
            entity=order.entity,
            person_id=order.request.person_id,
            first_on=first_on,
            last_on=last_on,
            starts_at=order.request.starts_at,
            offered_at=self._clock.now(),
            amends=order.replaces if order.amends is not None else None,
            student_hours=quota_hours(days) if student else None,
            student_hours_next_year=next_year if student and next_year else None,
        )

    async def _offer_contract(self, order: Order, parties: Parties) -> None:
        """The contract itself when the person's data is complete; else its text, to be read before entering it."""
        if parties.person.complete:
            await self._contract(order, parties)
        else:
            text = parties.contract(order, contract_number(order), order.request.language)
            await self._file(order, text, "contract_offer")

    async def _contract(self, order: Order, parties: Parties) -> None:
        request, number = order.request, contract_number(order)
        paper = await self._printer.pdf(parties.contract(order, number, request.language))
        translated = None
        if request.courtesy_translation is not None:
            translated = await self._printer.pdf(parties.contract(order, number, request.courtesy_translation))
        async with together():
            name = await self._keep(order, paper, "contract")
            if translated is not None:
                await self._keep(order, translated, "contract_translation")
            await self._engagements.note(order.key, contract=name, contract_number=number)

    def _invitation(self, order: Order, parties: Parties, link: Link) -> CrewInvitationMail:
        request = order.request
        return CrewInvitationMail(
            **self._head(order, parties),
            link=link.url,
            member_name=parties.card.member_name,
            own=request.member,
            function=request.function,
            days=tuple(day.on for day in request.days),
            place=request.days[0].place,
            gross_eur=request.gross_eur,
            answer_by_at=request.answer_by,
        )

    # --- signing ---

    async def _answer(self, order: Order) -> LinkAnswer | None:
        """The signature, for a self-employed person the acceptance; PersonRefused on a no."""
        answer = await self._links.answer(order.key, "signed", "refused")
        if answer is not None and answer.kind == "refused":
            raise PersonRefused(reason=answer.reason or "-")
        return answer

    async def _sealed(self, order: Order) -> bool:
        return await self._seal_partner.sealed(order.key_for("sign"))

    async def _seal(self, order: Order, kept: KeptEngagement) -> Seal:
        contract = await self._papers.read(order.job_id, kept.contract or "")
        return await self._seal_partner.seal(key=order.key_for("sign"), reference=order.key, document=contract)

    async def _keep_evidence(self, order: Order, kept: KeptEngagement, seal: Seal, stem: str = "contract") -> None:
        """The evidence of both signatures, beside the contract."""
        answer = await self._links.answer(order.key, "signed")
        await self._papers.file(
            job_id=order.job_id,
            step=order.step,
            name=f"{stem}-{order.item}-evidence.json",
            kind="contract_evidence",
            media_type="application/json",
            content=_evidence(kept, seal, answer),
            audience=("crew", "advisor", "ops"),
            subject_id=order.request.person_id,
            order_key=order.key,
        )

    # --- what all of it needs ---

    async def _engagement(self, order: Order) -> KeptEngagement:
        kept = await self._engagements.of_order(order.key)
        if kept is None:
            raise NotYet("This person has not been offered the work yet.")
        return kept

    async def _parties(self, order: Order) -> Parties:
        return Parties(
            letterhead=self._letterhead,
            entity=await self._entities.entity(order.entity),
            person=await self._people.person(order.request.person_id),
            card=await self._jobs.card(order.job_id),
            today=day_in_brussels(self._clock.now()),
        )

    async def _link(self, order: Order) -> Link:
        return await self._links.link(
            order_key=order.key,
            job_id=order.job_id,
            step=order.step,
            audience="collaborator",
            subject_id=order.request.person_id,
            expires_at=max(order.request.starts_at, order.request.answer_by),
        )

    def _head(self, order: Order, parties: Parties) -> MailHead:
        person = parties.person
        return self._letterhead.mail(
            parties.entity, language=person.language, to=person.given_name, job_title=parties.card.title
        )

    async def _mail(
        self,
        order: Order,
        parties: Parties,
        mail: PrintedMail,
        operation: str,
        attached: tuple[tuple[str, bytes], ...] = (),
    ) -> None:
        """Somebody without an address is told by the adviser, whose call list shows them."""
        if parties.person.email is not None:
            await self._post.send(order.key_for(operation), parties.person.email, mail, attached)

    async def _met(self, order: Order, at: datetime, *kinds: str) -> None:
        """What an order asked for is done: its deadlines are met, unless they are about other work by now."""
        work = AskedWork.of(order.entity, order.request)
        await self._deadlines.all_met(order.job_id, kinds, order.item, at, order.request.starts_at, work)

    async def _call(self, order: Order, level: Level) -> None:
        now = self._clock.now()
        await self._call_list.add(
            order_key=order.key,
            level=level,
            job_id=order.job_id,
            step=order.step,
            person_id=order.request.person_id,
            starts_at=order.request.starts_at,
            at=now,
        )
        await self._met(order, now, "call_list", *(("loud",) if level == "loud" else ()))

    async def _file(self, order: Order, paper: Paper, kind: str, stem: str | None = None, part: str = "") -> str:
        """Print a paper and keep it, once per order, kind and part of it; its name."""
        return await self._keep(order, await self._printer.pdf(paper), kind, stem, part)

    async def _keep(self, order: Order, paper: bytes, kind: str, stem: str | None = None, part: str = "") -> str:
        return await self._papers.file(
            job_id=order.job_id,
            step=order.step,
            name=f"{stem or kind.replace('_', '-')}-{order.item}.pdf",
            kind=kind,
            media_type="application/pdf",
            content=paper,
            audience=("crew", "advisor", "ops"),
            subject_id=order.request.person_id,
            order_key=f"{order.key}:{part}" if part else order.key,
        )


def employs(order: Order) -> bool:
    """Whether a contract and a declaration are needed: a self-employed person invoices instead."""
    return order.request.status != "self_employed"


def language_checked(order: Order, parties: Parties) -> None:
    """Refuse a contract in a language the seat does not allow: it would be null or replaced."""
    spoken = parties.person.language
    rightful = contract_language(parties.entity.seat, spoken).binding
    if parties.entity.seat != "brussels" and order.request.language != rightful:
        raise LanguageNeedsAdviser(language=rightful)


def _evidence(kept: KeptEngagement, seal: Seal, answer: LinkAnswer | None) -> bytes:
    """Who signed what, when and how, verifiable without us."""
    signed_by_person = answer.model_dump(mode="json") if answer else {"at_iso": str(kept.person_signed_at)}
    evidence = {
        "contract": kept.contract_number,
        "paper": kept.contract,
        "person": signed_by_person,
        "cooperative": seal.model_dump(mode="json"),
    }
    return json.dumps(evidence, ensure_ascii=False, indent=1, sort_keys=True).encode()
