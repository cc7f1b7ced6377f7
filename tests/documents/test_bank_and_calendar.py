"""Payment files a bank accepts, and calendar entries a telephone understands."""

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files

import pytest
from icalendar import Calendar
from lxml import etree

from documents.render import calendar, pain001
from domain.papers import CalendarEntry, PaymentBatch, PaymentFile, PrintedPayment

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
BASE = {"name": "Zoë & Søren <BV>", "iban": "BE71096123456769"}
PAYMENTS = (
    PrintedPayment(end_to_end_id="A7Q2", amount_eur=Decimal("301.22"), text="Nuit blanche, salaire", **BASE),
    PrintedPayment(end_to_end_id="B7Q2", amount_eur=Decimal("42.80"), reference="123456789002", **BASE),
    PrintedPayment(end_to_end_id="C7Q2", amount_eur=Decimal("0.01"), reference="RF18539007547034", **BASE),
    PrintedPayment(end_to_end_id="D7Q2", amount_eur=Decimal("10.00"), bic="GKCCBEBB", **BASE),
)
FILE = PaymentFile(
    message_id="BATCH-2026-0007",
    created_at=datetime(2026, 3, 19, 8, 0, tzinfo=UTC),
    initiator_name="Coopérative des Possibles",
    initiator_enterprise_number="1000000021",
    batches=(
        PaymentBatch(
            payment_info_id="BATCH-2026-0007-1",
            execute_on=date(2026, 3, 20),
            debtor_name="Coopérative des Possibles",
            debtor_iban="BE71096123456769",
            debtor_bic="GKCCBEBB",
            purpose="SALA",
            payments=PAYMENTS,
        ),
    ),
)


def texts(path: str) -> list[str]:
    return [element.text or "" for element in etree.fromstring(pain001(FILE)).iterfind(f".//{path}", NS)]


def test_the_payment_file_is_valid_pain_001_001_09() -> None:
    schema = etree.XMLSchema(file=str(files("sepaxml") / "schemas/pain.001.001.09.xsd"))
    assert schema.validate(etree.fromstring(pain001(FILE))), schema.error_log


def test_its_count_and_sums_are_right_to_the_cent() -> None:
    assert texts("p:GrpHdr/p:NbOfTxs") == ["4"]
    assert texts("p:CtrlSum") == ["354.03", "354.03"]
    assert texts("p:InstdAmt") == ["301.22", "42.80", "0.01", "10.00"]


def test_ids_are_those_given_so_that_exporting_again_gives_the_same_bytes() -> None:
    assert texts("p:MsgId") == ["BATCH-2026-0007"]
    assert texts("p:EndToEndId") == ["A7Q2", "B7Q2", "C7Q2", "D7Q2"]
    assert pain001(FILE) == pain001(FILE.model_copy())


def test_a_belgian_reference_is_marked_as_such_and_an_international_one_is_not() -> None:
    assert texts("p:CdtrRefInf/p:Ref") == ["123456789002", "RF18539007547034"]
    assert texts("p:CdtrRefInf/p:Tp/p:Issr") == ["BBA"]
    assert texts("p:Ustrd") == ["Nuit blanche, salaire"]


def test_no_address_travels_since_banks_refuse_unstructured_ones() -> None:
    assert b"PstlAdr" not in pain001(FILE)


def test_a_payment_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        PrintedPayment(end_to_end_id="X", amount_eur=Decimal("0.00"), **BASE)


ENTRY = CalendarEntry(
    uid="7H3K9QW2ZX-van_rental@allin",
    title="Camionnette, retrait; à l'heure",
    starts_at=datetime(2026, 3, 13, 12, 0, tzinfo=UTC),
    ends_at=datetime(2026, 3, 14, 23, 0, tzinfo=UTC),
    changed_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    place="Rue de la Régence 12, Liège",
    url="https://allin.example/jobs/7H3K9QW2ZX",
    state="tentative",
    revision=2,
)


def test_the_calendar_shows_brussels_time_with_its_time_zone() -> None:
    book = Calendar.from_ical(calendar([ENTRY]))
    assert [zone["TZID"] for zone in book.walk("VTIMEZONE")] == ["Europe/Brussels"]
    (event,) = book.walk("VEVENT")
    assert event["UID"] == "7H3K9QW2ZX-van_rental@allin"
    assert event["DTSTART"].dt.isoformat() == "2026-03-13T13:00:00+01:00"
    assert (event["SEQUENCE"], event["STATUS"]) == (2, "TENTATIVE")
    assert event["SUMMARY"] == "Camionnette, retrait; à l'heure"


def test_the_same_entries_give_the_same_calendar() -> None:
    assert calendar([ENTRY]) == calendar([ENTRY])
    assert calendar([]).startswith(b"BEGIN:VCALENDAR")
