"""Fictive people and papers, with figures a reader can check by hand."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from domain.papers import (
    ClientParty,
    DocumentReference,
    EntityParty,
    InvoicePaper,
    Language,
    PersonParty,
    PriceLine,
    PrintedAddress,
    PrintedWorkDay,
)

ON = date(2026, 3, 20)

ENTITY = EntityParty(
    name="Coopérative des Possibles",
    legal_form="SC",
    enterprise_number="1000000021",
    address=PrintedAddress(street="Rue de la Régence 12", postal_code="4000", city="Liège"),
    iban="BE71096123456769",
    bic="GKCCBEBB",
    court="Liège",
    email="bonjour@possibles.example",
    website="possibles.example",
    phone="+32 4 000 00 00",
)
CLIENT = ClientParty(
    name="Les Halles de Schaerbeek ASBL",
    kind="company",
    enterprise_number="0403019261",
    address=PrintedAddress(street="Rue Royale Sainte-Marie 22a", postal_code="1030", city="Bruxelles"),
    email="compta@halles.example",
    contact="Service comptabilité",
)
FRENCH_CLIENT = ClientParty(
    name="Le Grand Théâtre SARL",
    vat_number="FR40303265045",
    registration_number="303265045",
    peppol_id="9957:FR40303265045",
    address=PrintedAddress(street="5 rue du Port", postal_code="59000", city="Lille", country="FR"),
    email="compta@theatre.example",
)
SWISS_CLIENT = ClientParty(
    name="Festival du Lac SA",
    registration_number="CHE-123.456.788",
    peppol_id="0183:CHE123456788",
    address=PrintedAddress(street="Quai 3", postal_code="1201", city="Genève", country="CH"),
    email="admin@lac.example",
)
NEIGHBOUR = ClientParty(
    name="Élodie Vandenberghe-Dupont",
    kind="private_person",
    address=PrintedAddress(street="Kerkstraat 8 bus 3", postal_code="9000", city="Gent"),
    email="elodie@voorbeeld.example",
)
PERSON = PersonParty(
    name="Noémie Van den Broeck",
    address=PrintedAddress(street="Chaussée de Ninove 101", postal_code="1080", city="Bruxelles"),
    national_number="85073003328",
    birth_on=date(1985, 7, 30),
    iban="BE71096123456769",
)
HALL = "Le Reflektor, Liège"
DAYS = (
    PrintedWorkDay(on=date(2026, 3, 13), starts=time(14), ends=time(23), place=HALL, minutes=480, pause_minutes=60),
    PrintedWorkDay(on=date(2026, 3, 14), starts=time(16), ends=time(1), place=HALL, minutes=480, pause_minutes=60),
)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def concert(**line: object) -> PriceLine:
    """One concert at 6 %."""
    plain = {"name": "Concert", "unit_price_eur": Decimal("2400.00"), "vat_percent": Decimal(6)}
    return PriceLine.model_validate({**plain, **line})


def invoice(language: Language = "fr", **changes: object) -> InvoicePaper:
    """2,400.00 at 6 % and 2 days at 175.50 at 21 %: net 2,751.00, VAT 144.00 + 73.71, total 2,968.71."""
    plain = {
        "language": language,
        "sandbox": True,
        "printed_on": ON,
        "entity": ENTITY,
        "client": CLIENT,
        "number": "LIE-2026-00042",
        "title": "Concert « Nuit blanche » au Reflektor",
        "lines": (
            concert(description="Trio, deux sets de 45 minutes, répétition comprise"),
            PriceLine(
                name="Éclairage",
                description="Location et réglage",
                quantity=Decimal(2),
                unit="day",
                unit_price_eur=Decimal("175.50"),
                vat_percent=Decimal(21),
            ),
        ),
        "issued_on": date(2026, 3, 14),
        "due_on": date(2026, 4, 13),
        "performed_from": date(2026, 3, 13),
        "performed_until": date(2026, 3, 14),
        "job_reference": "7H3K9QW2ZX",
        "purchase_order": "PO-2026-118",
        "payment_reference": "123456789002",
    }
    return InvoicePaper.model_validate({**plain, **changes})


DEPOSIT = DocumentReference(number="LIE-2026-00031", issued_on=date(2026, 2, 20))
