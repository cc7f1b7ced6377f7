"""One paper of every kind, with the difficult cases beside them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from domain.papers import (
    AgreedBefore,
    AgreementEvidence,
    AmendmentPaper,
    Annex,
    AssignmentNotePaper,
    CancellationLine,
    CertificatePaper,
    ClaimedInvoice,
    ContractPaper,
    Cover,
    DaySheetCrew,
    DaySheetMoment,
    DaySheetPaper,
    DimonaReceiptPaper,
    ExpenseNotePaper,
    HandoverItem,
    HandoverSheetPaper,
    InsuredThing,
    Language,
    OrderFormPaper,
    Paper,
    PayLine,
    PayStatementPaper,
    PrintedAddress,
    PrintedExpenseLine,
    PrintedInterestLine,
    PrintedStoryLine,
    PrintedWorkDay,
    ReminderPaper,
    ScheduleLine,
    StoryPaper,
    StoryStep,
    TerminationPaper,
)
from tests.documents.samples import AT, CLIENT, DAYS, DEPOSIT, ENTITY, NEIGHBOUR, ON, PERSON, concert, invoice

D = Decimal
JOB = "Concert « Nuit blanche » au Reflektor"


def _base(language: Language) -> dict[str, object]:
    return {"language": language, "sandbox": True, "printed_on": ON, "entity": ENTITY}


def contract(language: Language = "fr", **changes: object) -> ContractPaper:
    """Two days, 16 hours after breaks, 420.00 gross."""
    plain = {
        **_base(language),
        "authoritative": "nl" if language == "nl" else "fr",
        "person": PERSON,
        "number": "CT-2026-0117",
        "artistic": True,
        "function": "batteuse",
        "joint_committee": "304",
        "days": DAYS,
        "job_title": JOB,
        "gross_eur": D("420.00"),
        "weekly_hours": D(38),
        "paid_by_on": date(2026, 3, 21),
        "accident_insurer": "Assurances Exemple SA",
        "accident_policy": "AT-4711-2026",
        "work_regulations": "possibles.example/reglement",
        "signed_in": "Liège",
    }
    return ContractPaper.model_validate({**plain, **changes})


def amendment(language: Language = "fr", **changes: object) -> AmendmentPaper:
    """A day later, an hour longer, 30.00 more."""
    day = {"on": date(2026, 3, 14), "starts": time(14), "ends": time(23), "place": "Liège"}
    plain = {
        **_base(language),
        "authoritative": "nl" if language == "nl" else "fr",
        "person": PERSON,
        "number": "CT-2026-0117-2-A",
        "contract_number": "CT-2026-0117",
        "contract_signed_on": date(2026, 3, 2),
        "job_title": JOB,
        "days_before": [day],
        "days": [day | {"on": date(2026, 3, 15), "ends": time(0)}],
        "function_before": "Musicienne",
        "function": "Musicienne",
        "gross_before_eur": D("390.00"),
        "gross_eur": D("420.00"),
        "paid_by_on": date(2026, 3, 20),
        "signed_in": "Liège",
    }
    return AmendmentPaper.model_validate({**plain, **changes})


def termination(language: Language = "fr", **changes: object) -> TerminationPaper:
    plain = {
        **_base(language),
        "authoritative": "nl" if language == "nl" else "fr",
        "person": PERSON,
        "number": "FC-2026-0003",
        "contract_number": "CT-2026-0117",
        "contract_signed_on": date(2026, 3, 2),
        "job_title": JOB,
        "ends_on": date(2026, 3, 10),
        "reason": "Le concert est annulé par la salle.",
        "owed_eur": D("210.00"),
        "signed_in": "Liège",
    }
    return TerminationPaper.model_validate({**plain, **changes})


def order_form(language: Language = "fr", **changes: object) -> OrderFormPaper:
    """2,968.71 with VAT: 890.61 before, 2,078.10 after."""
    plain = {
        **_base(language),
        "client": CLIENT,
        "number": "BC-2026-0088",
        "title": JOB,
        "description": "Création pour trio, deux sets de 45 minutes, lumière comprise.",
        "lines": invoice(language).lines,
        "days": DAYS,
        "valid_until": date(2026, 3, 6),
        "payment_days": 30,
        "schedule": (
            ScheduleLine(kind="deposit", on=date(2026, 3, 2), due_on=date(2026, 3, 12), amount_eur=D("890.61")),
            ScheduleLine(kind="balance", on=date(2026, 3, 14), amount_eur=D("2078.10")),
        ),
        "cancellation": (
            CancellationLine(from_on=date(2026, 2, 27), percent=D(25)),
            CancellationLine(from_on=date(2026, 3, 6), percent=D(50)),
            CancellationLine(from_on=date(2026, 3, 11), percent=D(100)),
        ),
        "agreement": AgreementEvidence(
            method="link",
            agreed_at=AT,
            by_name="Fatima El Amrani",
            by_email="fatima@halles.example",
            ip_address="192.0.2.44",
            fingerprint="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
    }
    return OrderFormPaper.model_validate({**plain, **changes})


def changed_order(language: Language = "fr") -> OrderFormPaper:
    """A change of an agreed order: another day, another town, another total; not answered yet."""
    day = DAYS[0].model_copy(update={"on": date(2026, 3, 7), "place": "Namur"})
    before = AgreedBefore(days=(day,), description="Création pour trio.", total_eur=D("2500.00"))
    return order_form(language, before=before, agreement=None)


def claimed(**changes: object) -> ClaimedInvoice:
    plain = {
        "number": "LIE-2026-00042",
        "issued_on": date(2025, 4, 15),
        "due_on": date(2025, 5, 15),
        "description": "Concert du 14 avril 2025",
        "total_eur": D("1210.00"),
        "payment_reference": "123456789002",
    }
    return ClaimedInvoice.model_validate({**plain, **changes})


def reminder(kind: str, language: Language = "fr", **changes: object) -> ReminderPaper:
    """1,210.00 due 15 May 2025, calculated 30 September 2025: interest 17.54 + 32.02, 40.00 fixed."""
    late = kind in ("formal_notice", "bailiff_dossier", "form_a")
    plain = {
        **_base(language),
        "printed_on": date(2025, 9, 30),
        "kind": kind,
        "client": NEIGHBOUR if kind == "first_b2c" else CLIENT,
        "number": "RP-2026-0012",
        "invoice": claimed(),
        "pay_by": date(2025, 10, 15),
        "interest": _interest() if late else (),
        "fixed_cost_eur": D("40.00") if late else D("0.00"),
        "clause_amount_eur": D("100.50") if kind == "first_b2c" else D("0.00"),
    }
    if kind == "bailiff_dossier":
        plain |= {
            "annexes": _annexes(),
            "judicial_district": "Bruxelles",
            "addressed_to": "Me Exemple, avocate",
            "route": "undisputed_debt",
        }
    return ReminderPaper.model_validate({**plain, **changes})


def _interest() -> tuple[PrintedInterestLine, ...]:
    # Facts 4.1, first worked example, each stretch rounded.
    first = PrintedInterestLine(
        from_on=date(2025, 5, 16),
        until_on=date(2025, 6, 30),
        days=46,
        rate_percent=D("11.5"),
        amount_eur=D("17.54"),
    )
    second = PrintedInterestLine(
        from_on=date(2025, 7, 1),
        until_on=date(2025, 9, 30),
        days=92,
        rate_percent=D("10.5"),
        amount_eur=D("32.02"),
    )
    return first, second


def _annexes() -> tuple[Annex, ...]:
    return (
        Annex(title="Bon de commande et accord", on=date(2025, 3, 1), detail="par lien, 192.0.2.44"),
        Annex(title="Facture LIE-2026-00042", on=date(2025, 4, 15), detail="Peppol, accusé reçu"),
        Annex(title="Rappel", on=date(2025, 5, 26), detail="e-mail"),
        Annex(title="Mise en demeure", on=date(2025, 7, 1), detail="envoi recommandé électronique"),
    )


def pay_statement(language: Language = "fr", **changes: object) -> PayStatementPaper:
    """420.00 - 59.29 + 0.00 - 40.07 = 320.64 net, and 42.80 of expenses."""
    lines = (
        PayLine(kind="gross", amount_eur=D("420.00"), basis_eur=D("210.00"), label=None),
        PayLine(kind="base", amount_eur=D("453.60"), basis_eur=D("420.00"), rate_percent=D(108)),
        PayLine(
            kind="worker_contribution",
            amount_eur=D("-59.29"),
            basis_eur=D("453.60"),
            rate_percent=D("13.07"),
        ),
        PayLine(kind="taxable", amount_eur=D("360.71")),
        PayLine(kind="withholding", amount_eur=D("-40.07"), basis_eur=D("360.71"), rate_percent=D("11.11")),
        PayLine(kind="expenses", amount_eur=D("42.80")),
    )
    plain = {
        **_base(language),
        "person": PERSON,
        "number": "DR-2026-0117",
        "period_from": date(2026, 3, 13),
        "period_until": date(2026, 3, 14),
        "job_title": JOB,
        "function": "batteuse",
        "joint_committee": "304",
        "days_worked": D(2),
        "hours_worked": D(16),
        "lines": lines,
        "net_eur": D("320.64"),
        "expenses_eur": D("42.80"),
        "employer_contribution_eur": D("113.40"),
        "paid_on": ON,
        "provisional": True,
    }
    return PayStatementPaper.model_validate({**plain, **changes})


def expense_note(language: Language = "fr") -> ExpenseNotePaper:
    """23.60 + 19.20 = 42.80."""
    lines = (
        PrintedExpenseLine(
            on=date(2026, 3, 13),
            kind="receipt",
            description="Baguettes et peau de caisse claire, magasin de musique du centre",
            amount_eur=D("23.60"),
            receipt="R-01",
        ),
        PrintedExpenseLine(
            on=date(2026, 3, 14),
            kind="kilometres",
            description="Bruxelles – Liège",
            quantity=D("44.76"),
            rate_eur=D("0.4290"),
            amount_eur=D("19.20"),
        ),
    )
    return ExpenseNotePaper.model_validate(
        {
            **_base(language),
            "person": PERSON,
            "number": "NF-2026-0041",
            "job_title": JOB,
            "lines": lines,
            "paid_on": ON,
        }
    )


def assignment_note(language: Language = "fr") -> AssignmentNotePaper:
    return AssignmentNotePaper.model_validate(
        {
            **_base(language),
            "person": PERSON,
            "number": "NA-2026-0009",
            "contract_number": "CT-2025-0801",
            "contract_signed_on": date(2025, 12, 15),
            "job_title": JOB,
            "client_name": CLIENT.name,
            "function": "batteuse",
            "days": DAYS,
            "gross_eur": D("420.00"),
        }
    )


def dimona(language: Language = "fr", **changes: object) -> DimonaReceiptPaper:
    plain = {
        **_base(language),
        "person": PERSON,
        "action": "IN",
        "worker_type": "ART",
        "joint_committee": "304",
        "starts_on": date(2026, 3, 13),
        "ends_on": date(2026, 3, 14),
        "declared_at": AT,
        "answered_at": datetime(2026, 3, 2, 9, 30, 4, tzinfo=UTC),
        "answer": "A",
        "period_id": "292087301567",
        "declaration_id": "4f5b2a77-0c1e",
    }
    return DimonaReceiptPaper.model_validate({**plain, **changes})


def certificate(language: Language = "fr") -> CertificatePaper:
    covers = (
        Cover(name="Accidents du travail", insurer="Assurances Exemple SA", policy_number="AT-4711-2026"),
        Cover(
            name="Responsabilité civile",
            insurer="Assurances Exemple SA",
            policy_number="RC-4712-2026",
            limit_eur=D("2500000.00"),
            excess_eur=D("250.00"),
        ),
        Cover(
            name="Tous risques matériel",
            insurer="Verzekeringen Voorbeeld NV",
            policy_number="TRM-000981-B",
            limit_eur=D("5000.00"),
            excess_eur=D("150.00"),
            premium_eur=D("25.00"),
        ),
    )
    return CertificatePaper.model_validate(
        {
            **_base(language),
            "number": "AA-2026-0055",
            "job_title": JOB,
            "insured_from": date(2026, 3, 13),
            "insured_until": date(2026, 3, 14),
            "place": "Le Reflektor, Liège",
            "countries": ("BE", "FR"),
            "covers": covers,
            "persons": ("Noémie Van den Broeck", "Youssef Benali", "Marie-Anne de Saint-Exupéry-Lambrechts"),
            "things": (
                InsuredThing(name="Projecteur LED à découpe", quantity=6, value_eur=D("590.00"), serial="LX-1"),
                InsuredThing(name="Console lumière", value_eur=D("1450.00")),
            ),
            "report_to": "votre conseiller au +32 4 000 00 01",
        }
    )


def handover(kind: str, language: Language = "fr") -> HandoverSheetPaper:
    plain: dict[str, object] = {
        **_base(language),
        "kind": kind,
        "number": "RM-2026-0021",
        "job_title": JOB,
        "lender": "Coopérative des Possibles",
        "borrower": "Youssef Benali",
        "out_at": datetime(2026, 3, 13, 8, 0, tzinfo=UTC),
        "out_place": "Dépôt, quai du Halage 3, Liège",
        "back_at": datetime(2026, 3, 15, 9, 0, tzinfo=UTC),
        "back_place": "Dépôt, quai du Halage 3, Liège",
        "remarks": ("Griffe sur l'aile arrière gauche", "Rétroviseur droit recollé"),
    }
    if kind == "van":
        plain |= {
            "vehicle": "Fourgon 8 m³, 3 places",
            "plate": "2-ABC-123",
            "kilometres_out": 48210,
            "kilometres_included": 200,
            "price_per_further_km_eur": D("0.20"),
            "fuel": "4/4",
        }
    else:
        plain["items"] = (
            HandoverItem(name="Projecteur LED à découpe", quantity=6, serial="LX-1…6", value_eur=D("590.00")),
            HandoverItem(name="Câble 25 m", quantity=8),
        )
    return HandoverSheetPaper.model_validate(plain)


def story(language: Language = "fr") -> StoryPaper:
    """A job whose van was kept, stopped on the way, and paid to the cent."""
    van = StoryStep(
        title="Camionnette",
        state="Fait",
        about="Réserve une camionnette.",
        facts=(("Prix", "74,00 €"), ("Référence", "own-1")),
        events=(("2 févr., 08:00", "mettre une option : fait"), ("2 févr., 12:00", "7 heures : en attente du job")),
        money=(("2 févr. 2026", "Un service est payé", "74,00 €"),),
        papers=("Fiche de remise",),
        undo="Rendu le 3 février.",
    )
    return StoryPaper(
        language=language,
        sandbox=True,
        printed_on=date(2026, 3, 14),
        entity=ENTITY,
        number="7ZK4M2Q9XA",
        job_title="Concert à Liège",
        state="Clôturé",
        facts=(("Client", "Zaal Kadans"), ("Montant", "1 800,00 €")),
        lines=(
            PrintedStoryLine(at="2 févr., 08:00", what="Le job", text="Job déclaré : tout est lancé.", by="Ann"),
            PrintedStoryLine(
                at="14 févr., 09:00", what="Accord", text="D'accord.", quiet="12 jours : en attente du client"
            ),
        ),
        steps=(van, van.model_copy(update={"money": (), "papers": (), "undo": "", "events": ()})),
        money=(("5 mars 2026", "Paiement du client", "2 544,00 €"),),
        deadlines=(("Dimona", "14 mars 2026", "2 févr. 2026", "Dimona : au plus tard au début du travail"),),
    )


def day_sheet(language: Language = "fr", **changes: object) -> DaySheetPaper:
    plain = {
        **_base(language),
        "number": "7H3K9QW2ZX / 1",
        "job_title": JOB,
        "on": date(2026, 3, 13),
        "place": "Le Reflektor",
        "place_address": PrintedAddress(street="Place Xavier-Neujean 24", postal_code="4000", city="Liège"),
        "client_name": CLIENT.name,
        "client_contact": "Fatima El Amrani, +32 2 000 00 02",
        "adviser": "Luc, +32 4 000 00 01",
        "emergency_phone": "112",
        "moments": (
            DaySheetMoment(at="10:00", what="Retrait de la camionnette", where="Dépôt, quai du Halage 3"),
            DaySheetMoment(at="14:00", what="Arrivée, montage"),
            DaySheetMoment(at="17:30", what="Balance"),
            DaySheetMoment(at="20:30", what="Concert"),
            DaySheetMoment(at="23:00", what="Démontage"),
        ),
        "crew": (
            DaySheetCrew(
                name="Noémie Van den Broeck", function="batteuse", call_at="14:00", phone="+32 470 00 00 01"
            ),
            DaySheetCrew(name="Youssef Benali", function="éclairagiste", call_at="12:00"),
            DaySheetCrew(name="Marie-Anne de Saint-Exupéry-Lambrechts", function="chant", call_at="16:00"),
        ),
        "van": "Fourgon 8 m³, 2-ABC-123, conduit par Youssef",
        "equipment": ("6 projecteurs LED", "1 console lumière", "8 câbles de 25 m"),
        "travel": ("Marie-Anne : 13:02 Bruxelles-Midi → 14:01 Liège-Guillemins",),
        "note": "L'entrée des artistes est à l'arrière, sonnez deux fois.",
    }
    return DaySheetPaper.model_validate({**plain, **changes})


def long_contract(language: Language = "fr") -> ContractPaper:
    """A student, eight days, a reason for a further term."""
    days = tuple(
        PrintedWorkDay(
            on=date(2026, 3, number),
            starts=time(9),
            ends=time(17, 30),
            place="Namur",
            minutes=480,
            pause_minutes=30,
        )
        for number in range(2, 10)
    )
    reason = "tournée saisonnière, travail par nature limité aux dates du festival"
    return contract(language, status="student", artistic=False, days=days, fixed_term_reason=reason)


def every_paper(language: Language) -> dict[str, Paper]:
    """All papers, by name."""
    return {
        "contract": contract(language),
        "student contract": long_contract(language),
        "amendment": amendment(language),
        "termination": termination(language),
        "assignment note": assignment_note(language),
        "dimona accepted": dimona(language),
        "dimona warned": dimona(language, answer="W", planned_hours=16, anomalies=("90017-300: avertissement",)),
        "order form": order_form(language),
        "order form of a change": changed_order(language),
        "order form without answer": order_form(language, agreement=None, schedule=(), cancellation=()),
        "invoice": invoice(language),
        "paid invoice": invoice(language, paid_so_far_eur=D("2968.71")),
        "deposit": invoice(language, kind="deposit", lines=(concert(unit_price_eur=D("720.00")),)),
        "credit note": invoice(language, kind="credit_note", refers_to=(DEPOSIT,)),
        "private invoice": invoice(language, client=NEIGHBOUR, penalty_clause=True, paid_so_far_eur=D("968.71")),
        "friendly reminder": reminder("friendly", language),
        "first reminder": reminder("first_b2c", language),
        "formal notice": reminder("formal_notice", language),
        "bailiff dossier": reminder("bailiff_dossier", language),
        "certificate": certificate(language),
        "pay statement": pay_statement(language),
        "expense note": expense_note(language),
        "day sheet": day_sheet(language),
        "story": story(language),
        "van handover": handover("van", language),
        "equipment handover": handover("equipment", language),
    }
