"""The papers of an employment: contract, assignment note, termination, receipt of the declaration."""

from dataclasses import dataclass
from datetime import date, timedelta

from activities.letterhead import Letterhead, person_party
from domain.dimona import DimonaAnswer, DimonaDeclaration
from domain.money import ZERO
from domain.orders import StepOrder
from domain.papers import (
    AmendmentPaper,
    AssignmentNotePaper,
    ContractPaper,
    DimonaReceiptPaper,
    LegalLanguage,
    PrintedPayDay,
    PrintedWorkDay,
    TerminationPaper,
)
from domain.papers import Language as PrintedLanguage
from domain.people import Entity, JobSummary, Person
from domain.periods import bank_day_on_or_before, brussels
from domain.services.employment_contract import EmploymentContractRequest, KeptEngagement

WAGE_PROMISE = timedelta(days=7)
"""Paid within seven days of the person's last day. Source: the cooperative's promise (Eurofound; smart-nl.org)."""

BY_AGREEMENT: dict[LegalLanguage, str] = {"fr": "de commun accord", "nl": "in onderling overleg"}


@dataclass(frozen=True)
class Parties:
    """Who is bound by a paper, and by which job."""

    letterhead: Letterhead
    entity: Entity
    person: Person
    card: JobSummary
    today: date

    def contract(
        self, order: StepOrder[EmploymentContractRequest], number: str, language: PrintedLanguage
    ) -> ContractPaper:
        """The contract, or its courtesy translation beside the text that binds.

        Source: law of 3 July 1978, art. 9; law of 7 October 2022 (information to be given).
        """
        request = order.request
        return ContractPaper(
            language=language,
            authoritative=request.language,
            sandbox=self.letterhead.sandbox,
            printed_on=self.today,
            entity=self.letterhead.entity(self.entity),
            person=person_party(self.person, private=True),
            number=number,
            status="student" if request.status == "student" else "employee",
            artistic=request.artistic,
            function=request.function,
            category="blue_collar" if request.manual else "white_collar",
            joint_committee=request.joint_committee,
            days=work_days(request),
            job_title=self.card.title,
            gross_eur=request.gross_eur,
            weekly_hours=self.letterhead.weekly_hours,
            paid_by_on=paid_by_on(request),
            pay_days=pay_days(request),
            accident_insurer=self.letterhead.accident_insurer,
            accident_policy=self.letterhead.accident_policy,
            work_regulations=self.letterhead.work_regulations,
            fixed_term_reason=request.fixed_term_reason,
            signed_in=self.entity.address.city,
        )

    def assignment_note(
        self, order: StepOrder[EmploymentContractRequest], contract: KeptEngagement
    ) -> AssignmentNotePaper:
        """Work under a contract that already covers these days."""
        request = order.request
        return AssignmentNotePaper(
            language=request.language,
            sandbox=self.letterhead.sandbox,
            printed_on=self.today,
            entity=self.letterhead.entity(self.entity),
            person=person_party(self.person),
            number=contract_number(order),
            contract_number=contract.contract_number or contract.order_key,
            contract_signed_on=brussels(contract.cooperative_signed_at or contract.offered_at).date(),
            job_title=self.card.title,
            client_name=self.card.client_name,
            function=request.function,
            days=work_days(request),
            gross_eur=request.gross_eur,
        )

    def amendment(
        self,
        order: StepOrder[EmploymentContractRequest],
        signed: KeptEngagement,
        language: PrintedLanguage,
    ) -> AmendmentPaper:
        """What changes in a signed contract: what was, and what becomes; everything else stays.

        Source: law of 3 July 1978, art. 9 and 25 (what is essential changes by agreement of both, in writing); the
        language is the contract's.
        """
        request, before = order.request, order.amends or order.request
        return AmendmentPaper(
            language=language,
            authoritative=request.language,
            sandbox=self.letterhead.sandbox,
            printed_on=self.today,
            entity=self.letterhead.entity(self.entity),
            person=person_party(self.person, private=True),
            number=f"{contract_number(order)}-A",
            contract_number=signed.contract_number or signed.order_key,
            contract_signed_on=brussels(signed.cooperative_signed_at or signed.offered_at).date(),
            job_title=self.card.title,
            days_before=work_days(before),
            days=work_days(request),
            function_before=before.function,
            function=request.function,
            gross_before_eur=before.gross_eur,
            gross_eur=request.gross_eur,
            paid_by_on=paid_by_on(request),
            pay_days=pay_days(request),
            signed_in=self.entity.address.city,
        )

    def termination(
        self, order: StepOrder[EmploymentContractRequest], kept: KeptEngagement, ends_on: date
    ) -> TerminationPaper:
        """Ending a contract by agreement; what was begun is owed in full."""
        language: LegalLanguage = order.request.language
        began = ends_on >= kept.first_on
        return TerminationPaper(
            language=language,
            authoritative=language,
            sandbox=self.letterhead.sandbox,
            printed_on=self.today,
            entity=self.letterhead.entity(self.entity),
            person=person_party(self.person, private=True),
            number=f"{contract_number(order)}-T",
            contract_number=kept.contract_number or contract_number(order),
            contract_signed_on=brussels(kept.cooperative_signed_at or kept.offered_at).date(),
            job_title=self.card.title,
            ends_on=ends_on,
            reason=BY_AGREEMENT[language],
            owed_eur=order.request.gross_eur if began else ZERO,
            signed_in=self.entity.address.city,
        )

    def receipt(
        self,
        order: StepOrder[EmploymentContractRequest],
        kept: KeptEngagement,
        declared: DimonaDeclaration,
        answer: DimonaAnswer,
    ) -> DimonaReceiptPaper:
        """What social security answered."""
        return DimonaReceiptPaper(
            language=order.request.language,
            sandbox=self.letterhead.sandbox,
            printed_on=self.today,
            entity=self.letterhead.entity(self.entity),
            person=person_party(self.person, private=True),
            action=declared.action,
            worker_type=declared.worker_type,
            joint_committee=declared.joint_committee,
            starts_on=declared.start_on or kept.first_on,
            ends_on=declared.end_on or kept.last_on,
            planned_hours=declared.planned_hours,
            declared_at=kept.declared_at or kept.offered_at,
            answered_at=kept.declared_at or kept.offered_at,
            answer=answer.result,
            period_id=answer.period or "-",
            declaration_id=answer.declaration,
            anomalies=answer.anomalies,
        )


def contract_number(order: StepOrder[EmploymentContractRequest]) -> str:
    """The number both parties know the contract by."""
    return f"{order.job_id}-{order.item}-{order.revision}"


def work_days(request: EmploymentContractRequest) -> tuple[PrintedWorkDay, ...]:
    """The days as read on a clock at the place, which is said where it is not Belgium's."""
    return tuple(
        PrintedWorkDay(
            on=day.on,
            starts=day.local_start.time(),
            ends=day.local_end.time(),
            local=day.elsewhere,
            place=day.place,
            minutes=day.worked // timedelta(minutes=1),
            pause_minutes=day.break_minutes,
        )
        for day in request.days
    )


def first_and_last_on(request: EmploymentContractRequest) -> tuple[date, date]:
    """The days between which the employment runs, both included."""
    days = [day.on for day in request.days]
    return min(days), max(days)


def pay_days(request: EmploymentContractRequest) -> tuple[PrintedPayDay, ...]:
    """Each pay of a contract that is paid by the month."""
    return tuple(
        PrintedPayDay(month_on=one.last_on, gross_eur=one.gross_eur, paid_by_on=one.pay_on)
        for one in request.pay_days
    )


def paid_by_on(request: EmploymentContractRequest) -> date:
    """The bank day by which the wage is promised, counted from the person's last day."""
    return bank_day_on_or_before(first_and_last_on(request)[1] + WAGE_PROMISE)
