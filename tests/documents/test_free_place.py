"""Work without a fixed place: the contract and the list of days say so, in each language."""

from typing import Any

import pytest

from documents.sheets.base import work_days
from documents.sheets.employment_contract import _contract_articles
from domain.people import Language
from tests.documents.paper_samples import contract


@pytest.mark.parametrize(
    ("language", "article", "day"),
    [
        ("fr", "Le travail n'a pas de lieu fixe : la personne est libre", "sans lieu fixe"),
        ("nl", "Het werk heeft geen vaste plaats: de persoon kiest vrij", "zonder vaste plaats"),
        ("en", "The work has no fixed place: the person is free", "no fixed place"),
    ],
)
def test_a_contract_without_a_place_says_that_the_person_chooses_it(
    language: Language, article: str, day: str
) -> None:
    """Source: Directive (EU) 2019/1152, art. 4 (2) (b)."""
    paper = contract()
    days = tuple(one.model_copy(update={"place": ""}) for one in paper.days)
    articles: list[dict[str, Any]] = _contract_articles(paper.model_copy(update={"days": days}), language)
    assert any(part.startswith(article) for one in articles for part in one["paragraphs"])
    assert {row["place"] for row in work_days(days, language)} == {day}


def test_a_contract_with_one_free_day_names_the_place_of_the_others() -> None:
    paper = contract()
    first = paper.days[0]
    days = (first.model_copy(update={"place": "Liège"}), first.model_copy(update={"place": ""}))
    articles: list[dict[str, Any]] = _contract_articles(paper.model_copy(update={"days": days}), "en")
    told = [part for one in articles for part in one["paragraphs"]]
    assert any(part.startswith("The work takes place at: Liège ; a place the person chooses.") for part in told)
