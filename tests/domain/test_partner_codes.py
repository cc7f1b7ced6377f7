"""A failure code of a partner survives: what it means is said, who decides follows, an unknown one is named."""

from typing import Any

import pytest

from api.wording.timeline import refusal
from domain.errors import PartnerRefused
from domain.partner_codes import ANY, CODES, codes_of, decider, meaning
from domain.services.employment_contract import DimonaRefused
from domain.services.wages import PaymentReturned
from engine.settings import PARTNERS
from engine.words import LANGUAGES, catalog

LISTED = {f"code.{partner}.{code}" for partner, table in CODES.items() for code in table}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_listed_code_has_its_text_and_no_text_is_left_over(lang: Any) -> None:
    texts = {one for one in catalog(lang) if one.startswith("code.") and not one.startswith("code.unknown")}
    assert LISTED - texts == set(), "say in engine/locale/partner_codes.yaml what it means"
    assert texts - LISTED == set(), "list it in domain/partner_codes.py"


def test_codes_are_listed_under_partners_that_exist() -> None:
    assert set(CODES) <= {ANY, *PARTNERS}


def test_what_a_known_code_means_is_said_in_the_readers_language() -> None:
    told = {"problem": "PaymentReturned", "reason": "AC04"}
    assert refusal(told, "fr") == "La banque a renvoyé le paiement : le compte est clôturé (AC04)"
    assert refusal(told, "en") == "The bank returned the payment: the account is closed (AC04)"


def test_an_unknown_code_is_said_as_unknown_with_the_partners_own_text() -> None:
    told = {"problem": "DimonaRefused", "anomalies": "90017-369 Contingent dépassé; 00777-001 Autre chose"}
    said = refusal(told, "en")
    assert said == (
        "Social security refused the declaration: more hours than the student's quota (90017-369); "
        "Autre chose (code 00777-001, which we do not know)"
    )


def test_a_code_without_words_of_the_partner_is_named_all_the_same() -> None:
    told = {"problem": "PartnerRefused", "partner": "railway", "detail": "", "code": "fare-gone"}
    assert refusal(told, "en") == "The railway refused: code fare-gone, which we do not know"


def test_what_was_kept_before_codes_were_reads_as_it_did() -> None:
    told = {"problem": "PartnerRefused", "partner": "railway", "detail": "this fare is sold out"}
    assert refusal(told, "en") == "The railway refused: this fare is sold out"
    assert refusal({**told, "code": "refused"}, "en") == "The railway refused: this fare is sold out"


def test_who_decides_follows_the_code() -> None:
    assert decider(DimonaRefused(anomalies="90017-369 Contingent dépassé")) == "advisor"
    assert decider(DimonaRefused(anomalies="00777-001 Autre chose")) == "ops"
    assert decider(PaymentReturned(reason="AC04")) == "finance"
    assert decider(PartnerRefused(partner="railway", detail="no", code="unauthorized")) == "ops"


def test_a_reason_that_is_no_code_stays_as_it_is() -> None:
    assert list(codes_of("PaymentReturned", {"reason": "returned"})) == []
    assert list(codes_of("DimonaRefused", {"anomalies": "-"})) == []


def test_only_what_may_pass_by_itself_is_tried_again() -> None:
    assert {code for code in CODES[ANY] if (one := meaning("railway", code)) and one.retry} == {
        "conflict", "wrong-state", "hold-expired", "idempotency-in-flight", "idempotency-key-reused",
    }  # fmt: skip
