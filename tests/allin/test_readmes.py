"""The README in three languages shows the same commands, and every picture and page it names exists."""

import re

import pytest

from tests.allin.stack import ROOT

READMES = ("README.md", "README.fr.md", "README.nl.md")
LINK = re.compile(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"")


def commands(name: str) -> list[str]:
    """What is to be typed, without remarks and without the words of a reason."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = [line for block in text.split("```")[1::2] for line in block.splitlines()]
    typed = [line.partition("#")[0].strip() for line in lines if line.startswith(("make", "allin", "source"))]
    return [re.sub(r'--reason "[^"]*"', "--reason", line) for line in typed]


@pytest.mark.parametrize("name", READMES)
def test_each_names_the_same_commands(name: str) -> None:
    assert commands(name) == commands("README.md")


@pytest.mark.parametrize("name", READMES)
def test_every_link_and_picture_leads_somewhere(name: str) -> None:
    found = [one or other for one, other in LINK.findall((ROOT / name).read_text(encoding="utf-8"))]
    assert [path for path in found if not (ROOT / path).exists()] == []
    assert {other for other in READMES if other != name} <= set(found)
