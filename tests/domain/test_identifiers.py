"""Numbers are checked by their own digits, kept bare, and never repeated in an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from domain import identifiers as ids


class Card(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    enterprise: ids.EnterpriseNumber | None = None
    person: ids.NationalNumber | None = None
    account: ids.Iban | None = None
    communication: ids.StructuredCommunication | None = None
    job: ids.JobId | None = None


@pytest.mark.parametrize("number", ["0403019261", "0428759497", "1000000021", "1001001101", "0896755397"])
def test_published_enterprise_numbers_are_accepted(number: str) -> None:
    assert ids.enterprise_number(f"BE {number}") == number


def test_an_enterprise_number_is_read_as_people_write_it_and_printed_with_dots() -> None:
    assert ids.enterprise_number("403.019.261") == "0403019261"
    assert ids.enterprise_number_text("0403019261") == "0403.019.261"
    assert ids.belgian_vat_number("1000000021") == "BE1000000021"


@pytest.mark.parametrize("wrong", ["0403019262", "12345", "", "2000000042"])
def test_a_wrong_enterprise_number_is_refused_in_one_clear_sentence(wrong: str) -> None:
    with pytest.raises(ValueError, match="enterprise number"):
        ids.enterprise_number(wrong)


@pytest.mark.parametrize("number", ["88022999990", "88222999936", "90010100123", "01020300170", "90410100112"])
def test_national_and_bis_numbers_with_right_check_digits_are_accepted(number: str) -> None:
    assert ids.national_number(number) == number


def test_a_national_number_tells_its_birth_date_and_prints_with_dots() -> None:
    birth = ids.birth_on("88022999990")
    assert birth is not None
    assert birth.isoformat() == "1988-02-29"
    assert ids.national_number_text("88022999990") == "88.02.29-999.90"


def test_a_wrong_national_number_is_not_repeated_in_the_error() -> None:
    with pytest.raises(ValidationError) as raised:
        Card(person="88150199951")
    assert "88150199951" not in str(raised.value)
    assert "identity card" in str(raised.value)


def test_an_iban_with_right_digits_is_kept_without_spaces_and_tells_its_bank() -> None:
    assert ids.iban("BE71 0961 2345 6769") == "BE71096123456769"
    assert ids.bic_of("BE71096123456769") == "GKCCBEBB"
    assert ids.iban_text("BE71096123456769") == "BE71 0961 2345 6769"
    with pytest.raises(ValueError, match="bank account"):
        ids.iban("BE71096123456768")


@pytest.mark.parametrize(
    ("base", "digits"),
    [
        (1234567890, "123456789002"),
        (108068171, "010806817183"),
        (97, "000000009797"),
        (909337554, "090933755493"),
    ],
)
def test_the_published_structured_communications_come_out(base: int, digits: str) -> None:
    assert ids.structured_communication(base) == digits


def test_a_structured_communication_prints_with_plus_signs() -> None:
    assert ids.structured_communication_text("090933755493") == "+++090/9337/55493+++"
    assert ids.structured_communication_digits("+++123/4567/89002+++") == "123456789002"
    with pytest.raises(ValueError, match="structured communication"):
        ids.structured_communication_digits("+++123/4567/89012+++")


@pytest.mark.parametrize("base", [0, -1, 10**10])
def test_a_base_out_of_range_makes_no_structured_communication(base: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        ids.structured_communication(base)


@given(st.integers(min_value=1, max_value=10**10 - 1))
def test_every_structured_communication_survives_being_printed_and_read(base: int) -> None:
    digits = ids.structured_communication(base)
    assert ids.structured_communication_digits(ids.structured_communication_text(digits)) == digits


def test_rf_references_for_foreign_clients_match_iso_11649() -> None:
    assert ids.creditor_reference("539007547034") == "RF18539007547034"
    assert ids.creditor_reference("F20260001") == "RF12F20260001"
    assert ids.creditor_reference_checked("RF18 5390 0754 7034") == "RF18539007547034"
    with pytest.raises(ValueError, match="RF reference"):
        ids.creditor_reference("no-hyphens")


def test_a_job_id_is_ten_crockford_characters_and_forgives_look_alikes() -> None:
    assert ids.job_id("7k3qz9aibo") == "7K3QZ9A1B0"
    assert ids.job_id_from(0) == "0000000000"
    assert ids.job_id_from(2**50 - 1) == "ZZZZZZZZZZ"
    with pytest.raises(ValueError, match="job number"):
        ids.job_id("7K3QZ9A1B")
    with pytest.raises(ValidationError, match="job number"):
        Card(job="7K3QZ9A1BU")


@given(st.integers(min_value=0, max_value=2**50 - 1))
def test_every_random_draw_makes_a_valid_job_id(bits: int) -> None:
    made = ids.job_id_from(bits)
    assert ids.job_id(made) == made


def test_crew_names_are_slugs_and_never_reused() -> None:
    assert ids.free_crew_slug("Ann Peeters", []) == "ann-peeters"
    assert ids.free_crew_slug("Ann", ["ann", "ann-2"]) == "ann-3"
    assert ids.crew_slug(ids.free_crew_slug("Ü", [])) == "person"
    with pytest.raises(ValueError, match="crew name"):
        ids.crew_slug("Ann:1")


def test_a_number_written_without_quotes_is_refused_with_advice() -> None:
    with pytest.raises(ValidationError, match="between quotes"):
        Card(enterprise=403019261)  # type: ignore[arg-type]  # what YAML gives for an unquoted number


def test_foreign_vat_numbers_keep_their_country_code() -> None:
    assert ids.vat_number("FR 40 303 265 045") == "FR40303265045"
    with pytest.raises(ValueError, match="VAT number"):
        ids.vat_number("FR40303265046")
