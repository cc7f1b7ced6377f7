"""Every paper prints, lasts, reads aloud, and says the exact amounts in each language."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from pypdf import PdfReader

from documents.language import LANGUAGES
from documents.qr import epc_payload
from documents.render import invoice_files, pdf, ubl
from documents.sheets.base import sheet
from documents.sheets.employment_contract import worked_minutes
from domain.papers import EntityParty, Language, Paper
from tests.documents.paper_samples import (
    changed_order,
    claimed,
    contract,
    day_sheet,
    dimona,
    every_paper,
    order_form,
    pay_statement,
    reminder,
    termination,
)
from tests.documents.samples import CLIENT, DAYS, ENTITY, invoice

NAMES = tuple(every_paper("fr"))


def text_of(data: bytes) -> str:
    """What a reader sees, on one line, with ordinary spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())


def plain(paper: Paper) -> str:
    return text_of(pdf(paper)).replace("\u202f", " ")


def metadata(data: bytes) -> dict[str, str]:
    with pikepdf.open(BytesIO(data)) as opened, opened.open_metadata() as xmp:
        return {key: str(value) for key, value in xmp.items()}


def every_printed_paper() -> Iterator[type[Paper]]:
    def leaves(kind: type[Paper]) -> Iterator[type[Paper]]:
        below = kind.__subclasses__()
        yield from (leaf for one in below for leaf in leaves(one)) if below else [kind]

    return leaves(Paper)


def test_every_kind_of_paper_is_tried_here() -> None:
    assert {type(paper) for paper in every_paper("fr").values()} == set(every_printed_paper())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_paper_prints_in_every_language_as_pdf_a_3_and_pdf_ua(name: str, language: Language) -> None:
    found = metadata(pdf(every_paper(language)[name]))
    assert found["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
    assert found["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A"
    assert found["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


@pytest.mark.parametrize("name", NAMES)
def test_the_same_paper_gives_the_same_bytes(name: str) -> None:
    assert pdf(every_paper("nl")[name]) == pdf(every_paper("nl")[name])


def test_eight_papers_at_once_come_out_as_one_by_one() -> None:
    papers = list(every_paper("fr").values())[:8]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(pdf, papers)) == [pdf(paper) for paper in papers]


def test_the_invoice_carries_its_own_electronic_original() -> None:
    printed, xml = invoice_files(invoice())
    assert xml == ubl(invoice())
    assert pdf(invoice()) == printed
    with pikepdf.open(BytesIO(printed)) as opened:
        attached = opened.attachments["ubl.xml"].get_file()
        assert attached.read_bytes() == xml
        assert attached.mime_type == "text/xml"
        assert str(opened.attachments["ubl.xml"].obj["/AFRelationship"]) == "/Alternative"
        assert str(opened.Root.Lang) == "fr-BE"


@pytest.mark.parametrize(
    ("language", "amounts"),
    [
        ("fr", ("2 751,00 €", "217,71 €", "2 968,71 €", "13 avril 2026")),
        ("nl", ("€ 2.751,00", "€ 217,71", "€ 2.968,71", "13 april 2026")),
        ("en", ("€2,751.00", "€217.71", "€2,968.71", "13 April 2026")),
    ],
)
def test_the_invoice_says_its_amounts_in_each_language(language: Language, amounts: tuple[str, ...]) -> None:
    shown = plain(invoice(language))
    for amount in (*amounts, "+++123/4567/89002+++", "BE71 0961 2345 6769", "PO-2026-118", "LIE-2026-00042"):
        assert amount in shown


def test_the_invoice_shows_what_is_already_paid() -> None:
    shown = plain(invoice("nl", paid_so_far_eur=Decimal("968.71")))
    assert "Reeds betaald € -968,71" in shown
    assert "Te betalen € 2.000,00" in shown


def test_each_page_names_the_legal_entity() -> None:
    # Companies and Associations Code art. 2:20.
    shown = plain(invoice())
    for mention in ("Coopérative des Possibles SC", "Rue de la Régence 12", "BE 1000.000.021", "RPM Liège"):
        assert mention in shown
    closing: EntityParty = ENTITY.model_copy(update={"in_liquidation": True})
    assert "in vereffening" in plain(invoice("nl", entity=closing))


@pytest.mark.parametrize(
    ("language", "mark"),
    [("fr", "sans valeur légale"), ("nl", "zonder rechtswaarde"), ("en", "no legal value")],
)
def test_a_sandbox_paper_says_it_has_no_legal_value_and_a_real_one_does_not(language: Language, mark: str) -> None:
    assert mark.upper() in plain(day_sheet(language)).upper()
    assert "SANDBOX" not in plain(day_sheet(language, sandbox=False)).upper()


def test_the_payment_code_carries_the_bare_reference_on_line_ten() -> None:
    # EPC069-12: line 10 is the structured reference, line 11 (free text) is absent.
    assert epc_payload(ENTITY, Decimal("2968.71"), "123456789002").split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "GKCCBEBB",
        "Coopérative des Possibles",
        "BE71096123456769",
        "EUR2968.71",
        "",
        "123456789002",
    ]


def test_nothing_to_pay_shows_no_payment_code() -> None:
    assert sheet(invoice(paid_so_far_eur=Decimal("2968.71"))).files["qr"] == ""
    assert "Entièrement payée" in plain(invoice(paid_so_far_eur=Decimal("2968.71")))
    assert sheet(invoice()).files["qr"].startswith("<svg")


def test_data_cannot_become_markup() -> None:
    nasty = '*gras* #pagebreak() $x^2$ #read("house.typ") = Titre <label> @ref \\ "'
    shown = plain(invoice(title=nasty, note=nasty, client=CLIENT.model_copy(update={"name": nasty})))
    assert shown.count('*gras* #pagebreak() $x^2$ #read("house.typ")') >= 1
    assert "Page 1 sur 1" in shown


def test_a_very_long_name_does_not_hide_the_amount() -> None:
    name = "Association internationale pour la promotion des musiques improvisées et des arts de la rue " * 2
    shown = plain(invoice(client=CLIENT.model_copy(update={"name": name}), title=name))
    assert "2 968,71 €" in shown


def test_the_contract_holds_what_the_law_of_7_october_2022_asks_for() -> None:
    shown = plain(contract())
    for item in (
        "Coopérative des Possibles SC",
        "Noémie Van den Broeck",
        "Le Reflektor, Liège",
        "batteuse (employé·e)",
        "commence le 13 mars 2026",
        "de plein droit le 15 mars 2026",
        "420,00 €",
        "au plus tard le 21 mars 2026",
        "14:00 – 23:00",
        "16:00 – 01:00 (lendemain)",
        "soit 16 h 00 de travail",
        "38 heures",
        "commission paritaire 304",
        "AT-4711-2026",
    ):
        assert item in shown


def test_hours_run_past_midnight_and_breaks_are_taken_off() -> None:
    # 14-23 less 1 h = 8 h; 16-01 less 1 h = 8 h.
    assert worked_minutes(DAYS) == 960


def test_english_never_stands_alone_in_a_contract() -> None:
    shown = plain(contract("en", authoritative="nl"))
    assert "Arbeidsovereenkomst voor bepaalde tijd" in shown
    assert "Courtesy translation. Only the text in Dutch binds the parties." in shown
    assert "Het brutoloon bedraagt" in shown
    assert "The gross pay is" in shown
    with pikepdf.open(BytesIO(pdf(contract("en", authoritative="nl")))) as opened:
        assert str(opened.Root.Lang) == "nl-BE"
    with pytest.raises(ValueError, match="authoritative"):
        contract("en", authoritative="en")


def test_a_contract_in_its_own_language_has_no_translation() -> None:
    assert "courtoisie" not in plain(contract("fr"))


def test_a_termination_says_what_stays_owed() -> None:
    assert "doit encore 210,00 € brut" in plain(termination())
    assert "ne se doivent rien." in plain(termination(owed_eur=Decimal("0.00")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_reminder_to_a_private_person_lists_the_mandatory_items(language: Language) -> None:
    shown = plain(reminder("first_b2c", language)).replace("1.210", "1 210")
    due, paid = ("1,210.00", "100.50") if language == "en" else ("1 210,00", "100,50")
    for item in (due, paid, "1000.000.021", "Concert du 14 avril 2025", "14 ", "2025"):
        assert item in shown
    with pytest.raises(ValueError, match="free"):
        reminder("first_b2c", fixed_cost_eur=Decimal("40.00"))


def test_the_formal_notice_adds_up() -> None:
    # 1,210.00 + 17.54 + 32.02 + 40.00 = 1,299.56
    shown = plain(reminder("formal_notice"))
    for amount in ("1 210,00 €", "17,54 €", "32,02 €", "40,00 €", "1 299,56 €", "46 jours à 11,5 %"):
        assert amount in shown


def test_the_dossier_asks_the_lawyer_for_the_right_procedure_and_lists_its_evidence() -> None:
    shown = plain(reminder("bailiff_dossier"))
    assert "art. 1394/20" in shown
    assert "envoi recommandé électronique" in shown


@pytest.mark.parametrize(
    ("route", "asks"),
    [
        ("amicable_bailiff", "recouvrement amiable"),
        ("court", "tribunal compétent"),
        ("european_order", "1896/2006"),
        ("enforcement", "exécuter le titre TIT-B-2026-000001"),
        ("insolvency", "procédure d'insolvabilité"),
    ],
)
def test_each_dossier_says_what_lawyer_or_bailiff_is_asked_to_do(route: str, asks: str) -> None:
    shown = plain(reminder("bailiff_dossier", route=route, title_number="TIT-B-2026-000001")).replace("’", "'")
    assert asks in " ".join(shown.split())


@pytest.mark.parametrize(
    ("route", "comes"),
    [
        ("undisputed_debt", "puis à l'huissier de justice"),
        ("amicable_bailiff", "recouvrement amiable, sans frais pour vous"),
        ("court", "peut saisir le tribunal"),
        ("european_order", "injonction de payer européenne"),
    ],
)
def test_the_formal_notice_threatens_what_comes_next_for_this_kind_of_client(route: str, comes: str) -> None:
    shown = plain(reminder("formal_notice", route=route)).replace("’", "'")
    assert comes in " ".join(shown.split())


def test_a_rate_that_is_not_published_yet_is_said_to_come() -> None:
    shown = plain(reminder("formal_notice", interest=(), interest_later=True)).replace("’", "'")
    assert "dès que le taux de cette période est publié" in " ".join(shown.split())


def test_a_deposit_says_on_the_order_form_by_when_it_is_to_be_paid() -> None:
    assert "Acompte, à payer au plus tard le 12 mars 2026" in plain(order_form())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            ("2.02 Défendeur (code 02)", "code 01 : domicile du défendeur", "49,56 € jusqu'au 30 septembre 2025"),
        ),
        ("nl", ("2.02 Verweerder (code 02)", "woonplaats van de verweerder", "tot en met 30 september 2025")),
        ("en", ("2.02 Defendant (code 02)", "domicile of the defendant", "until 30 September 2025 included")),
    ],
)
def test_form_a_is_filled_in_field_by_field(language: Language, words: tuple[str, ...]) -> None:
    shown = plain(reminder("form_a", language)).replace("’", "'").replace("\u00a0", " ")
    for word in words:
        assert word in shown


def test_interest_and_costs_that_are_left_are_asked_outside_vat() -> None:
    left = claimed(paid_eur=Decimal("1210.00"))
    shown = plain(reminder("late_costs", "fr", invoice=left, late_costs_eur=Decimal("53.92"))).replace("’", "'")
    assert "hors TVA (art. 28, 3°" in shown
    assert "53,92 €" in shown
    assert "1 263,92" not in shown


def test_the_order_form_keeps_the_proof_of_the_agreement() -> None:
    shown = plain(order_form())
    for item in ("Fatima El Amrani", "2 mars 2026, 10:30", "192.0.2.44", "9f86d081", "890,61 €", "50 % du prix"):
        assert item in shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [("fr", ("Ce qui change", "Convenu", "Proposé")), ("nl", ("Wat verandert", "Afgesproken", "Voorgesteld")),
     ("en", ("What changes", "Agreed", "Proposed"))],
)  # fmt: skip
def test_the_order_form_of_a_change_prints_the_old_beside_the_new(
    language: Language, shown: tuple[str, ...]
) -> None:
    changed = plain(changed_order(language)).casefold()
    assert all(word.casefold() in changed for word in shown)
    assert "namur" in changed
    assert "500" in changed
    unchanged = plain(order_form(language))
    assert shown[0] not in unchanged


def test_the_pay_statement_goes_from_gross_to_what_the_bank_booked() -> None:
    shown = plain(pay_statement())
    for amount in ("420,00", "-59,29", "-40,07", "320,64 €", "42,80 €", "363,44 €"):
        assert amount in shown
    with pytest.raises(ValueError, match="do not add up"):
        pay_statement(net_eur=Decimal("320.65"))


@pytest.mark.parametrize(("answer", "said"), [("A", "Aanvaard"), ("W", "met waarschuwing"), ("B", "Geweigerd")])
def test_the_dimona_receipt_says_the_answer_in_words(answer: str, said: str) -> None:
    assert said in plain(dimona("nl", answer=answer))


def test_the_printing_date_is_the_documents_date() -> None:
    assert metadata(pdf(invoice(printed_on=date(2026, 3, 20))))[
        "{http://ns.adobe.com/xap/1.0/}CreateDate"
    ].startswith("2026-03-20")
