"""Whoever decides sensibly tries something else each time, and decides about what stands open."""

import pytest

from allin.lives import choosing
from allin.lives.dice import Dice
from allin.lives.editing import edited
from allin.lives.mornings import morning
from domain.periods import day_in_brussels
from tests.lives.test_holding import AT

TRIES = range(choosing.ENOUGH)


def chosen(problem: str, *asked: str, told: str = "", n: int = 1) -> list[str]:
    questions = [one for one in ("amend", "by_hand", "keep", "end", "postpone") if one in asked]
    return [choosing.decision(problem, questions, told, times, Dice(1, n, "step")).kind for times in TRIES]


@pytest.mark.parametrize("n", range(5))
def test_a_question_is_answered_by_its_own_answers_one_after_the_other(n: int) -> None:
    given = chosen("SignedContractChanges", "amend", "by_hand", "keep", "end", "postpone", n=n)
    assert set(given) == {"amend", "by_hand", "keep", "end"}


@pytest.mark.parametrize("n", range(5))
def test_a_failed_step_is_given_up_only_after_it_was_tried_again(n: int) -> None:
    given = chosen("PartnerRefused", n=n)
    assert "fail" not in given[:2]
    assert set(given) == {"replay", "edited", "by_hand", "skip", "fail"}


def test_a_loss_gets_its_bearer_and_a_clients_money_is_waited_for() -> None:
    assert chosen("AccountsNotSettled", told="result 70.00")[0] == "edited"
    assert chosen("AccountsNotSettled", told="result 70.00; client_credit -100.00")[:4] == [
        *["postpone"] * 3,
        "edited",
    ]
    assert choosing.open_accounts("result 70.00; receivable 60.00") == {"result": "70.00", "receivable": "60.00"}


def test_whom_a_problem_names_decides_or_operations_do() -> None:
    asked = {choosing.decider("member", "m50-1", Dice(1, n, "who"))[0] for n in range(20)}
    assert asked == {"m50-1", "omar"}


def test_statements_come_in_time_late_in_the_wrong_order_and_again() -> None:
    first = day_in_brussels(AT).toordinal()
    days = [day_in_brussels(AT).fromordinal(first + n) for n in range(60)]
    assert {morning(50, day) for day in days} == {"in_time", "late", "newest_first", "again"}


@pytest.mark.parametrize("n", range(5))
def test_a_write_off_gets_its_yes_and_is_never_given_up(n: int) -> None:
    assert set(chosen("WriteOffNeedsDecision", n=n)) == {"edited", "postpone"}
    assert set(chosen("BailiffNeedsDecision", n=n)) == {"edited", "skip"}
    told = {"request": {"decided": False, "borne_by": "community"}, "editable": ["borne_by", "decided"]}
    assert edited(told, 2) == {"decided": True, "borne_by": "community"}
