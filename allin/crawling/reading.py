"""What a person reads on a page: one text per paragraph, cell, heading, option or label, in its own language."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import html
from lxml.html import HtmlElement

HIDDEN = frozenset({"script", "style", "template", "svg", "textarea", "noscript", "head"})
"""Not read by anybody, or typed by a person."""
TECHNICAL = frozenset({"code", "pre", "samp", "kbd"})
"""Where operations read a name of the machine on purpose, as in a part of class `technical`."""
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "dfn", "em", "i", "mark", "q", "s", "span", "strong", "sub", "sup"}
    | {"u", "wbr", "data", "var", "ins", "del"}
)
"""Elements that go on in the same sentence."""
READ_ALOUD = ("alt", "aria-label", "title", "placeholder")


class Block(NamedTuple):
    """One text that is read in one go."""

    text: str
    lang: str | None
    """The language stated for this part only; None where the page's own goes on."""
    technical: bool = False


class Page(NamedTuple):
    """A page as it is read."""

    lang: str | None
    blocks: tuple[Block, ...]
    links: tuple[str, ...]


def read(page: str) -> Page:
    """The texts and the links of a page."""
    tree = html.document_fromstring(page)
    links = tuple(str(one.get("href")) for one in tree.iter("a") if one.get("href"))
    body = tree.find("body")
    title = tree.findtext(".//title") or ""
    found = [Block(_tidy(title), None)] if title.strip() else []
    if body is not None:
        found += _blocks(body)
    return Page(tree.get("lang"), tuple(found), links)


def lines(text: str) -> list[Block]:
    """The texts of something without markup: a mail, a printed paper, a sentence."""
    return [Block(line, None) for part in re.split(r"\n\s*\n|\r", text) if (line := _tidy(part))]


def _blocks(top: HtmlElement) -> list[Block]:
    reader = _Reader()
    reader.enter(top, None, False)
    reader.close(None, False)
    return reader.found


class _Reader:
    """Walks through a page, collecting a sentence until a block ends it."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self._words: list[str] = []

    def enter(self, element: HtmlElement, lang: str | None, technical: bool) -> None:
        """Read an element and all in it."""
        for name in READ_ALOUD:
            if value := element.get(name):
                self.found.append(Block(_tidy(value), element.get("lang") or lang, technical))
        own_technical = technical or element.tag in TECHNICAL or "technical" in (element.get("class") or "").split()
        own_lang = element.get("lang") or lang
        apart = element.tag not in INLINE or own_lang != lang or own_technical != technical
        if apart:
            self.close(lang, technical)
        if not apart and element.get("class"):
            self._apart()
        self._words.append(element.text or "")
        for child in _elements(element):
            if child.tag not in HIDDEN:
                self.enter(child, own_lang, own_technical)
            self._words.append(child.tail or "")
        if apart:
            self.close(own_lang, own_technical)

    def _apart(self) -> None:
        """What has a look of its own stands apart from the word before it, also without a space between them."""
        if "".join(self._words)[-1:].isalnum():
            self._words.append(" ")

    def close(self, lang: str | None, technical: bool) -> None:
        """The sentence is complete."""
        if text := _tidy("".join(self._words)):
            self.found.append(Block(text, lang, technical))
        self._words = []


def _elements(element: HtmlElement) -> Iterator[HtmlElement]:
    return (child for child in element if isinstance(child.tag, str))


def _tidy(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text).strip()
