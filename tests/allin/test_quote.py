"""`allin quote`: every euro of the example job with its reason, on paper and offline."""

import json
from pathlib import Path

import pytest

from allin.__main__ import run

ROOT = Path(__file__).parent.parent.parent
CONCERT = str(ROOT / "examples" / "concert.yaml")


def test_the_concert_is_explained_to_the_last_cent(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["quote", CONCERT, "--lang", "en", "--on", "2026-02-02"]) == 0
    told = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert lines[0] == "Concert at the company evening"
    assert "about €387.13 on your account by Fri 27 Mar 2026, whatever the client does" in lines
    assert any(line.startswith("The client pays €2,544.00 €2,400.00 + €144.00") for line in lines)
    assert any(line.startswith("Contribution to the cooperative €156.00 €2,400.00 x 6.5 %") for line in lines)
    assert any(line.startswith("Wage budget €1,763.75 €2,400.00 - €156.00") for line in lines)
    assert any(line.startswith("ann (singer) €875.82 €583.88 x 1.50") for line in lines)
    assert any("RD 20, table A, rubric XXIX" in line for line in lines), "the source of the VAT rate"
    assert max(map(len, told.splitlines())) <= 120


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Le client paie 2 544,00 €"),
        ("nl", "De klant betaalt € 2.544,00"),
        ("en", "The client pays €2,544.00"),
    ],
)
def test_it_is_told_in_three_languages(language: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["quote", CONCERT, "--lang", language, "--on", "2026-02-02"]) == 0
    told = capsys.readouterr().out.replace("\u202f", " ").replace("\xa0", " ")
    assert said in [" ".join(line.split())[: len(said)] for line in told.splitlines()]


def test_programs_get_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["quote", CONCERT, "--json", "--on", "2026-02-02"]) == 0
    assert json.loads(capsys.readouterr().out)["wage_budget"]["amount_eur"] == "1763.75"


def test_an_example_in_the_past_is_quoted_as_on_the_demonstrations_first_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["quote", CONCERT, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["made_on"] == "2026-02-02"


def test_half_a_declaration_gives_a_range_and_exit_code_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    half = tmp_path / "half.yaml"
    half.write_text("title: Concert\nprice_eur: 1200.00\n")
    assert run(["quote", str(half), "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert "Still to say:" in told.out
    assert told.err == "allin: this job cannot be declared like this: see what is missing or refused above\n"


def test_a_flaw_is_told_with_its_line_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flawed = tmp_path / "flawed.yaml"
    flawed.write_text("title: Concert\npriec_eur: 1200.00\n")
    assert run(["quote", str(flawed)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        f"allin: {flawed}: line 2: priec_eur: this word is not known here: correct it or leave it out\n"
    )
