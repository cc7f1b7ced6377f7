"""The check for code that nobody calls notices it, and knows what a template or a framework calls."""

from pathlib import Path

from tests.dead_code import unused

CODE = """
def called(): ...
def shown(): ...
def forgotten(): ...
def downgrade(): ...
@router.get("/")
def page(): ...
called()
"""


def test_what_nothing_calls_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "rule.py").write_text(CODE)
    (tmp_path / "domain" / "paper.html").write_text("<p>{{ shown() }}</p>")
    assert list(unused(tmp_path)) == ["domain/rule.py:4: unused function 'forgotten'"]
