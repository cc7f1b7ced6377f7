"""Which characters stand on paper, and what a paper prints where it cannot print one."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

PRINTED: Final = (
    (0x0020, 0x007E), (0x00A0, 0x024F), (0x0250, 0x02AF), (0x02B0, 0x02DD), (0x0370, 0x03FF), (0x0400, 0x04FF),
    (0x0531, 0x0586), (0x05D0, 0x05EA), (0x060C, 0x060C), (0x061B, 0x061B), (0x061F, 0x061F), (0x0621, 0x063A),
    (0x0640, 0x064A), (0x0660, 0x0669), (0x067E, 0x067E), (0x0686, 0x0686), (0x0698, 0x0698), (0x06A9, 0x06A9),
    (0x06AF, 0x06AF), (0x06CC, 0x06CC), (0x0E01, 0x0E3A), (0x0E3F, 0x0E5B), (0x10D0, 0x10F6), (0x1E00, 0x1EF9),
    (0x2010, 0x2015),
    (0x2018, 0x201F), (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x202F), (0x2030, 0x2033), (0x2039, 0x203A),
    (0x2074, 0x2079), (0x2080, 0x2089), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2193),
    (0x2212, 0x2212), (0x2260, 0x2265), (0x25A1, 0x25A1), (0x2605, 0x2606), (0x266A, 0x266B), (0x3001, 0x3015),
    (0x3041, 0x3096), (0x30A1, 0x30FE), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFF5E),
)  # fmt: skip
"""First and last code of what the fonts of our papers hold; a test prints every one that is assigned. Emoji,
characters for private use and scripts without a font are not among them."""
INSTEAD: Final = "□"
LONG_WORD: Final = re.compile(r"[^\W\d_]{25,}")
"""Longer than a narrow column. References and addresses hold figures or signs and stay whole, to be copied."""
BREAK: Final = "\u200b"
"""A line may end here; nothing is printed when it does not."""
MARKS: Final = ("Mn", "Cf")
"""Accents that stand alone and signs without a shape: left out where they cannot be joined to a letter."""


def prints(character: str) -> bool:
    """Whether a character stands on paper."""
    code = ord(character)
    return any(first <= code <= last for first, last in PRINTED) and unicodedata.category(character) != "Cn"


def unprintable(text: str) -> str:
    """The characters of a text that no paper can print, each once; empty when all can be."""
    wrong = (one for one in unicodedata.normalize("NFC", text) if not _fine(one))
    return "".join(dict.fromkeys(wrong))


def printable(text: str) -> str:
    """A text as paper prints it: what has no shape is left out, for what no font holds stands a box, and a very
    long word may break."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(_on_paper(one) for one in unicodedata.normalize("NFC", text))
    return LONG_WORD.sub(lambda word: BREAK.join(re.findall(r".{1,6}", word[0])), text)


def texts_in(told: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Each text inside something told, with its place: `crew.1.name`."""
    if isinstance(told, str):
        yield where, told
    elif isinstance(told, Mapping):
        for name, value in told.items():
            yield from texts_in(value, f"{where}.{name}".lstrip("."))
    elif isinstance(told, Iterable):
        for n, value in enumerate(told):
            yield from texts_in(value, f"{where}.{n}".lstrip("."))


def _fine(character: str) -> bool:
    return prints(character) or character in "\n\r\t" or unicodedata.category(character) in MARKS


def _on_paper(character: str) -> str:
    if character == "\n" or prints(character):
        return character
    category = unicodedata.category(character)
    if category in MARKS:
        return ""
    return " " if category in ("Cc", "Zs", "Zl", "Zp") else INSTEAD
