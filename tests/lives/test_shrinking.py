"""A failing life is made small by itself, and can be written out as a test that says the same life."""

import ast

from allin.lives import Life, draw
from allin.lives.shrinking import candidates, shrunk
from allin.lives.writing import as_test
from domain.declaration import JobDeclaration


def rich() -> Life:
    """The first life with a van, a move, several people and several days."""
    for n in range(2000):
        life = draw(11, n)
        told = life.declaration
        if told.get("van_rental") and life.course.moves and len(told["crew"]) > 2 and len(told["days"]) > 1:
            return life
    raise AssertionError("none drawn")


async def test_what_does_not_matter_is_left_out_and_what_matters_stays() -> None:
    life, tried = rich(), list[Life]()

    async def fails(candidate: Life) -> bool:
        tried.append(candidate)
        return "van_rental" in candidate.declaration and bool(candidate.course.moves)

    small = await shrunk(life, fails, tries=2000)
    assert small.declaration["van_rental"]
    assert len(small.course.moves) == 1
    assert len(small.declaration["crew"]) <= 2
    assert len(small.declaration["days"]) == 1
    assert not set(small.declaration) - {
        "title", "client", "days", "crew", "price_eur", "description", "vat", "profile", "van_rental",
    }  # fmt: skip
    for one in tried:
        JobDeclaration.model_validate(one.declaration)


async def test_it_stops_after_so_many_tries_and_never_makes_up_a_failure() -> None:
    life, tried = rich(), list[Life]()

    async def fails(candidate: Life) -> bool:
        tried.append(candidate)
        return False

    assert await shrunk(life, fails, tries=7) == life
    assert len(tried) == 7


def test_every_smaller_life_has_one_thing_less() -> None:
    life = rich()
    assert all(candidate != life for candidate in candidates(life))


def test_a_life_written_out_is_the_same_life_and_reads_as_a_test() -> None:
    life = rich()
    source = as_test(life, "zero: is closed with 0.01 on result")
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    assert function.name == f"test_life_11_{life.n}_zero_is_closed_with_0_01_on_result"
    assign = next(one for one in function.body if isinstance(one, ast.Assign))
    assert isinstance(assign.value, ast.Call)
    assert Life.model_validate(ast.literal_eval(assign.value.args[0])) == life
