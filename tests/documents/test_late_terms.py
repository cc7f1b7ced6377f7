"""What a private client owes who pays late is printed before they accept, or not claimed."""

from typing import Any

import pytest

from documents.sheets import sheet
from domain.papers import Language
from tests.documents.paper_samples import order_form
from tests.documents.samples import NEIGHBOUR, invoice

SLICES = {
    "fr": "20,00 € jusqu'à 150,00 € dus ; 30,00 € plus 10 % de la tranche de 150,01 € à 500,00 € ; "
    "65,00 € plus 5 % au-delà de 500,00 €, au plus 2 000,00 €.",
    "nl": "€ 20,00 tot € 150,00 verschuldigd; € 30,00 plus 10 % van de schijf van € 150,01 tot € 500,00; "
    "€ 65,00 plus 5 % boven € 500,00, met een maximum van € 2.000,00.",
    "en": "€20.00 up to €150.00 due; €30.00 plus 10 % of the part from €150.01 to €500.00; "
    "€65.00 plus 5 % above €500.00, at most €2,000.00.",
}
MIRRORED = {
    "fr": "Nous vous devons la même chose si nous vous remboursons en retard",
    "nl": "Wij zijn u hetzelfde verschuldigd als wij u te laat terugbetalen",
    "en": "We owe you the same when we pay you back late",
}


def consumer(language: Language, **clauses: Any) -> list[str]:
    paper = order_form(language, client=NEIGHBOUR, withdrawal="fourteen_days", **clauses)
    told: list[str] = sheet(paper).data["consumer"]
    return [text.replace("\u202f", " ").replace("\xa0", " ") for text in told]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_order_form_prints_the_slices_of_the_law_and_that_both_sides_owe_them(language: Language) -> None:
    told = consumer(language, penalty_clause=True, penalty_interest_percent="8")
    assert told[4].endswith(SLICES[language])
    assert " 8 % " in told[5]
    assert told[6].startswith(MIRRORED[language])


@pytest.mark.parametrize(
    ("language", "who"),
    [("fr", "mediationconsommateur.be"), ("nl", "consumentenombudsdienst.be"), ("en", "mediationconsommateur.be")],
)
def test_a_private_client_reads_where_to_complain_and_who_settles_disputes(language: Language, who: str) -> None:
    """Source: CDE/WER art. VI.45 § 1, 7° and 19°; mediationconsommateur.be, consulted 1 December 2026."""
    (told,) = [text for text in consumer(language) if who in text]
    assert "@" in told


def test_where_nothing_is_agreed_nothing_is_printed() -> None:
    assert len(consumer("en")) == 4
    assert len(sheet(order_form("en")).data["consumer"]) == 0


def test_the_invoice_says_what_the_order_said() -> None:
    told = sheet(invoice("en", client=NEIGHBOUR, penalty_clause=True)).data
    assert "at most" in str(told["late"])
