"""Wages: computed, shown to the person alone, ordered at the bank, done when booked."""

from datetime import date
from decimal import Decimal

from temporalio import activity

from activities.letterhead import Letterhead, person_party
from activities.person_payments import CAME_BACK, Paying, book_paid, readable_until
from activities.ports import Deadlines, Entities, Jobs, Ledger, Links, Papers, People, Post, Printer
from activities.step import AT_ONCE, AT_OUR_DESK, Clock, Step, Verb
from activities.together import together, with_the_answer
from domain.entries import wages as wages_due
from domain.entries import wages_paid
from domain.orders import StepOrder, month_of
from domain.papers import PayLine, PayLineKind, PayStatementPaper, WagesPaidMail
from domain.people import Link, Person
from domain.periods import day_in_brussels, end_of_day
from domain.rules.pay import PayChain, pay_chain
from domain.rules.price import budget_for_gross, coefficient
from domain.services.wages import WagePayment, WagesRequest, sound

Order = StepOrder[WagesRequest]

PRINTED: dict[str, tuple[PayLineKind, int]] = {
    "gross": ("gross", 1),
    "base": ("base", 1),
    "worker_contribution": ("worker_contribution", -1),
    "holiday_pay_single": ("holiday_pay_single", 1),
    "holiday_single_contribution": ("holiday_single_contribution", -1),
    "holiday_pay_double": ("holiday_pay_double", 1),
    "holiday_double_contribution": ("holiday_double_contribution", -1),
    "taxable": ("taxable", 1),
    "withholding": ("withholding", -1),
}
"""The lines of the chain that the person reads, and whether they add or take off."""


STATEMENT = "pay_statement"


class Wages:
    """Pays one crew member."""

    def __init__(
        self,
        *,
        paying: Paying,
        ledger: Ledger,
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
    ) -> None:
        self._paying = paying
        self._ledger = ledger
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

    @activity.defn(name="wages.pay")
    async def pay(self, order: Order) -> WagePayment:
        """Compute the pay, file the statement for this person, order the payment and book it."""
        chain, today = _chain(order), day_in_brussels(self._clock.now())
        payment_id = await self._paying.order(order, "wage", chain.net_eur)
        paper = await self._printed(order, chain)
        budget = budget_of(order.request)
        await with_the_answer()
        statement = await self._keep(order, paper)
        await self._ledger.replace(wages_due(f"{order.key}:due", order.job_id, today, budget, chain))
        return _payment(chain, statement, payment_id)

    @activity.defn(name="wages.booked")
    async def booked(self, order: Order) -> WagePayment:
        """Read what the bank did with it."""
        chain, state = _chain(order), await self._paying.awaited(order)
        if state.booked_on is not None:
            await self._arrived(order, chain, state.booked_on)
        if state.state in CAME_BACK:
            await self._paying.again(order, "wage", chain.net_eur, state)
        self._paying.settled(order, state)
        filed = await self._papers.filed(order.key, STATEMENT) or await self._statement(order, chain)
        return _payment(chain, filed, state.payment_id, state.booked_on)

    @activity.defn(name="wages.book_by_hand")
    async def book_by_hand(self, order: Order) -> WagePayment:
        """What a person paid outside is the wage, paid on the day the bank booked it: nothing of it stays owed."""
        done, chain = WagePayment.model_validate(order.by_hand), _chain(order)
        on = done.booked_on or day_in_brussels(self._clock.now())
        payment_id = await self._paying.by_hand(order, "wage", chain.net_eur, on)
        statement = await self._statement(order, chain)
        budget = budget_of(order.request)
        due = wages_due(f"{order.key}:due-by-hand", order.job_id, on, budget, chain)
        await self._ledger.replace(due.model_copy(update={"fact": f"{order.job_id}/wages/{order.item}:due"}))
        await book_paid(self._ledger, order, payment_id, wages_paid, chain.net_eur, on)
        await self._arrived(order, chain, on)
        return _payment(chain, statement, payment_id, on).model_copy(
            update={"transferred_eur": done.transferred_eur}
        )

    @activity.defn(name="wages.recover")
    async def recover(self, order: Order) -> WagePayment:
        """Take a wage off the list that has not gone to the bank; what has gone stays paid.

        Nothing is ever taken back from somebody's wage by itself. Source: law of 12 April 1965, art. 23.
        """
        await self._paying.take_off(order)
        today = day_in_brussels(self._clock.now())
        await self._ledger.reverse(f"{order.key}:due", as_key=f"{order.key}:recover", on=today)
        return _payment(_chain(order))

    async def _arrived(self, order: Order, chain: PayChain, on: date) -> None:
        """The bank has booked it: the deadlines are met on that day, though its statement came a day later, and
        the person is told. The bank desk keeps the books.
        """
        met_at = min(end_of_day(on), self._clock.now())
        person = await self._people.person(order.request.person_id)
        promised = () if month_of(order.item) else ("wages_promised",)
        async with together():
            await self._deadlines.all_met(order.job_id, (*promised, "wages_paid"), order.item, met_at)
            link = await self._link(order) if person.email else None
        if link is not None and person.email:
            await self._tell(order, person, person.email, link, chain.net_eur, on)

    async def _statement(self, order: Order, chain: PayChain) -> str:
        return await self._keep(order, await self._printed(order, chain))

    async def _printed(self, order: Order, chain: PayChain) -> bytes:
        return await self._printer.pdf(await self._paper(order, chain))

    async def _keep(self, order: Order, paper: bytes) -> str:
        """The pay statement, for nobody but the person, and ops who answer for it."""
        return await self._papers.file(
            job_id=order.job_id,
            step=order.step,
            name=f"pay-statement-{order.item}.pdf",
            kind=STATEMENT,
            media_type="application/pdf",
            content=paper,
            audience=("crew",),
            subject_id=order.request.person_id,
            order_key=order.key,
        )

    async def _paper(self, order: Order, chain: PayChain) -> PayStatementPaper:
        request = order.request
        person = await self._people.person(request.person_id)
        card = await self._jobs.card(order.job_id)
        entity = await self._entities.entity(order.entity)
        return PayStatementPaper(
            language=request.language or person.language,
            sandbox=self._letterhead.sandbox,
            printed_on=day_in_brussels(self._clock.now()),
            entity=self._letterhead.entity(entity),
            person=person_party(person, private=True),
            employer_nsso_number=entity.nsso_number,
            person_number=person.person_id,
            number=f"{order.job_id}-{order.item}-{order.revision}",
            period_from=request.first_day_on or request.last_day_on,
            period_until=request.last_day_on,
            job_title=card.title,
            function=request.function,
            joint_committee=request.joint_committee,
            days_worked=Decimal(request.days),
            hours_worked=Decimal(request.minutes) / 60 if request.minutes else None,
            lines=_lines(chain),
            net_eur=chain.net_eur,
            employer_contribution_eur=chain.figure("employer_contribution").amount_eur,
            paid_on=request.pay_on,
            provisional=True,
        )

    async def _link(self, order: Order) -> Link:
        return await self._links.link(
            order_key=order.key,
            job_id=order.job_id,
            step=order.step,
            audience="collaborator",
            subject_id=order.request.person_id,
            expires_at=readable_until(order, self._clock.now()),
        )

    async def _tell(self, order: Order, person: Person, email: str, link: Link, net_eur: Decimal, on: date) -> None:
        """The person learns that the money is there; the statement is behind their link."""
        card = await self._jobs.card(order.job_id)
        entity = await self._entities.entity(order.entity)
        head = self._letterhead.mail(entity, language=person.language, to=person.given_name, job_title=card.title)
        mail = WagesPaidMail(**head, link=link.url, net_eur=net_eur, paid_on=on)
        await self._post.send(order.key_for("booked"), email, mail)


def _chain(order: Order) -> PayChain:
    return chain_of(order.request)


def chain_of(request: WagesRequest) -> PayChain:
    """The pay as it was quoted: the rates of the last day worked, and the withholding of the person."""
    return pay_chain(
        request.gross_eur,
        request.chain,
        request.last_day_on,
        withholding=request.withholding,
        leaving=request.leaving,
        earlier=request.earlier_eur,
    )


def budget_of(request: WagesRequest) -> Decimal:
    """What of the quoted cost this pay is: reckoned from all that is paid by then, so that the months of a contract
    are its whole cost to the cent."""
    factor = coefficient(request.costed_on)
    before = budget_for_gross(request.earlier_eur, factor)
    return budget_for_gross(request.earlier_eur + request.gross_eur, factor) - before


def _lines(chain: PayChain) -> tuple[PayLine, ...]:
    """From gross to net, as the person reads it; what the employer pays on top is not among them."""
    return tuple(
        PayLine(
            kind=_kind(figure.key, chain),
            amount_eur=PRINTED[figure.key][1] * figure.amount_eur,
            basis_eur=_number(figure.params.get("base")),
            rate_percent=_number(figure.params.get("percent")),
        )
        for figure in chain.figures
        if figure.key in PRINTED
    )


def _kind(key: str, chain: PayChain) -> PayLineKind:
    """What a line is called: a student pays the solidarity contribution, not the ordinary one."""
    student = chain.chain == "student" and key == "worker_contribution"
    return "solidarity_contribution" if student else PRINTED[key][0]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _payment(
    chain: PayChain, statement: str | None = None, payment_id: str | None = None, booked_on: date | None = None
) -> WagePayment:
    return WagePayment(
        net_eur=chain.net_eur,
        cost_eur=chain.cost_eur,
        pay_statement=statement,
        payment_id=payment_id,
        booked_on=booked_on,
    )


def lacking(request: WagesRequest, done: WagePayment) -> str | None:
    """A wage paid by hand is what is owed, and paid once the bank has booked it."""
    if not done.booked_on:
        return "booked_on: say on which day the bank booked it"
    if done.transferred_eur is None:
        return "transferred_eur: say what was paid, as the bank shows it"
    if done.transferred_eur != chain_of(request).net_eur:
        return (
            f"transferred_eur: {done.transferred_eur} EUR is not the net pay that is owed, as the pay statement "
            "says it; pay what is missing, then say the whole"
        )
    return None


STEP = Step(
    name="wages",
    request=WagesRequest,
    booking=WagePayment,
    partners=("bank",),
    on_paper=True,
    hold=Verb(Wages.pay, AT_ONCE),
    answer=Verb(Wages.booked, AT_OUR_DESK),
    answered_by="bank",
    correct=Verb(Wages.recover, AT_ONCE),
    essential=True,
    skippable=False,
    editable={
        "pay_on": "its own payment; the promise is watched by its deadline, the latest lawful day is kept",
        "answer_by": "who answers by when is nobody else's",
    },
    private=frozenset({"gross_eur"}),
    owed=frozenset({"booked"}),
    lacking=lacking,
    record=Verb(Wages.book_by_hand, AT_ONCE),
    recorded_since="wages-by-hand",
    sound=sound,
)
