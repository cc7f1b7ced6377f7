"""The characters that every bank of the single euro payments area takes, and how other ones are written with them.

Source: EPC217-08, SEPA requirements for an extended character set: Latin letters, digits, space and a few signs;
what has no mapping becomes a full stop. Scripts of other parts of the world are written as they sound, because a
person is paid whatever script their name is in.
"""

import re
import unicodedata
from typing import Final

from text_unidecode import unidecode

ALLOWED: Final = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]")
MAPPED: Final = {
    "ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l",
    "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "ı": "i", "Ħ": "H", "ħ": "h", "Ŋ": "N", "ŋ": "n",
    "Ŧ": "T", "ŧ": "t", "ĸ": "k", "ŉ": "n", "Ə": "E", "ə": "e",
    "&": "+", "@": "(at)", "_": "-", "€": "EUR", "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'",
    "`": "'", "\u00b4": "'", "\u02bc": "'", "\u2032": "'", "\u2010": "-", "\u2011": "-", "\u2012": "-",
    "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-", "\u00ad": "", "\u200b": "", "\u200d": "",
    "\u2026": "...", "\u201c": "'", "\u201d": "'", "\u201e": "'", "\u00ab": "'", "\u00bb": "'", '"': "'",
    ";": ",", "[": "(", "]": ")", "{": "(", "}": ")", "\\": "/", "\u00b7": ".",
}  # fmt: skip
"""Letters and signs that do not fall apart into a plain letter and its accent."""
GREEK: Final = dict(
    zip(
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
        ("A", "V", "G", "D", "E", "Z", "I", "TH", "I", "K", "L", "M", "N", "X", "O", "P", "R", "S", "T", "Y", "F",
         "CH", "PS", "O"),
        strict=True,
    )
)  # fmt: skip
CYRILLIC: Final = dict(
    zip(
        "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯЫЭІЇЄҐ",
        ("A", "B", "V", "G", "D", "E", "ZH", "Z", "I", "Y", "K", "L", "M", "N", "O", "P", "R", "S", "T", "U", "F",
         "H", "TS", "CH", "SH", "SHT", "A", "Y", "YU", "YA", "Y", "E", "I", "I", "YE", "G"),
        strict=True,
    )
)  # fmt: skip
"""Greek and Bulgarian letters, official scripts of the area; others that live beside them as in a passport."""
TOGETHER: Final = re.compile("[Οο][υύ]")
"""One sound in Greek, written with two letters."""
LETTERS: Final = {**GREEK, **CYRILLIC, "ς": "s"}


def sepa_text(text: str, longest: int) -> str:
    """The text as every bank takes it, cut to its length; nothing is left of a text without letters or digits."""
    text = TOGETHER.sub(lambda pair: "Ou" if pair[0][0].isupper() else "ou", unicodedata.normalize("NFC", text))
    plain = "".join(map(_plain, text))
    plain = re.sub(r"/{2,}", "/", " ".join(plain.split())).strip("/ ")
    return plain[:longest].rstrip("/ ") if re.search("[A-Za-z0-9]", plain) else ""


def _plain(sign: str) -> str:
    if ALLOWED.fullmatch(sign):
        return sign
    if sign.isspace():
        return " "
    if sign in MAPPED:
        return MAPPED[sign]
    if (letter := LETTERS.get(sign) or LETTERS.get(sign.upper())) is not None:
        return letter if sign.isupper() else letter.lower()
    bare = [one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one)]
    if bare and bare != [sign]:
        return "".join(map(_plain, bare))
    if unicodedata.combining(sign):
        return ""
    written = "".join(one for one in unidecode(sign) if ALLOWED.fullmatch(one))
    return written or "."
