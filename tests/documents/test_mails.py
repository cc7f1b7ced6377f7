"""E-mails: every kind, in every language, readable by people and by payment programs."""

from decimal import Decimal

import pytest
from lxml import html

from documents.language import LANGUAGES
from documents.render import mail
from domain.papers import (
    CrewInvitationMail,
    DataChangedMail,
    InvoiceMail,
    Language,
    PasswordLinkMail,
    PrintedMail,
    ReminderFirstB2cMail,
    StepNeedsYouMail,
    WithdrawnMail,
)
from tests.documents.mail_samples import LINK, every_mail, one_mail


def test_every_kind_of_mail_is_tried_here() -> None:
    def leaves(kind: type[PrintedMail]) -> set[type[PrintedMail]]:
        below = kind.__subclasses__()
        return {kind} if not below else set().union(*(leaves(one) for one in below))

    assert {type(message) for message in every_mail("fr")} == leaves(PrintedMail)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_has_a_subject_a_text_and_a_page_in_every_language(language: Language) -> None:
    for message in every_mail(language):
        written = mail(message)
        about_a_job = "Nuit blanche" in written.subject or "LIE-2026-00042" in written.subject
        assert about_a_job != isinstance(message, DataChangedMail | PasswordLinkMail)
        assert "{" not in written.subject + written.text
        assert written.text.startswith("[SANDBOX - ")
        assert html.fromstring(written.html).get("lang") == language
        assert (LINK in written.text) == (LINK in written.html) == hasattr(message, "link")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invoice_mail_can_be_read_by_a_payment_program_in_every_language(language: Language) -> None:
    text = mail(one_mail(InvoiceMail, language)).text
    assert "\n\nPayable: 1234.50 EUR\n+++123/4567/89002+++\nIBAN: BE71096123456769\nDue: 2026-04-13\n\n" in text


def test_an_invoice_mail_says_the_amount_to_people_too() -> None:
    text = mail(one_mail(InvoiceMail, "fr")).text
    assert "À payer : 1\u202f234,50\xa0€" in text
    assert "au plus tard le 13 avril 2026" in text


def test_a_credit_note_asks_for_no_payment() -> None:
    written = mail(one_mail(InvoiceMail, "nl", document="credit_note", payable_eur=Decimal("121.00")))
    assert "In uw voordeel: €\xa0121,00" in written.text
    assert written.subject == "Uw creditnota LIE-2026-00042: Nuit blanche"
    assert "Payable" not in written.text


@pytest.mark.parametrize(
    ("language", "term"),
    [
        ("fr", "14 jours, jusqu'au 4 mai 2026"),
        ("nl", "14 dagen, tot en met 4 mei 2026"),
        ("en", "14 days, until 4 May 2026"),
    ],
)
def test_the_first_reminder_to_a_private_person_has_the_four_mandatory_items(language: Language, term: str) -> None:
    # CDE art. XIX.2 §3: balance and clause; creditor and number; product and due date; the 14 days.
    text = mail(one_mail(ReminderFirstB2cMail, language)).text
    for item in (
        "1234.50",
        "101.73" if language == "en" else "101,73",
        "Coopérative des Possibles",
        "1000.000.021",
        "Concert du 13 mars",
        "13 ",
        term,
    ):
        assert item in text


def test_without_a_clause_nothing_is_threatened() -> None:
    free = one_mail(ReminderFirstB2cMail, "fr", clause_amount_eur=Decimal("0.00"))
    assert "indemnité convenue" not in mail(free).text


def test_a_withdrawn_job_says_what_remains_owed_or_that_nothing_is() -> None:
    assert "Niemand is iets verschuldigd." in mail(one_mail(WithdrawnMail, "nl")).text
    owed = mail(one_mail(WithdrawnMail, "en", owed_eur=Decimal("250.00"))).text
    assert "€250.00 remains owed" in owed
    assert "Nobody owes" not in owed


def test_names_cannot_become_markup_and_titles_cannot_become_headers() -> None:
    nasty = one_mail(
        CrewInvitationMail, "fr", member_name="<script>x</script>", job_title="a\r\nBcc: you@example.org"
    )
    written = mail(nasty)
    assert "<script>" not in written.html
    assert "&lt;script&gt;" in written.html
    assert "\n" not in written.subject
    assert "\r" not in written.subject


def test_braces_in_a_name_are_only_braces() -> None:
    assert "{to_name}" in mail(one_mail(StepNeedsYouMail, "en", reason="{to_name} {0}")).text


def test_a_mail_without_a_full_address_behind_its_button_is_refused() -> None:
    with pytest.raises(ValueError, match="pattern"):
        one_mail(CrewInvitationMail, "fr", link="/i/abc")


@pytest.mark.parametrize(
    ("language", "subject"),
    [("fr", "Votre contrat à signer : "), ("nl", "Uw contract om te tekenen: "), ("en", "Your contract to sign: ")],
)
def test_nobody_is_offered_work_by_themselves(language: Language, subject: str) -> None:
    own, theirs = (mail(one_mail(CrewInvitationMail, language, own=mine)) for mine in (True, False))
    assert own.subject.startswith(subject)
    assert not theirs.subject.startswith(subject)
    name = str(dict(one_mail(CrewInvitationMail, language))["member_name"])
    assert name not in own.subject + own.text.split("\n--")[0]
