"""Papers as people read them: the text of a PDF, in the language it says it is in."""

from importlib import import_module
from importlib.util import find_spec
from io import BytesIO

from allin.crawling.reading import Block, lines
from allin.crawling.slips import Given, Slip, slips
from domain.people import Language
from engine.words import LANGUAGES

COURTESY = "-translation-"
"""In the name of a paper that holds the binding language and a translation beside it."""
READER = "pypdf"
"""Comes with the tools for development; an installation only prints, it never reads."""


def can_read() -> bool:
    """Whether papers can be read here."""
    return find_spec(READER) is not None


def text_of(pdf: bytes) -> tuple[str | None, list[Block]]:
    """The stated language of a PDF, and its lines."""
    reader = import_module(READER).PdfReader(BytesIO(pdf))
    lang = reader.trailer["/Root"].get("/Lang")
    told = "\n".join(page.extract_text() for page in reader.pages)
    return (str(lang)[:2] if lang else None), [block for line in told.splitlines() for block in lines(line)]


def slips_of(content: bytes, media_type: str, where: str, given: Given | None) -> list[Slip]:
    """What is wrong with a paper; files for machines (XML, calendars) have nothing to read."""
    if not content.startswith(b"%PDF") or not can_read():
        return []
    if b"%%EOF" not in content[-1024:]:
        return []  # a proof somebody handed in, which is kept as it came
    lang, blocks = text_of(content)
    if lang not in LANGUAGES:
        return []  # a partner's own paper, in whatever language they write
    own: Language = lang
    found = slips(blocks, own, where, "", given)
    return [slip for slip in found if slip.kind != "language"] if COURTESY in where else found
