"""One e-mail of every kind."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from domain.papers import (
    AgreementReminderMail,
    AgreementRequestMail,
    AgreementThanksMail,
    AmendmentMail,
    CalledOffMail,
    ContractSignedMail,
    CrewInvitationMail,
    CrewSignatureReminderMail,
    DataChangedMail,
    FormalNoticeMail,
    InstalmentsMail,
    InvoiceMail,
    JobNewsMail,
    Language,
    LateCostsMail,
    MoveNewsMail,
    OrderMovedMail,
    PasswordLinkMail,
    PrintedInstalment,
    PrintedMail,
    PrintedWorkDay,
    ReminderAgainMail,
    ReminderFirstB2cMail,
    ReminderFriendlyMail,
    StepNeedsYouMail,
    ToldNotToStartMail,
    WagesPaidMail,
    WithdrawnMail,
)
from tests.documents.samples import ENTITY

START = datetime(2026, 3, 13, 13, 0, tzinfo=UTC)
LINK = "https://allin.example/a/eyJqb2IiOiI3SDNLOVFXMlpYIn0.c2lnbmF0dXJl"


def _day(n: int) -> PrintedWorkDay:
    return PrintedWorkDay(on=date(2026, 3, n), starts=time(15), ends=time(22, 30), place="Le Reflektor, Liège")


def every_mail(language: Language, **changes: object) -> list[PrintedMail]:
    """All kinds, in one language."""
    everyone: dict[str, object] = {
        "language": language,
        "sandbox": True,
        "entity_name": ENTITY.name,
        "entity_email": ENTITY.email,
        "entity_enterprise_number": ENTITY.enterprise_number,
        "to_name": "Élodie",
        "job_title": "Nuit blanche",
        "link": LINK,
        "member_name": "Noémie",
        "total_eur": Decimal("1334.50"),
        "first_on": date(2026, 3, 13),
        "valid_until": date(2026, 3, 6),
        "function": "Batterie",
        "days": (date(2026, 3, 13), date(2026, 3, 14)),
        "place": "Le Reflektor, Liège",
        "gross_eur": Decimal("420.00"),
        "days_before": (_day(13),),
        "days_after": (_day(14),),
        "gross_before_eur": Decimal("420.00"),
        "gross_after_eur": Decimal("450.00"),
        "answer_by_at": START,
        "first_start_at": START,
        "start_at": START,
        "paid_by_on": date(2026, 3, 21),
        "adviser_phone": "+32 4 000 00 01",
        "document": "invoice",
        "number": "LIE-2026-00042",
        "payable_eur": Decimal("1234.50"),
        "issued_on": date(2026, 3, 14),
        "due_on": date(2026, 4, 13),
        "payment_reference": "123456789002",
        "iban": ENTITY.iban,
        "description": "Concert du 13 mars",
        "balance_eur": Decimal("1234.50"),
        "pay_by": date(2026, 5, 4),
        "clause_amount_eur": Decimal("101.73"),
        "net_eur": Decimal("301.22"),
        "expenses_eur": Decimal("42.80"),
        "paid_on": date(2026, 3, 20),
        "service": "Camionnette",
        "reason": "Le loueur refuse : permis expiré",
        "decide_by_at": START,
        "owed_eur": Decimal("0.00"),
        "news": "Le client demande un changement : un jour plus tard",
        "changes": "Lieu : Liège → Gand",
        "signed": False,
        "became": "agreed",
        "parts": (
            PrintedInstalment(on=date(2026, 5, 15), amount_eur=Decimal("617.25")),
            PrintedInstalment(on=date(2026, 6, 15), amount_eur=Decimal("617.25")),
        ),
        "interest_stops": True,
        "changed": "Compte bancaire (IBAN)",
        "changed_at": START,
        "used_from_at": START,
        **changes,
    }
    kinds: tuple[type[PrintedMail], ...] = (
        AgreementRequestMail,
        AgreementReminderMail,
        AgreementThanksMail,
        AmendmentMail,
        CrewInvitationMail,
        CrewSignatureReminderMail,
        ContractSignedMail,
        ToldNotToStartMail,
        InstalmentsMail,
        InvoiceMail,
        ReminderAgainMail,
        ReminderFriendlyMail,
        ReminderFirstB2cMail,
        FormalNoticeMail,
        LateCostsMail,
        WagesPaidMail,
        StepNeedsYouMail,
        WithdrawnMail,
        JobNewsMail,
        CalledOffMail,
        DataChangedMail,
        PasswordLinkMail,
        OrderMovedMail,
        MoveNewsMail,
    )
    return [
        kind.model_validate({name: everyone[name] for name in kind.model_fields if name in everyone})
        for kind in kinds
    ]


def one_mail(kind: type[PrintedMail], language: Language, **changes: object) -> PrintedMail:
    """The sample of one kind, with changes."""
    (found,) = (message for message in every_mail(language, **changes) if type(message) is kind)
    return found
