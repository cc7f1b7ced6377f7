"""A failing life written out as a test: the declaration and the course as they can be read, and what must hold."""

import re
from pprint import pformat

from allin.lives.life import Life

WIDTH = 108
TEST = '''async def test_{name}(opening: Opening) -> None:
    """Found by seed {seed}, number {n}: {said}"""
    life = Life.model_validate(
{literal}
    )
    async with opening([life]) as living:
        lived = await living.live()
        assert findings(lived, unheld(await living.seen())) == []
'''


def as_test(life: Life, said: str) -> str:
    """The source of a test that lives this life and asks for everything that must hold."""
    told = life.model_dump(mode="json", exclude_defaults=True)
    literal = "\n".join(f"        {line}" for line in pformat(told, width=WIDTH - 8, sort_dicts=False).splitlines())
    return TEST.format(name=_name(said, life), seed=life.seed, n=life.n, said=said, literal=literal)


def _name(said: str, life: Life) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", said.lower()).strip("_")[:60].strip("_")
    return f"life_{life.seed}_{life.n}_{words}"
