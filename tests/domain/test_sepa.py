"""What leaves for a bank holds only what every bank takes. Source: EPC217-08."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sepa import ALLOWED, sepa_text


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Søren Ångström", "Soren Angstrom"),
        ("D\u2019Hooghe \u2013 Van \u2018t Hof", "D'Hooghe - Van 't Hof"),
        ("Müller & Söhne", "Muller + Sohne"),
        ("Straße 5; \u201cBar\u201d", "Strasse 5, 'Bar'"),
        ("Ștefan Țurcan", "Stefan Turcan"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
        ("Иван Петров", "Ivan Petrov"),
        ("Ana\u00a0\u00a0 Costa\n", "Ana Costa"),
        ("a//b/", "a/b"),
        ("东京", "Dong Jing"),
        ("李 小龙", "Li Xiao Long"),
        ("สมชาย", "smchaay"),
        ("🎺", ""),
        ("Ana 🎺", "Ana ."),
    ],
)
def test_names_are_written_as_people_would_write_them(name: str, written: str) -> None:
    assert sepa_text(name, 70) == written


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.integers(1, 140))
def test_nothing_else_ever_leaves(text: str, longest: int) -> None:
    written = sepa_text(text, longest)
    assert len(written) <= longest
    assert all(ALLOWED.fullmatch(sign) for sign in written)
    assert "//" not in written
