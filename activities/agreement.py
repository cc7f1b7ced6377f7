"""The client's yes: asked by a link with the order form, read from the answer, kept as proof."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from temporalio import activity

from activities.agreement_papers import AgreementOrder, DeclaredJob, DeclaredJobs, old_beside_new, order_form
from activities.letterhead import Letterhead, MailHead
from activities.ports import Clients, Entities, Jobs, Links, Papers, Post, Printer
from activities.step import AT_ONCE, HELD, Clock, Step, Verb
from domain.errors import NotYet
from domain.papers import AgreementEvidence, AgreementReminderMail, AgreementRequestMail, AgreementThanksMail
from domain.people import Client, Link, LinkAnswer
from domain.periods import day_in_brussels
from domain.services.agreement import (
    Agreement,
    AgreementRequest,
    ClientAsksForChanges,
    ClientHasNoEmail,
    ClientRefused,
    NoAnswerFromClient,
    SignedFileMissing,
    sound,
)

ANSWERS = ("accepted", "changes", "refused")

OUR_OWN = frozenset({"order_form", "agreement_evidence"})
"""Kinds of papers we printed ourselves: none of them is a file the client signed."""


class ClientAgreement:
    """Asks the client, reminds, reads the answer, takes the question back."""

    def __init__(
        self,
        *,
        links: Links,
        post: Post,
        entities: Entities,
        clients: Clients,
        jobs: Jobs,
        declared: DeclaredJobs,
        printer: Printer,
        papers: Papers,
        clock: Clock,
        letterhead: Letterhead,
    ) -> None:
        self._links = links
        self._post = post
        self._entities = entities
        self._clients = clients
        self._jobs = jobs
        self._declared = declared
        self._printer = printer
        self._papers = papers
        self._clock = clock
        self._letterhead = letterhead

    @activity.defn(name="agreement.ask")
    async def ask(self, order: AgreementOrder) -> Agreement:
        """Send the client the order form and a link to answer; a signed file handed in is the answer."""
        if order.request.evidence_document:
            return await self._signed_file(order)
        client, email = await self._reader(order)
        link, form = await self._link(order), await self._form(order, client)
        mail = AgreementRequestMail(
            **await self._head(order, client),
            link=link.url,
            member_name=(await self._jobs.card(order.job_id)).member_name,
            total_eur=order.request.total_eur,
            first_on=day_in_brussels(order.request.starts_at),
            valid_until=day_in_brussels(order.request.answer_by),
            **await self._old_beside_new(order),
        )
        await self._post.send(order.key_for("ask"), email, mail, ((self._name(order, "order-form"), form),))
        return Agreement(token_id=link.token_id, asked_at=self._clock.now())

    @activity.defn(name="agreement.accept")
    async def accept(self, order: AgreementOrder) -> Agreement:
        """Read the client's answer; a yes is filed as proof, everything else is for a person or too early."""
        if order.request.evidence_document:
            return await self._signed_file(order)
        answer = await self._links.answer(order.key, *ANSWERS)
        if answer is None:
            raise self._no_answer(order)
        if answer.kind == "changes":
            raise ClientAsksForChanges(reason=answer.reason)
        if answer.kind == "refused":
            raise ClientRefused(reason=answer.reason)
        return await self._accepted(order, answer)

    @activity.defn(name="agreement.remind")
    async def remind(self, order: AgreementOrder) -> Agreement:
        """Ask again, once per reminder; a client who has answered is left in peace."""
        link, now = await self._link(order), self._clock.now()
        asked = Agreement(token_id=link.token_id)
        if order.request.evidence_document or await self._links.answer(order.key, *ANSWERS):
            return asked
        client, email = await self._reader(order)
        mail = AgreementReminderMail(
            **await self._head(order, client),
            link=link.url,
            member_name=(await self._jobs.card(order.job_id)).member_name,
            total_eur=order.request.total_eur,
            first_on=day_in_brussels(order.request.starts_at),
            valid_until=day_in_brussels(order.request.answer_by),
        )
        nth = sum(at <= now for at in order.request.remind_at)
        await self._post.send(order.key_for(f"remind-{nth}"), email, mail)
        return asked

    @activity.defn(name="agreement.withdraw_question")
    async def withdraw_question(self, order: AgreementOrder) -> Agreement:
        """Close the link: nobody can answer a question that is not asked any more."""
        await self._links.close(order.key)
        return Agreement()

    async def _accepted(self, order: AgreementOrder, answer: LinkAnswer) -> Agreement:
        at = datetime.fromisoformat(answer.at_iso)
        client, email = await self._reader(order)
        link, form = await self._link(order), await self._form(order, client)
        proof = AgreementEvidence(
            method="link",
            agreed_at=at,
            by_name=", ".join(dict.fromkeys(filter(None, (answer.by_name.strip(), client.name)))),
            ip_address=answer.address or None,
            by_email=email,
            fingerprint=sha256(form).hexdigest(),
        )
        evidence = await self._print(order, client, day_in_brussels(at), proof)
        name = await self._file(order, "agreement_evidence", self._name(order, "agreement"), evidence)
        thanks = AgreementThanksMail(
            **await self._head(order, client),
            link=link.url,
            total_eur=order.request.total_eur,
            first_on=day_in_brussels(order.request.starts_at),
        )
        await self._post.send(order.key_for("thanks"), email, thanks, ((name, evidence),))
        return Agreement(token_id=link.token_id, accepted_at=at, accepted_how="link", evidence_document=name)

    async def _signed_file(self, order: AgreementOrder) -> Agreement:
        """The file is the proof; that it is really there is looked at before it counts."""
        name, now = order.request.evidence_document or "", self._clock.now()
        try:
            kind = await self._papers.kind(order.job_id, name)
        except KeyError:
            raise SignedFileMissing(name=name) from None
        if kind in OUR_OWN:
            raise SignedFileMissing(name=name)
        return Agreement(accepted_at=now, accepted_how="signed_file", evidence_document=name)

    def _no_answer(self, order: AgreementOrder) -> Exception:
        left = order.request.answer_by - self._clock.now()
        if left.total_seconds() <= 0:
            return NoAnswerFromClient()
        return NotYet("the client has not answered yet", ask_again_in=left)

    async def _form(self, order: AgreementOrder, client: Client) -> bytes:
        """The order form as it was first printed: what the client saw is what the client agrees to."""
        name = self._name(order, "order-form")
        try:
            return await self._papers.read(order.job_id, name)
        except KeyError:
            form = await self._print(order, client, day_in_brussels(self._clock.now()), None)
            await self._file(order, "order_form", name, form)
            return form

    async def _print(
        self, order: AgreementOrder, client: Client, printed_on: date, agreed: AgreementEvidence | None
    ) -> bytes:
        entity = self._letterhead.entity(await self._entities.entity(order.entity))
        job = await self._declared.proposed(order.job_id, order.request.move)
        before = await self._agreed_so_far(order)
        return await self._printer.pdf(
            order_form(
                order,
                job,
                entity=entity,
                client=client,
                printed_on=printed_on,
                sandbox=self._letterhead.sandbox,
                agreed=agreed,
                in_force=before,
            )
        )

    async def _agreed_so_far(self, order: AgreementOrder) -> DeclaredJob | None:
        """The job this very client has said yes to, when this asks about a change of it."""
        if order.request.move is None:
            return None
        job = await self._declared.proposed(order.job_id, None)
        theirs = job.plan.client_id == order.request.client_id
        return job if theirs and order.request.asks_anew(job.plan.agreement) else None

    async def _old_beside_new(self, order: AgreementOrder) -> dict[str, Any]:
        before = await self._agreed_so_far(order)
        if before is None:
            return {}
        return old_beside_new(before, await self._declared.proposed(order.job_id, order.request.move))

    async def _file(self, order: AgreementOrder, kind: str, name: str, content: bytes) -> str:
        return await self._papers.file(
            job_id=order.job_id,
            step=order.step,
            name=name,
            kind=kind,
            media_type="application/pdf",
            content=content,
            audience=("client", "member", "advisor", "ops"),
            order_key=order.key,
        )

    async def _link(self, order: AgreementOrder) -> Link:
        return await self._links.link(
            order_key=order.key,
            job_id=order.job_id,
            step=order.step,
            audience="client",
            subject_id=order.request.client_id,
            expires_at=order.request.answer_by,
        )

    async def _reader(self, order: AgreementOrder) -> tuple[Client, str]:
        client = await self._clients.client(order.request.client_id, order.request.client_version)
        if not client.email:
            raise ClientHasNoEmail()
        return client, client.email

    async def _head(self, order: AgreementOrder, client: Client) -> MailHead:
        return self._letterhead.mail(
            await self._entities.entity(order.entity),
            language=order.request.language,
            to=client.name,
            job_title=(await self._jobs.card(order.job_id)).title,
        )

    @staticmethod
    def _name(order: AgreementOrder, what: str) -> str:
        return f"{what}-{order.revision}.pdf"


def signed_order(booking: Agreement) -> str | None:
    """The order the client has accepted."""
    return (booking.evidence_document or "the order form") if booking.accepted_at else None


STEP = Step(
    name="agreement",
    request=AgreementRequest,
    booking=Agreement,
    partners=("mail",),
    on_paper=True,
    hold=Verb(ClientAgreement.ask),
    answer=Verb(ClientAgreement.accept, AT_ONCE),
    answered_by="client",
    remind=Verb(ClientAgreement.remind),
    release=Verb(ClientAgreement.withdraw_question, AT_ONCE),
    essential=True,
    editable={
        "client_version": HELD,
        "answer_by": "who answers by when is nobody else's",
        "remind_at": "who is reminded when is nobody else's",
        "language": "the order form is its own paper; each invoice says its own language",
        "evidence_document": "the file the client signed is this step's own proof",
    },
    printed=frozenset({"client_version", "language"}),
    signed=signed_order,
    sound=sound,
)
