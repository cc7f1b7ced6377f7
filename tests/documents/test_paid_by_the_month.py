"""A contract of several months says by when each month is paid; an amendment and the mail that joins it too."""

from datetime import date
from decimal import Decimal as D

import pytest

from documents.mails import mail
from domain.papers import ContractSignedMail, Language, PrintedPayDay
from tests.documents.mail_samples import one_mail
from tests.documents.paper_samples import amendment, contract
from tests.documents.test_pdf import plain

MONTHS = tuple(
    PrintedPayDay(month_on=month, gross_eur=D(gross), paid_by_on=paid)
    for month, gross, paid in (
        (date(2026, 3, 30), "1558.33", date(2026, 4, 2)),
        (date(2026, 4, 27), "1246.67", date(2026, 5, 6)),
        (date(2026, 5, 18), "935.00", date(2026, 5, 25)),
    )
)
SAID: dict[Language, tuple[str, ...]] = {
    "fr": (
        "Elle est payée par mois",
        "mars 2026, 1 558,33 € au plus tard le 2 avril 2026",
        "mai 2026, 935,00 € au plus tard le 25 mai 2026",
    ),
    "nl": (
        "Het wordt per maand betaald",
        "maart 2026, € 1.558,33 uiterlijk op 2 april 2026",
        "mei 2026, € 935,00 uiterlijk op 25 mei 2026",
    ),
    "en": (
        "It is paid by the month",
        "March 2026, €1,558.33 by 2 April 2026 at the latest",
        "May 2026, €935.00 by 25 May 2026 at the latest",
    ),
}


def spaced(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_contract_names_every_pay_day(language: Language) -> None:
    shown = spaced(plain(contract(language, pay_days=MONTHS)))
    for said in SAID[language]:
        assert said in shown
    assert "en une fois" not in shown
    assert "in één keer" not in shown


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_an_amendment_names_them_too(language: Language) -> None:
    shown = spaced(plain(amendment(language, pay_days=MONTHS)))
    for said in SAID[language][1:]:
        assert said in shown
    assert ("compte pour les mois suivants" if language == "fr" else "telt mee voor de volgende maanden") in shown


def test_the_mail_names_every_pay_day() -> None:
    days = tuple(one.paid_by_on for one in MONTHS)
    told = spaced(mail(one_mail(ContractSignedMail, "fr", paid_by_days=days)).text)
    assert "Payé par mois, au plus tard le : 2 avril 2026, 6 mai 2026, 25 mai 2026" in told
    assert "21 mars 2026" not in told
