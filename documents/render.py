"""Every paper, file and e-mail the product gives away; the same data always give the same bytes."""

import json
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from documents.agenda import calendar
from documents.electronic import pain001, ubl
from documents.language import TopicWords
from documents.mails import mail
from documents.sheets import TemplateInput, sheet
from documents.sheets.base import letterhead
from domain.papers import InvoicePaper, Paper
from domain.printing import printable

__all__ = ["calendar", "invoice_files", "mail", "pain001", "pdf", "ubl"]

TEMPLATES = Path(str(files("documents") / "templates"))


FONT_PACKAGES = ("fontpkg_noto_sans_thai", "justmytype_intl_cjk")
"""Noto fonts (SIL Open Font License) for names and titles in scripts that the fonts inside typst do not hold."""


@cache
def _fonts() -> typst.Fonts:
    # Only what comes from packages: a developer's own fonts must never change a paper.
    folders = [str(files(name)) for name in FONT_PACKAGES if find_spec(name)]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)


def pdf(paper: Paper) -> bytes:
    """A paper as PDF/A-3 and PDF/UA, readable in fifty years and by a screen reader.

    An invoice carries its own UBL. May be called from several threads at once.
    """
    if isinstance(paper, InvoicePaper):
        return invoice_files(paper)[0]
    return _compile(paper, sheet(paper))


def invoice_files(paper: InvoicePaper) -> tuple[bytes, bytes]:
    """The PDF and the UBL of an invoice or credit note; the UBL is also inside the PDF."""
    xml = ubl(paper)
    printed = sheet(paper)
    return _compile(paper, printed._replace(files={**printed.files, "ubl": xml.decode()})), xml


def _compile(paper: Paper, printed: TemplateInput) -> bytes:
    language = printed.language or paper.language
    words = {word: text for topic in printed.words for word, text in TopicWords(topic, language).items()}
    data = {
        **printed.data,
        "w": words,
        "title": printed.title,
        "language": language,
        "sandbox": paper.sandbox,
        "printed_on": [paper.printed_on.year, paper.printed_on.month, paper.printed_on.day],
        "from": letterhead(printed.entity, language),
    }
    return typst.compile(
        TEMPLATES / printed.template,
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_printable(data)), **printed.files},
        pdf_standards=["a-3a", "ua-1"],
    )


def _printable(told: Any) -> Any:
    """Every text inside as paper prints it: no name or title ever stops a paper."""
    if isinstance(told, str):
        return printable(told)
    if isinstance(told, dict):
        return {name: _printable(value) for name, value in told.items()}
    return [_printable(one) for one in told] if isinstance(told, (list, tuple)) else told
