"""Payments that are due become files for the bank: per entity and day, wages apart from everything else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from pydantic import ValidationError

from activities.bank_ports import AllEntities, PaymentBook, PaymentPrinter
from activities.payee_control import PayeeControl
from activities.ports import People
from activities.step import Clock
from domain.bank import BatchCard, BatchesMade, BatchOutdated, DuePayment, Nudge, asking
from domain.money import ZERO
from domain.orders import short_reference
from domain.papers import PaymentBatch, PaymentFile
from domain.papers.bank import PrintedPayment
from domain.people import Entity
from domain.periods import bank_day_on_or_after, bank_day_on_or_before
from domain.sepa import sepa_text

BANK_DAYS_AHEAD = 2
"""House rule: a batch is made two bank days before its promise, so that two people have time to say yes."""
LISTS = 3
"""How often a list is made anew when somebody else batches at the same moment."""
NAME_LENGTH = 70
"""Source: EPC SCT rulebook, AT-E001 and AT-P001: a name has at most 70 characters."""

TEXT_LENGTH = 140
"""Source: EPC SCT rulebook, AT-T009: what is said to the payee has at most 140 characters."""

NO_ACCOUNT, NO_NAME, OTHER_NAME = "AC01", "RR03", "BE01"
"""Why a payment cannot be written. Source: ISO 20022, external status reason codes."""

Together = tuple[str, bool, date]
"""What one file holds: an entity's payments of one day, either wages or not."""


class Batches:
    """Makes payment files."""

    def __init__(
        self,
        *,
        entities: AllEntities,
        people: People,
        payments: PaymentBook,
        printer: PaymentPrinter,
        clock: Clock,
        payees: PayeeControl,
    ) -> None:
        self._entities = entities
        self._people = people
        self._payments = payments
        self._printer = printer
        self._clock = clock
        self._payees = payees

    async def make(self, day: date) -> BatchesMade:
        """Put what is due into batches; payments already in one are left alone."""
        for _ in range(LISTS - 1):
            try:
                return await self._make(day)
            except BatchOutdated:
                continue
        return await self._make(day)

    async def _make(self, day: date) -> BatchesMade:
        due = await self._payments.due(_horizon(day))
        together = _together(day)
        made: list[str] = []
        refused: list[Nudge] = []
        for key, group in groupby(sorted(due, key=lambda one: (together(one), one.payment_id)), key=together):
            transfers, unpayable = await self._transfers(list(group))
            refused.extend(unpayable)
            if transfers:
                made.append(await self._batch(key, transfers))
        return BatchesMade(batch_ids=tuple(made), nudges=tuple(dict.fromkeys(refused)))

    async def _transfers(self, due: Sequence[DuePayment]) -> tuple[dict[str, PrintedPayment], list[Nudge]]:
        """The payments as the bank wants them, by id; those without a usable account come back to their step, and
        those whose account bears another name wait for a finance person."""
        transfers: dict[str, PrintedPayment] = {}
        unpayable: list[Nudge] = []
        for one in due:
            name, iban = await self._payee(one)
            transfer = _transfer(one, name, iban)
            if transfer is None:
                nameless = iban is not None and not sepa_text(name, NAME_LENGTH)
                await self._payments.refuse(one.payment_id, NO_NAME if nameless else NO_ACCOUNT)
                unpayable.append(asking(one.order_key))
            else:
                transfers[one.payment_id] = transfer
        checked = await self._payees.checked(transfers)
        for one in due:
            if one.payment_id in checked.given_back:
                await self._payments.refuse(one.payment_id, OTHER_NAME)
                unpayable.append(asking(one.order_key))
        return checked.go, unpayable

    async def _payee(self, due: DuePayment) -> tuple[str, str | None]:
        """Name and account: a client's as finance decided, a person's as they entered it."""
        if due.kind == "refund":
            return due.payee_name or "", due.payee_iban
        try:
            person = await self._people.person(due.person_id)
        except KeyError:
            return "", None
        return person.name, person.iban

    async def _batch(self, key: Together, transfers: Mapping[str, PrintedPayment]) -> str:
        slug, wages, execute_on = key
        batch_id = f"{execute_on:%Y%m%d}-{short_reference('|'.join(transfers))}"
        entity = await self._entities.entity(slug)
        order = _file(batch_id, entity, wages, execute_on, tuple(transfers.values()))
        made_at = self._clock.now()
        content = await self._printer.pain_001(
            PaymentFile(
                message_id=batch_id,
                created_at=made_at,
                initiator_name=sepa_text(entity.name, NAME_LENGTH),
                initiator_enterprise_number=entity.enterprise_number,
                batches=(order,),
            )
        )
        card = BatchCard(
            batch_id=batch_id,
            entity=slug,
            execute_on=execute_on,
            count=len(transfers),
            total_eur=sum((one.amount_eur for one in transfers.values()), ZERO),
            state="made",
        )
        await self._payments.make(card, content, transfers, made_at)
        return batch_id


def _horizon(day: date) -> date:
    """The last promise that is batched on this day."""
    ahead = day
    for _ in range(BANK_DAYS_AHEAD):
        ahead = bank_day_on_or_after(ahead + timedelta(days=1))
    return ahead


def _together(day: date) -> Callable[[DuePayment], Together]:
    def key(due: DuePayment) -> Together:
        execute_on = max(bank_day_on_or_after(day), bank_day_on_or_before(due.pay_on))
        return due.entity, due.kind == "wage", execute_on

    return key


def _transfer(due: DuePayment, name: str, iban: str | None) -> PrintedPayment | None:
    """The payment as the bank wants it; None when nobody knows to which account, or a bank would not take it."""
    if iban is None:
        return None
    try:
        return PrintedPayment(
            end_to_end_id=due.end_to_end,
            amount_eur=due.amount_eur,
            name=sepa_text(name, NAME_LENGTH),
            iban=iban.replace(" ", "").upper(),
            text=sepa_text(due.remittance, TEXT_LENGTH) or None,
        )
    except ValidationError:
        return None


def _file(
    batch_id: str, entity: Entity, wages: bool, execute_on: date, transfers: tuple[PrintedPayment, ...]
) -> PaymentBatch:
    return PaymentBatch(
        payment_info_id=batch_id,
        execute_on=execute_on,
        debtor_name=sepa_text(entity.name, NAME_LENGTH),
        debtor_iban=entity.iban,
        debtor_bic=entity.bic,
        purpose="SALA" if wages else None,
        payments=transfers,
    )
